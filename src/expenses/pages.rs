//! The pages of expenses: the list, add, edit, delete and undo.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use time::Date;

use super::cursor::Cursor;
use super::filter_nav::period_nav;
use super::form::{AmountStyle, RawExpense};
use super::page_state::{PageState, ReturnTo, View};
use super::paging;
use super::view::{ActiveFilter, EditPage, ExpenseForm, FilterForm, ListPage, Saved};
use crate::accounts::current::{CurrentUser, FORM_FOR};
use crate::db::{BookId, Cacheable, Conn};
use crate::error::{AppError, FieldErrors};
use crate::ledger::category::{self as categories, Categories};
use crate::ledger::expense::{self, Expense, NewExpense};
use crate::ledger::filter::Filter;
use crate::ledger::page_position::PagePosition;
use crate::ledger::selection::{Selection, recorded_days};
use crate::ledger::sum::Sum;
use crate::ledger::write;
use crate::period::{DateRange, Period, format_date};
use crate::state::State;
use crate::text;
use crate::web::chrome;
use crate::web::fields::{self, Fields};
use crate::web::flash::{self, Notice};
use crate::web::page::{self, is_htmx, push_htmx_url, respond};
use crate::web::path_id::parse_id;
use crate::web::view::{Choice, Nav};

/// The parameter of the edit page that says which version the form was filled from.
const EDIT_VERSION: &str = "edit_version";
/// Rows of one page of the list.
const PAGE: i64 = 50;

/// `GET /expenses`
pub async fn index(req: HttpRequest, state: State, user: CurrentUser) -> Result<HttpResponse, AppError> {
    let return_to = ReturnTo::new(View::List, Fields::of_query(&req)?, &state);
    let page_state = PageState {
        notice: flash::take(&req, &state.site, user.session_id),
        ..PageState::default()
    };
    let mut answer = return_to.show(&req, &state, &user, page_state).await?;
    if is_htmx(&req) && req.query_string().split('&').any(|pair| pair.ends_with('=')) {
        // A form sends its empty fields, too; the address does without.
        push_htmx_url(&mut answer, &return_to.address());
    }
    Ok(answer)
}

/// What one look at the database gives the list; all of it from the same moment.
struct ListData {
    categories: Categories,
    rows: Vec<Expense>,
    /// Whether there is another page.
    more: bool,
    /// The sums of the days that the rows are of.
    days: Vec<(Date, Sum)>,
    /// The sum of everything that the filter asks for.
    sum: Sum,
    /// The first and last day that have expenses, in any period.
    recorded: Option<DateRange>,
}

impl Cacheable for ListData {
    fn bytes(&self) -> usize {
        let rows = self.rows.iter().map(Expense::bytes);
        self.categories.bytes() + rows.sum::<usize>() + size_of_val(&*self.days)
    }
}

impl ListData {
    fn of(conn: &mut Conn, owner: BookId, filter: &Filter, place: PagePosition) -> Result<Self, AppError> {
        let categories = Categories::of(conn, owner)?;
        let selection = Selection::new(owner, filter, &categories);
        let mut rows = selection.page(conn, place, PAGE + 1)?;
        let more = paging::cut(&mut rows, &place, PAGE);
        let shown = rows
            .first()
            .zip(rows.last())
            .and_then(|(new, old)| DateRange::new(old.spent_on, new.spent_on));
        let days = match shown {
            Some(days) => selection.within(days).by_day(conn)?,
            None => Vec::new(),
        };
        let sum = selection.sum(conn)?;
        let recorded = recorded_days(conn, owner)?;
        Ok(Self {
            categories,
            rows,
            more,
            days,
            sum,
            recorded,
        })
    }
}

