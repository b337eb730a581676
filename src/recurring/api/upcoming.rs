//! The API call for the dates of recurring entries that are still to come.

use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use time::Date;
use utoipa::{IntoParams, ToSchema};

use crate::accounts::bearer::ApiUser;
use crate::accounts::current::Person;
use crate::api::query;
use crate::error::AppError;
use crate::ledger::category::Categories;
use crate::ledger::schedule;
use crate::ledger::schedule::open_dates::{OpenDate, OpenSchedules};
use crate::money::{Currency, Money};
use crate::period::{format_date, parse_date};
use crate::recurring::json::OpenDateJson;
use crate::recurring::upcoming::{MONTHS_AHEAD, latest_from};
use crate::state::State;

/// The most dates of an answer.
const MAX_DATES: usize = 5_000;

/// Until when.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it only describes the parameter")]
pub struct UntilQuery {
    /// The last day, included, at most 13 months ahead. Default: the last day of this month.
    #[param(nullable = false, format = Date)]
    until: Option<String>,
}

/// The dates that are neither posted nor skipped.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Upcoming)]
struct UpcomingList {
    /// The last day of which there are all dates: earlier than asked for if there are more than 5,000 dates.
    #[schema(format = Date, example = "2026-12-31")]
    until: String,
    items: Vec<OpenDateJson>,
    /// The sum of spending.
    #[schema(example = "900.00")]
    total: String,
    /// The sum of income.
    #[schema(example = "2400.00")]
    income: String,
}

/// List what is due and coming
#[utoipa::path(
    get, path = "/api/v1/upcoming", tag = "Recurring", operation_id = "listUpcoming",
    description = "The dates of recurring entries that are neither posted nor skipped, in order, including overdue ones.",
    params(UntilQuery),
    responses((status = 200, description = "The dates, and their sums", body = UpcomingList)),
)]
pub async fn list(req: HttpRequest, state: State, user: ApiUser) -> Result<HttpResponse, AppError> {
    let query = query::read(&req)?;
    let owner = user.book;
    let today = schedule::today(&state, owner).await?;
    let until = read_until(query.non_empty("until").as_deref(), today, &user)?;
    schedule::catch_up(&state, owner).await;
    let currency = user.preferences.currency;
    let found = state.db.read(owner, move |conn| {
        let open = OpenSchedules::of(conn, owner)?;
        let categories = Categories::of(conn, owner)?;
        shown(&open, &categories, until, currency)
    });
    Ok(HttpResponse::Ok().json(found.await?))
}

fn read_until(text: Option<&str>, today: Date, user: &Person) -> Result<Date, AppError> {
    let Some(text) = text else {
        let calendar = user.preferences.calendar;
        return Ok(calendar.month_bounds(calendar.month_of(today)).last());
    };
    let until =
        parse_date(text).ok_or_else(|| AppError::BadRequest("“until” is a date, YYYY-MM-DD.".to_owned()))?;
    let latest = latest_from(today);
    if until > latest {
        return Err(AppError::BadRequest(format!(
            "“until” is at most {MONTHS_AHEAD} months ahead, {}.",
            format_date(latest)
        )));
    }
    Ok(until)
}

fn shown(
    open: &OpenSchedules,
    categories: &Categories,
    until: Date,
    currency: Currency,
) -> Result<UpcomingList, AppError> {
    let mut dates: Vec<OpenDate<'_>> = open.dates(until).take(MAX_DATES + 1).collect();
    let mut until = until;
    if let Some(beyond) = dates.get(MAX_DATES).map(|date| date.due_on) {
        // The last day may be incomplete.
        dates.retain(|date| date.due_on < beyond);
        until = beyond.previous_day().unwrap_or(beyond);
    }
    let (mut total, mut income) = (Money::ZERO, Money::ZERO);
    let mut items = Vec::with_capacity(dates.len());
    for date in &dates {
        let category = categories
            .get(date.schedule.category_id)
            .ok_or(AppError::NotFound)?;
        if category.kind.is_income() {
            income += date.amount;
        } else {
            total += date.amount;
        }
        items.push(OpenDateJson::new(date, category.into(), currency));
    }
    Ok(UpcomingList {
        until: format_date(until),
        items,
        total: total.to_plain(currency),
        income: income.to_plain(currency),
    })
}
