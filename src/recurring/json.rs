//! Recurring entries in JSON: responses.

use serde::Serialize;
use utoipa::ToSchema;

use crate::api::answer::moment;
use crate::books::people::{BookContext, People};
use crate::expenses::json::PersonJson;
use crate::ledger::category::CategoryRef;
use crate::ledger::category_kind::CategoryKind;
use crate::ledger::schedule::occurrence::{Decision, Occurrence};
use crate::ledger::schedule::open_dates::OpenDate;
use crate::ledger::schedule::prices::Price;
use crate::ledger::schedule::row::Schedule;
use crate::money::Currency;
use crate::period::format_date;

/// A recurring entry as the API shows it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Recurring)]
pub struct ScheduleJson {
    #[schema(example = "250322420521504768")]
    id: String,
    /// With the currency's decimals; negative is a refund.
    #[schema(example = "900.00")]
    amount: String,
    /// ISO 4217.
    #[schema(example = "USD")]
    currency: &'static str,
    #[schema(example = "Rent")]
    category: String,
    /// That of its category.
    kind: CategoryKind,
    /// `null` if it is empty.
    #[schema(required = true, example = "Flat")]
    description: Option<String>,
    paid_by: PersonJson,
    /// Who made it.
    created_by: PersonJson,
    /// The first date, from which the others are counted.
    #[schema(format = Date, example = "2026-11-01")]
    date: String,
    /// Units between two dates, 1 to 99.
    #[schema(example = 1)]
    every: i32,
    #[schema(pattern = "^(day|week|month|year)$", example = "month")]
    unit: String,
    /// The last possible date.
    #[schema(required = true, format = Date, example = "2027-12-31")]
    until: Option<String>,
    /// The number of dates, counted from `date`.
    #[schema(required = true, example = json!(null))]
    times: Option<i32>,
    /// `post` enters it by itself on its day, `ask` waits until a person confirms it.
    #[schema(pattern = "^(post|ask)$", example = "post")]
    mode: String,
    /// `ended`: somebody ended it, or its last date has been decided.
    #[schema(pattern = "^(active|paused|ended)$", example = "active")]
    state: &'static str,
    /// The first date that was neither posted nor skipped; `null` after the last one.
    #[schema(required = true, format = Date, example = "2026-12-01")]
    next_date: Option<String>,
    /// The amount with which it was posted before, if that was another one.
    #[schema(required = true)]
    previous_amount: Option<PreviousAmount>,
    #[schema(format = DateTime, example = "2026-11-22T08:15:30.000000Z")]
    created_at: String,
    #[schema(format = DateTime, example = "2026-11-22T08:15:30.000000Z")]
    updated_at: String,
}

/// Another amount with which a recurring entry was posted.
#[derive(Debug, Serialize, ToSchema)]
pub struct PreviousAmount {
    #[schema(example = "880.00")]
    amount: String,
    /// The last date with that amount.
    #[schema(format = Date, example = "2026-06-01")]
    until: String,
}

impl ScheduleJson {
    /// `row` with its category, in the currency of the book.
    pub fn new(
        row: Schedule,
        category: CategoryRef,
        previous: Option<Price>,
        currency: Currency,
        (book, people): (&BookContext, &People),
    ) -> Self {
        Self {
            id: row.id.to_string(),
            amount: row.amount.to_plain(currency),
            currency: currency.code(),
            category: category.name,
            kind: category.kind,
            paid_by: PersonJson::new(row.paid_by, book.made_by, people),
            created_by: PersonJson::new(row.created_by, book.made_by, people),
            date: format_date(row.first_on),
            every: row.every,
            until: row.until.map(format_date),
            times: row.times,
            state: row.state().name(),
            next_date: row.next_on.map(format_date),
            previous_amount: previous.map(|(amount, until)| PreviousAmount {
                amount: amount.to_plain(currency),
                until: format_date(until),
            }),
            created_at: moment(row.created_at),
            updated_at: moment(row.updated_at),
            unit: row.unit,
            mode: row.mode,
            description: Some(row.description).filter(|text| !text.is_empty()),
        }
    }
}

/// A date of a recurring entry that is still to come, or due and not decided.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UpcomingItem)]
pub struct OpenDateJson {
    #[schema(example = "250322420521504768")]
    recurring_id: String,
    #[schema(format = Date, example = "2026-12-01")]
    date: String,
    #[schema(example = "900.00")]
    amount: String,
    /// ISO 4217.
    #[schema(example = "USD")]
    currency: &'static str,
    #[schema(example = "Rent")]
    category: String,
    kind: CategoryKind,
    /// `null` if it is empty.
    #[schema(required = true, example = "Flat")]
    description: Option<String>,
    #[schema(pattern = "^(post|ask)$", example = "post")]
    mode: &'static str,
    /// Whether amount or description differ from the others.
    #[schema(example = false)]
    changed: bool,
}

impl OpenDateJson {
    pub fn new(date: &OpenDate<'_>, category: CategoryRef, currency: Currency) -> Self {
        Self {
            recurring_id: date.schedule.id.to_string(),
            date: format_date(date.due_on),
            amount: date.amount.to_plain(currency),
            currency: currency.code(),
            category: category.name,
            kind: category.kind,
            description: Some(date.description.to_owned()).filter(|text| !text.is_empty()),
            mode: date.schedule.mode().name(),
            changed: date.is_changed,
        }
    }
}

/// What was decided about a date of a recurring entry.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RecurringDate)]
pub struct DecidedJson {
    #[schema(example = "250322420521504768")]
    recurring_id: String,
    #[schema(format = Date, example = "2026-12-01")]
    date: String,
    /// `open`: nothing was decided. `changed`: it is open, with another amount or description.
    #[schema(pattern = "^(open|changed|posted|skipped)$", example = "posted")]
    state: &'static str,
    /// Of a posted one that of its expense, else what it would be posted with.
    #[schema(example = "900.00")]
    amount: String,
    /// ISO 4217.
    #[schema(example = "USD")]
    currency: &'static str,
    /// Of a posted one: its expense, which may have been deleted since.
    #[schema(required = true, example = "250322420521504768")]
    expense_id: Option<String>,
}

impl DecidedJson {
    /// `found` is what was decided about the date `due_on` of `schedule`.
    pub fn new(
        schedule: &Schedule,
        due_on: time::Date,
        found: Option<&Occurrence>,
        currency: Currency,
    ) -> Self {
        let decision = Decision::ALL
            .into_iter()
            .find(|one| found.is_some_and(|row| row.is(*one)));
        let amount = found.and_then(|row| row.amount).unwrap_or(schedule.amount);
        Self {
            recurring_id: schedule.id.to_string(),
            date: format_date(due_on),
            state: decision.map_or("open", Decision::name),
            amount: amount.to_plain(currency),
            currency: currency.code(),
            expense_id: found.and_then(|row| row.expense_id).map(|id| id.to_string()),
        }
    }
}