/// The list of one address, as a GET or a change shows it.
pub async fn draw(
    req: &HttpRequest,
    state: &State,
    user: &CurrentUser,
    return_to: &ReturnTo,
    page_state: PageState,
) -> Result<String, AppError> {
    let preferences = &user.preferences;
    let filter = Filter::read(
        &return_to.query,
        preferences,
        user.today,
        return_to.default_unit(),
    )?;
    let place = Cursor::<Date>::place(&return_to.query, &state.site.signer)?;
    let owner = user.book;
    let wanted = filter.clone();
    let cache_key = format!("{place:?} {}", filter.cache_key(user));
    let found = state.db.cached(owner, cache_key, || {
        state
            .db
            .read(owner, move |conn| ListData::of(conn, owner, &wanted, place))
    });
    let found = found.await?;
    let ListData { categories, rows, .. } = &*found;

    let base = BASE;
    let list = format!("{base}/expenses");
    let ends = rows.first().zip(rows.last());
    let ends = ends.map(|(first, last)| (Cursor::of(first), Cursor::of(last)));
    let pager = paging::pager(
        &list,
        &filter.pairs(),
        &place,
        found.more,
        ends,
        &state.site.signer,
    );
    let period = period_nav(&filter, &list, preferences, user.today);
    let title = format!("Expenses, {}", period.label);
    let mut chrome = chrome::of(&state.site, Some(user.viewer()), &title, Nav::Expenses);
    chrome.has_add_form = true;
    let page = ListPage {
        chrome,
        period,
        add: return_to.add_form(user, categories, &page_state),
        add_open: !return_to.query.get("add_amount").is_empty(),
        filter: filter_form(&filter, &list, categories),
        total: preferences.money(found.sum.money()),
        count: preferences.expenses(found.sum.count),
        list_href: filter.address(&list),
        export_href: filter.address(&format!("{base}/expenses.csv")),
        trash_href: format!("{base}/expenses/trash"),
        days: return_to.days(user, categories, rows, &found.days, &page_state, |day| {
            filter.with_period(Period::Day(day)).address(&list)
        }),
        pager,
        is_new_account: found.recorded.is_none(),
        status: return_to.status(page_state.notice),
    };
    page::render(req, &page)
}

fn filter_form(filter: &Filter, list: &str, categories: &Categories) -> FilterForm {
    let option = |value: &str, label: &str| Choice {
        value: value.to_owned(),
        label: label.to_owned(),
        selected: text::name_key(value) == text::name_key(&filter.category),
    };
    let mut options = vec![option("", "All categories")];
    options.extend(
        categories
            .iter()
            .map(|category| option(&category.name, &category.name)),
    );
    if categories.named(&filter.category).is_none() && !filter.category.is_empty() {
        options.push(option(&filter.category, &filter.category));
    }
    let mut active = Vec::new();
    if !filter.category.is_empty() {
        let clear_href = filter.with_category("").address(list);
        active.push(ActiveFilter {
            label: format!("Category: {}", filter.category),
            clear_href,
        });
    }
    if !filter.q.is_empty() {
        let clear_href = filter.without_search().address(list);
        active.push(ActiveFilter {
            label: format!("Search: {}", filter.q),
            clear_href,
        });
    }
    let kept = filter
        .period
        .query_pairs()
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    FilterForm {
        action: list.to_owned(),
        q: filter.q.clone(),
        categories: options,
        kept,
        active,
        clear_href: filter.period_only().address(list),
    }
}

/// `POST /expenses`
///
/// Signed out, the answer carries what was typed to the sign-in page and back.
pub async fn create(
    req: HttpRequest,
    state: State,
    user: Result<CurrentUser, AppError>,
    form: Fields,
) -> Result<HttpResponse, AppError> {
    let return_to = ReturnTo::of_change(&req, &state)?;
    let raw = RawExpense::of_form(&form);
    let user = signed_in(user, || Some(carried(&return_to.address(), "add_", raw.typed())))?;
    let new = match check(&state, &user, &return_to, &raw)? {
        Ok(new) => new,
        Err(errors) => return refused(&req, &state, &user, &return_to, raw, errors).await,
    };
    let (owner, context) = (user.book, state.write_context());
    let key = Some(&raw.request_id)
        .filter(|id| !id.is_empty())
        .map(|id| new.request_key(id));
    let row = state.db.write(owner, move |conn| {
        write::create(conn, owner, &new, key, &context).map(with_name)
    });
    let (row, name) = match row.await {
        Ok(created) => created,
        Err(AppError::Invalid(errors)) => return refused(&req, &state, &user, &return_to, raw, errors).await,
        Err(other) => return Err(other),
    };
    let notice = Notice::new(words("Added", &name, &row, &return_to, &user));
    return_to.done(&req, &state, &user, notice, Some(row.id)).await
}

/// Who is signed in; one who is not comes to `next` after signing in.
fn signed_in(
    user: Result<CurrentUser, AppError>,
    next: impl FnOnce() -> Option<String>,
) -> Result<CurrentUser, AppError> {
    user.map_err(|error| match error {
        AppError::SignedOut { .. } => AppError::SignedOut { next: next() },
        other => other,
    })
}

/// The edit page with what was typed into its form; `None` for a script, which has no page to come back to.
fn edited_page(req: &HttpRequest, state: &State, id: &str, form: &Fields) -> Option<String> {
    form.non_empty(FORM_FOR)?;
    let id = parse_id(id).ok()?;
    let return_to = ReturnTo::of_change(req, state).ok()?;
    let page = return_to.action(&format!("/expenses/{id}/edit"));
    let raw = RawExpense::of_form(form);
    let version = ("version", form.get("version"));
    Some(carried(&page, "edit_", raw.typed().into_iter().chain([version])))
}

