//! The list of expenses: its data and its page.

use std::sync::Arc;

use actix_web::HttpRequest;
use time::Date;

use super::category_year::CategoryYear;
use super::cursor::Cursor;
use super::export::spreadsheet_href;
use super::fields::{ExpenseField, FormKind};
use super::filter_nav::{filter_form, period_nav};
use super::frequent;
use super::page_state::PageState;
use super::paging;
use super::return_to::ReturnTo;
use super::trash_view::TrashPage;
use super::view::{ExpenseForm, FilterForm, KindParts, ListPage};
use crate::accounts::current::CurrentUser;
use crate::books::people::{BookContext, People};
use crate::db::{Cacheable, Conn, Source};
use crate::error::AppError;
use crate::ledger::category::Categories;
use crate::ledger::expense::Expense;
use crate::ledger::filter::Filter;
use crate::ledger::kinds::{KindSums, Kinds};
use crate::ledger::page_position::PagePosition;
use crate::ledger::selection::{Selection, recorded_days};
use crate::ledger::sum::Sum;
use crate::period::{DateRange, Period};
use crate::state::State;
use crate::web::chrome;
use crate::web::page::{self, Page as _};
use crate::web::view::{Chrome, Nav, PeriodNav};

/// Rows of one page of the list.
const PAGE: i64 = 50;

/// The data of the list, from one snapshot.
struct ListData {
    categories: Categories,
    people: People,
    /// See [`frequent::categories`].
    frequent: Vec<i64>,
    rows: Vec<Expense>,
    /// Whether there is another page.
    more: bool,
    /// The sums of the days that the rows are of.
    days: Vec<(Date, Sum)>,
    /// The sum of everything that the filter asks for.
    sum: Sum,
    /// What it consists of, if the filter asks for both kinds and there is income.
    kinds: Option<KindSums>,
    /// The first and last day that have expenses, in any period.
    recorded: Option<DateRange>,
    year: Option<CategoryYear>,
}

impl Cacheable for ListData {
    fn bytes(&self) -> usize {
        let rows = self.rows.iter().map(Expense::bytes);
        self.categories.bytes() + self.people.bytes() + rows.sum::<usize>() + size_of_val(&*self.days)
    }
}

impl ListData {
    fn of(
        conn: &mut Conn,
        book: &BookContext,
        filter: &Filter,
        position: PagePosition,
        today: Date,
    ) -> Result<Self, AppError> {
        let owner = book.book;
        let people = book.people(conn)?;
        let categories = Categories::of(conn, owner)?;
        let selection = Selection::new(owner, filter, &categories);
        let mut rows = selection.page(conn, position, PAGE + 1)?;
        let more = paging::cut(&mut rows, &position, PAGE);
        let shown = rows
            .first()
            .zip(rows.last())
            .and_then(|(new, old)| DateRange::new(old.spent_on, new.spent_on));
        let days = match shown {
            Some(days) => selection.within(days).by_day(conn)?,
            None => Vec::new(),
        };
        let kinds = selection.kind_sums(conn)?;
        let sum = match &kinds {
            Some(sums) => sums.balance(),
            None => selection.sum(conn)?,
        };
        let recorded = recorded_days(conn, owner)?;
        let frequent = frequent::categories(conn, owner, filter, &categories, today)?;
        let year = CategoryYear::of(conn, owner, filter, &categories, today)?;
        Ok(Self {
            categories,
            people,
            frequent,
            rows,
            more,
            days,
            sum,
            kinds,
            recorded,
            year,
        })
    }
}

/// The list of one address, as a GET or a change shows it.
pub async fn render(
    req: &HttpRequest,
    state: &State,
    user: &CurrentUser,
    return_to: &ReturnTo,
    page_state: PageState,
) -> Result<String, AppError> {
    let preferences = &user.preferences;
    let filter = Filter::read(&return_to.query, user, ReturnTo::DEFAULT_UNIT)?;
    let position = Cursor::<Date>::position(&return_to.query, &state.site.signer)?;
    let found = read(state, user, &filter, position).await?;
    let ListData {
        categories,
        people,
        rows,
        ..
    } = &*found;
    let list = return_to.plain_address(ListPage::PATH);
    let ends = rows.first().zip(rows.last());
    let ends = ends.map(|(first, last)| (Cursor::of(first), Cursor::of(last)));
    let pager = paging::pager(
        &list,
        &filter.pairs(),
        &position,
        found.more,
        ends,
        &state.site.signer,
    );
    let lists = (categories, people);
    let (period, form) = navigation(return_to, &filter, &list, user, lists, &page_state);
    let chrome = list_chrome(state, user, &period.label);
    let kinds = filter.kinds(categories);
    let (export_href, spreadsheet_href) = exports(return_to, &filter, categories, user);
    let page = ListPage {
        chrome,
        period,
        add: add_form(
            return_to,
            user,
            (categories, &found.frequent, people),
            &page_state,
        ),
        add_open: is_prefilled(return_to),
        filter: form,
        total: preferences.money(found.sum.amount),
        parts: found.kinds.map(|sums| parts(sums, &filter, user, &list)),
        count: count(found.sum.count, kinds, user),
        list_href: filter.address(&list),
        export_href,
        spreadsheet_href,
        trash_href: return_to.plain_address(TrashPage::PATH),
        year: found.year.as_ref().map(|year| year.card(&filter, user, &list)),
        days: return_to.days(
            user,
            (categories, people),
            (rows, kinds == Kinds::All),
            &found.days,
            &page_state,
            |day| filter.with_period(Period::Day(day)).address(&list),
        ),
        pager,
        is_new_account: found.recorded.is_none(),
        status: return_to.status(page_state.notice),
    };
    page::render(req, &page)
}

