//! The budgets page.

use std::collections::HashMap;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};

use super::bar::BarMonth;
use super::bills::Bills;
use super::model::InForce;
use super::month::{MonthBudgets, name};
use super::past::{Past, Source, Wanted};
use super::redisplayed::RedisplayedForm;
use super::save::Sent;
use super::standing::Standing;
use super::view::{BudgetForm, BudgetsPage, MonthNav, OVERALL};
use crate::accounts::access::Editor;
use crate::accounts::current::CurrentUser;
use crate::error::AppError;
use crate::ledger::category::{Categories, Category};
use crate::ledger::category_kind::CategoryKind;
use crate::ledger::filter::Filter;
use crate::ledger::schedule::open_dates::OpenSchedules;
use crate::money::Money;
use crate::period::{Month, Period, Unit};
use crate::state::State;
use crate::web::chrome;
use crate::web::fields::Fields;
use crate::web::flash::{self, Notice};
use crate::web::numbered_pages::{self, Pages};
use crate::web::page::{is_htmx, respond, see_other, set_htmx_url};
use crate::web::view::{Field, Nav, Status};

/// `GET /budgets`
pub async fn index(req: HttpRequest, state: State, user: CurrentUser) -> Result<HttpResponse, AppError> {
    let query = Fields::of_query(&req)?;
    let month = read_month(&query, &user)?;
    let page = numbered_pages::read(&query)?;
    let notice = flash::take(&req, &state.site, user.session_id);
    show(&req, &state, &user, (month, page), notice, None).await
}

/// The month in an address, by default the current one.
pub(super) fn read_month(fields: &Fields, user: &CurrentUser) -> Result<Month, AppError> {
    match fields.non_empty("month") {
        None => Ok(user.preferences.calendar.month_of(user.today)),
        Some(text) => user.preferences.calendar.parse_month(&text).ok_or_else(|| {
            AppError::BadRequest("“month”: a month is written YYYY-MM, for example 2026-11.".to_owned())
        }),
    }
}

/// Makes the forms of the page.
struct Forms<'a> {
    user: &'a CurrentUser,
    filter: &'a Filter,
    month: BarMonth<'a>,
    redisplayed: Option<&'a RedisplayedForm>,
    past: &'a Past,
}

impl Forms<'_> {
    /// The form of a category, or of the overall budget.
    fn form(&self, category: Option<&Category>, budget: Option<&(InForce, Standing)>) -> BudgetForm {
        let user = self.user;
        let preferences = &user.preferences;
        let id = category.map(|category| category.id);
        let key = id.map_or_else(|| OVERALL.to_owned(), |id| id.to_string());
        let written = |amount: Money| amount.format_grouped_input(preferences.currency, preferences.locale);
        let filled = self
            .redisplayed
            .and_then(|redisplayed| redisplayed.fill(&key, id, self.past))
            .map(|amount| Field::new(written(amount)));
        let typed = self
            .redisplayed
            .and_then(|redisplayed| redisplayed.of(id))
            .cloned();
        let stored = budget.map(|(budget, _)| written(budget.amount));
        let stored = stored.unwrap_or_default();
        let list = format!("{}/expenses", user.base);
        let href = self
            .filter
            .with_category(category.map_or("", |category| &category.name))
            .address(&list);
        BudgetForm {
            is_filled: self
                .redisplayed
                .is_some_and(|redisplayed| redisplayed.has_focus(&key)),
            key,
            category: category.map(|category| category.name.clone()),
            color: category
                .map(|category| category.color.clone())
                .unwrap_or_default(),
            amount: filled.or(typed).unwrap_or_else(|| Field::new(stored.clone())),
            fills: self.past.fills(id, preferences),
            stored,
            bar: budget.map(|(_, standing)| self.month.bar(id, standing, href)),
            since: budget
                .and_then(|(budget, _)| budget.since)
                .map(|since| format!("Set in {}", name(since, preferences))),
        }
    }
}

/// What the page shows of a month.
async fn read(
    state: &State,
    user: &CurrentUser,
    filter: &Filter,
    month: Month,
) -> Result<(Categories, MonthBudgets, Bills, Past), AppError> {
    let days = filter.calendar.month_bounds(month);
    let (owner, wanted, today) = (user.book, filter.clone(), user.today);
    let found = state.db.read(owner, move |conn| {
        let categories = Categories::of(conn, owner)?;
        let budgets = MonthBudgets::of(conn, owner, &wanted, month, &categories)?;
        let open = OpenSchedules::of(conn, owner)?;
        let bills = Bills::of(conn, owner, &open, &categories, (days, today))?;
        let past = Past::of(conn, owner, &wanted, month, &categories)?;
        Ok((categories, budgets, bills, past))
    });
    found.await
}