/// A page's address with the typed expense in parameters that begin with `prefix`.
fn carried<'a>(address: &str, prefix: &str, typed: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let with = |address: String, (name, value): (&str, &str)| {
        let mark = if address.contains('?') { '&' } else { '?' };
        format!("{address}{mark}{prefix}{name}={}", fields::encode(value))
    };
    let typed = typed.into_iter().filter(|(_, value)| !value.is_empty());
    typed.fold(address.to_owned(), with)
}

/// The checked expense, or its errors; a filter that can't be read is refused before anything is written.
fn check(
    state: &State,
    user: &CurrentUser,
    return_to: &ReturnTo,
    raw: &RawExpense,
) -> Result<Result<NewExpense, FieldErrors>, AppError> {
    Filter::read(
        &return_to.query,
        &user.preferences,
        user.today,
        return_to.default_unit(),
    )?;
    Cursor::<Date>::place(&return_to.query, &state.site.signer)?;
    Ok(raw.check(&user.preferences, AmountStyle::Typed))
}

/// The view again, with the form as typed.
async fn refused(
    req: &HttpRequest,
    state: &State,
    user: &CurrentUser,
    return_to: &ReturnTo,
    raw: RawExpense,
    errors: FieldErrors,
) -> Result<HttpResponse, AppError> {
    let page_state = PageState {
        code: StatusCode::UNPROCESSABLE_ENTITY,
        form: Some((raw, errors)),
        ..PageState::default()
    };
    return_to.show(req, state, user, page_state).await
}

/// A row with what people call it: its description, else its category.
fn with_name((row, category): (Expense, String)) -> (Expense, String) {
    let name = match row.description.as_str() {
        "" => category,
        description => text::truncated(&description.replace(['\n', '\t'], " "), 80),
    };
    (row, name)
}

/// A changed row with what people call it.
fn named(
    conn: &mut crate::db::Conn,
    owner: crate::db::BookId,
    change: impl FnOnce(&mut crate::db::Conn) -> Result<Expense, AppError>,
) -> Result<(Expense, String), AppError> {
    let row = change(conn)?;
    let category = categories::name_of(conn, owner, row.category_id)?;
    Ok(with_name((row, category)))
}

/// The words of a change: "Added Coffee, $4.50", with the date where the view shows another time, so that nobody
/// looks for the row in vain.
fn words(done: &str, name: &str, row: &Expense, return_to: &ReturnTo, user: &CurrentUser) -> String {
    let preferences = &user.preferences;
    let amount = preferences.words(row.money());
    let shown = Filter::read(
        &return_to.query,
        preferences,
        user.today,
        return_to.default_unit(),
    )
    .is_ok_and(|filter| filter.period.span(&filter.calendar).contains(row.spent_on));
    if shown {
        format!("{done} {name}, {amount}")
    } else {
        let date = preferences.locale.date_medium(row.spent_on);
        format!("{done} {name}, {amount}, on {date}")
    }
}

/// `GET /expenses/{id}/edit`
pub async fn edit(
    req: HttpRequest,
    state: State,
    user: CurrentUser,
    id: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let id = parse_id(&id)?;
    let return_to = ReturnTo::of_change(&req, &state)?;
    let owner = user.book;
    let found = with_categories(&state, owner, id).await?;
    let (row, categories) = &found;
    let preferences = &user.preferences;
    let held = || RawExpense {
        amount: row.money().format_input(preferences.currency, preferences.locale),
        category: categories.name(row.category_id).to_owned(),
        date: format_date(row.spent_on),
        description: row.description.clone(),
        request_id: String::new(),
    };
    // What was typed before the session ended comes back by the address.
    let typed = RawExpense::of_edit(&return_to.query);
    let edited = Edited {
        version: typed
            .as_ref()
            .and_then(|_| return_to.query.get(EDIT_VERSION).parse().ok()),
        ..Edited::default()
    };
    let raw = typed.unwrap_or_else(held);
    edit_page(&req, &state, &user, &return_to, &found, raw, &edited)
}

async fn with_categories(state: &State, owner: BookId, id: i64) -> Result<(Expense, Categories), AppError> {
    let found = state.db.read(owner, move |conn| {
        Ok((expense::find(conn, owner, id)?, Categories::of(conn, owner)?))
    });
    found.await
}

/// How the edit page is answered: its status, what is wrong, and whether a later save stands in the way.
#[derive(Default)]
struct Edited {
    code: StatusCode,
    errors: FieldErrors,
    is_stale: bool,
    /// The version to save, where it is not the one that is held.
    version: Option<i32>,
}

impl Edited {
    /// The form as typed, with what is wrong.
    fn wrong(errors: FieldErrors, version: Option<i32>) -> Self {
        Self {
            code: StatusCode::UNPROCESSABLE_ENTITY,
            errors,
            is_stale: false,
            version,
        }
    }
}