fn list_chrome(state: &State, user: &CurrentUser, period: &str) -> Chrome {
    let title = format!("Expenses, {period}");
    Chrome {
        has_add_form: true,
        ..chrome::of(&state.site, Some(user.viewer()), &title, Nav::Expenses)
    }
}

/// What the list shows of a filter, cached until the next change.
async fn read(
    state: &State,
    user: &CurrentUser,
    filter: &Filter,
    position: PagePosition,
) -> Result<Arc<ListData>, AppError> {
    let owner = user.book;
    let (wanted, book, today) = (filter.clone(), user.book_context.clone(), user.today);
    let cache_key = format!("{position:?} {}", filter.cache_key(user));
    let found = state.db.cached(Source::Entries(owner), cache_key, || {
        state.db.read(owner, move |conn| {
            ListData::of(conn, &book, &wanted, position, today)
        })
    });
    found.await
}

/// The period bar and the filter.
fn navigation(
    return_to: &ReturnTo,
    filter: &Filter,
    list: &str,
    user: &CurrentUser,
    (categories, people): (&Categories, &People),
    page_state: &PageState,
) -> (PeriodNav, FilterForm) {
    let mut period = period_nav(filter, list, &user.preferences, user.today);
    return_to.carry(&mut period);
    let mut form = filter_form(filter, list, (categories, people), &period, user.today);
    page_state.show_entered(&mut period.range, Some(&mut form));
    (period, form)
}

/// The addresses of the file with exactly these rows, and of that for spreadsheets.
fn exports(
    return_to: &ReturnTo,
    filter: &Filter,
    categories: &Categories,
    user: &CurrentUser,
) -> (String, Option<String>) {
    // The file has both kinds by default.
    let kinds = categories.have_income().then(|| filter.kinds(categories));
    let exported = filter.with_kind(kinds.or(filter.kind));
    let address = exported.address(&return_to.plain_address("/expenses.csv"));
    let spreadsheet = spreadsheet_href(&address, user);
    (address, spreadsheet)
}

/// Whether the address asks for the form, so that it stands open.
fn is_prefilled(return_to: &ReturnTo) -> bool {
    let amount = FormKind::Add.parameter(ExpenseField::Amount.name());
    !return_to.query.get(&amount).is_empty() || return_to.add_parameter().is_some()
}

/// The form for a new row. Where nothing else on the page mentions income, neither does the form.
fn add_form(
    return_to: &ReturnTo,
    user: &CurrentUser,
    (categories, frequent, people): (&Categories, &[i64], &People),
    page_state: &PageState,
) -> ExpenseForm {
    let form = return_to.add_form(user, (categories, frequent), people, page_state);
    let offers_switch = categories.have_income() || form.fields.are_income();
    ExpenseForm {
        switch_href: form.switch_href.filter(|_| offers_switch),
        ..form
    }
}

/// "58 expenses"; rows that may be income are entries.
fn count(count: i64, kinds: Kinds, user: &CurrentUser) -> String {
    match (kinds, count) {
        (Kinds::Spending, _) => user.preferences.expenses(count),
        (_, 1) => "1 entry".to_owned(),
        _ => format!("{} entries", user.preferences.locale.format_integer(count)),
    }
}

fn parts(sums: KindSums, filter: &Filter, user: &CurrentUser, list: &str) -> KindParts {
    let money = |amount| user.preferences.money(amount);
    KindParts {
        spending: money(sums.spending.amount),
        spending_href: filter.with_kind(Kinds::Spending).address(list),
        income: money(sums.income.amount),
        income_href: filter.with_kind(Kinds::Income).address(list),
        net: money(sums.net()),
    }
}