pub(super) async fn show(
    req: &HttpRequest,
    state: &State,
    user: &CurrentUser,
    (month, page): (Month, usize),
    notice: Option<Notice>,
    redisplayed: Option<RedisplayedForm>,
) -> Result<HttpResponse, AppError> {
    let preferences = &user.preferences;
    let days = preferences.calendar.month_bounds(month);
    let filter = Filter::of_period(Period::containing(Unit::Month, days.last()), preferences);
    let (categories, budgets, bills, past) = read(state, user, &filter, month).await?;
    let base = &user.base;
    let forms = Forms {
        user,
        filter: &filter,
        month: BarMonth {
            days,
            today: user.today,
            preferences,
            categories: &categories,
            bills,
            recurring_href: format!("{base}/recurring"),
        },
        redisplayed: redisplayed.as_ref(),
        past: &past,
    };
    let held = budgets.by_category.iter();
    let held: HashMap<i64, &(InForce, Standing)> = held
        .filter_map(|held| held.0.category_id.map(|id| (id, held)))
        .collect();
    let of_category = |category: &Category| forms.form(Some(category), held.get(&category.id).copied());
    let own = format!("{base}/budgets");
    let address = |month: Month, page| numbered_pages::address(&own, &[("month", &month.to_string())], page);
    let offered: Vec<&Category> = categories.of_kind(CategoryKind::Spending).collect();
    // The page with the refused form, whatever page it was sent from.
    let page = redisplayed
        .as_ref()
        .and_then(|redisplayed| page_of_wrong(redisplayed, &offered))
        .unwrap_or(page);
    let pages = Pages::new(page, offered.len(), |page| address(month, page));
    let page_of = |month: Month| address(month, pages.current);
    let label = name(month, preferences);
    let title = format!("Budgets, {label}");
    let page = BudgetsPage {
        chrome: chrome::of(&state.site, Some(user.viewer()), &title, Nav::Budgets),
        status: notice.map(|notice| Status {
            words: notice.words,
            undo: None,
        }),
        month: month_nav(month, label, base, page_of),
        action: page_of(month),
        currency: preferences.currency.code().to_owned(),
        can_copy: past.amount(None, Source::LastMonth).is_some(),
        overall: forms.form(None, budgets.overall.as_ref()),
        categories: pages.rows(offered.into_iter()).map(of_category).collect(),
        pages,
    };
    respond(req, status_code(redisplayed.as_ref()), &page)
}

/// The number of the page with the first wrong field; `None` if that is the overall budget.
fn page_of_wrong(redisplayed: &RedisplayedForm, offered: &[&Category]) -> Option<usize> {
    let wrong = redisplayed.wrong_categories();
    let positions = wrong.filter_map(|id| offered.iter().position(|category| category.id == id));
    positions.min().map(numbered_pages::of_index)
}

fn month_nav(month: Month, label: String, base: &str, address: impl Fn(Month) -> String) -> MonthNav {
    MonthNav {
        label,
        month: month.to_string(),
        previous: month.previous().map(&address),
        next: month.next().map(&address),
        today: format!("{base}/budgets"),
    }
}

fn status_code(redisplayed: Option<&RedisplayedForm>) -> StatusCode {
    if redisplayed.is_some_and(RedisplayedForm::is_wrong) {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    }
}

/// `POST /budgets`: with `preview` the form again with a field filled, and nothing is saved. Else the fields of the form, or for
/// scripts one budget as `amount`, `category` and `month`.
pub async fn create(
    req: HttpRequest,
    state: State,
    user: Editor,
    form: Fields,
) -> Result<HttpResponse, AppError> {
    let query = Fields::of_query(&req)?;
    let shown = read_month(&query, &user)?;
    let page = numbered_pages::read(&query)?;
    let month = form.non_empty("month").map_or(Ok(shown), |text| {
        let month = user.preferences.calendar.parse_month(&text);
        month.ok_or_else(|| "Write the month as YYYY-MM, for example 2026-11.".to_owned())
    });
    if let Some(wanted) = Wanted::parse(form.get("preview")) {
        let filling = RedisplayedForm::filling(&form, wanted);
        let month = month.unwrap_or(shown);
        return show(&req, &state, &user, (month, page), None, Some(filling)).await;
    }
    let sent = Sent::of_form(&form, &user.preferences, month);
    let (owner, context) = (user.book, user.write_context(&state));
    let outcome = state
        .db
        .write(user.writable(), move |conn| sent.save(conn, owner, &context));
    let saved = match outcome.await? {
        Ok(saved) => saved,
        Err(redisplayed) => return show(&req, &state, &user, (shown, page), None, Some(redisplayed)).await,
    };
    let notice = Notice::new(saved.words(&user.preferences));
    let own = format!("{}/budgets", user.base);
    let address = numbered_pages::address(&own, &[("month", query.get("month"))], page);
    if is_htmx(&req) {
        let mut response = show(&req, &state, &user, (shown, page), Some(notice), None).await?;
        set_htmx_url(&req, &mut response, &address);
        return Ok(response);
    }
    flash::set(&req, &state.site, user.session_id, &notice);
    Ok(see_other(&address))
}