fn edit_page(
    req: &HttpRequest,
    state: &State,
    user: &CurrentUser,
    return_to: &ReturnTo,
    (row, categories): &(Expense, Categories),
    raw: RawExpense,
    edited: &Edited,
) -> Result<HttpResponse, AppError> {
    let name = if row.description.is_empty() {
        categories.name(row.category_id)
    } else {
        &row.description
    };
    let nav = if return_to.view == View::List {
        Nav::Expenses
    } else {
        Nav::Dashboard
    };
    let page = EditPage {
        chrome: chrome::of(&state.site, Some(user.viewer()), "Edit expense", nav),
        status: None,
        form: ExpenseForm {
            action: return_to.action(&format!("/expenses/{}", row.id)),
            currency: user.preferences.currency.code().to_owned(),
            suggestions: categories.iter().map(|category| category.name.clone()).collect(),
            ..raw.into_form(&edited.errors)
        },
        version: edited.version.unwrap_or(row.version),
        saved: edited.is_stale.then(|| Saved {
            amount: user.preferences.money(row.money()),
            category: categories.name(row.category_id).to_owned(),
            date: user.preferences.locale.date_full(row.spent_on),
            description: row.description.clone(),
        }),
        name: name.to_owned(),
        back_href: return_to.address(),
        delete_action: return_to.action(&format!("/expenses/{}/delete", row.id)),
    };
    respond(req, edited.code, &page)
}

/// `POST /expenses/{id}`
///
/// Signed out, the answer carries what was typed to the sign-in page and back.
pub async fn update(
    req: HttpRequest,
    state: State,
    user: Result<CurrentUser, AppError>,
    id: web::Path<String>,
    form: Fields,
) -> Result<HttpResponse, AppError> {
    let user = signed_in(user, || edited_page(&req, &state, &id, &form))?;
    let id = parse_id(&id)?;
    let return_to = ReturnTo::of_change(&req, &state)?;
    let raw = RawExpense::of_form(&form);
    let owner = user.book;
    let version = seen_version(&form)?;
    let edited = match check(&state, &user, &return_to, &raw)? {
        Ok(new) => {
            let context = state.write_context();
            let saved = state.db.write(owner, move |conn| {
                write::update(conn, owner, id, &new, version, &context).map(with_name)
            });
            match saved.await {
                Ok((row, name)) => {
                    let notice = Notice::new(words("Saved", &name, &row, &return_to, &user));
                    return return_to.done(&req, &state, &user, notice, Some(row.id)).await;
                }
                Err(AppError::PreconditionFailed(_)) => Edited {
                    code: StatusCode::CONFLICT,
                    is_stale: true,
                    ..Edited::default()
                },
                Err(AppError::Invalid(errors)) => Edited::wrong(errors, version),
                Err(other) => return Err(other),
            }
        }
        Err(errors) => Edited::wrong(errors, version),
    };
    let found = with_categories(&state, owner, id).await?;
    edit_page(&req, &state, &user, &return_to, &found, raw, &edited)
}

/// The version that the form was filled from; a form without one saves whatever came between.
fn seen_version(form: &Fields) -> Result<Option<i32>, AppError> {
    form.non_empty("version")
        .map(|text| {
            text.parse()
                .map_err(|_| AppError::BadRequest("“version” is a whole number.".to_owned()))
        })
        .transpose()
}

/// `POST /expenses/{id}/delete`
pub async fn delete(
    req: HttpRequest,
    state: State,
    user: CurrentUser,
    id: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let id = parse_id(&id)?;
    let return_to = ReturnTo::of_change(&req, &state)?;
    let (owner, now) = (user.book, state.clock.now());
    let row = state.db.write(owner, move |conn| {
        named(conn, owner, |conn| write::trash(conn, owner, id, now))
    });
    let (row, name) = row.await?;
    let words = format!("Deleted {name}, {}", user.preferences.words(row.money()));
    return_to
        .done(
            &req,
            &state,
            &user,
            Notice {
                words,
                undo: Some(id),
            },
            None,
        )
        .await
}

/// `POST /expenses/{id}/restore`
pub async fn restore(
    req: HttpRequest,
    state: State,
    user: CurrentUser,
    id: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let id = parse_id(&id)?;
    let return_to = ReturnTo::of_change(&req, &state)?;
    let (owner, now) = (user.book, state.clock.now());
    let row = state.db.write(owner, move |conn| {
        named(conn, owner, |conn| write::restore(conn, owner, id, now))
    });
    let (row, name) = row.await?;
    let notice = Notice::new(words("Restored", &name, &row, &return_to, &user));
    return_to.done(&req, &state, &user, notice, Some(row.id)).await
}
