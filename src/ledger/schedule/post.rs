//! Enters the expenses of schedules: by itself on their days, or when a person confirms one.
//!
//! The row in `occurrences` is written in the same transaction as the expense, so that a date is posted once, whatever
//! stops or starts in between. It stays when the expense is deleted.

use std::collections::BTreeSet;

use diesel::prelude::*;
use time::{Date, PrimitiveDateTime};

use super::occurrence::{self, Decision, Occurrence};
use super::open_dates::{OpenDate, OpenSchedules, next_open};
use super::payers::{self, Members};
use super::row::{self, Mode, Schedule};
use crate::books::book;
use crate::books::currency::check_decimals;
use crate::db::ids::IdMaker;
use crate::db::schema::expenses;
use crate::db::{BookId, Conn, WriteContext};
use crate::error::AppError;
use crate::ledger::category::Categories;
use crate::ledger::change::{Change, apply};
use crate::ledger::expense::{Expense, SCHEDULE_KEY};
use crate::ledger::paid_by::PaidBy;
use crate::ledger::queries::find_anywhere;
use crate::money::Money;
use crate::period::DateRange;
use crate::text;

/// Expenses that one unit of work enters, so that other writes don't wait long.
pub const MOST_AT_ONCE: usize = 400;

/// Enters what active schedules of the mode "post" have due until `today`, at most [`MOST_AT_ONCE`] expenses, each on its
/// own date and in that order; returns how many. Zero means that nothing is left. A schedule whose payer has left the book
/// asks from now on.
pub fn post_due(
    conn: &mut Conn,
    owner: BookId,
    today: Date,
    ids: &IdMaker,
    now: PrimitiveDateTime,
) -> Result<usize, AppError> {
    let open = OpenSchedules::of(conn, owner)?;
    if !open.have_due(today) {
        return Ok(0);
    }
    post_open(conn, owner, open, today, (ids, now))
}

/// Enters what one schedule has due, like [`post_due`]; returns it as it is after that.
pub fn post_due_of(
    conn: &mut Conn,
    owner: BookId,
    schedule: Schedule,
    today: Date,
    context: &WriteContext,
) -> Result<Schedule, AppError> {
    let id = schedule.id;
    let open = OpenSchedules::of_one(conn, owner, schedule)?;
    if open.have_due(today) {
        post_open(conn, owner, open, today, (&context.ids, context.now))?;
    }
    row::find(conn, owner, id)
}

fn post_open(
    conn: &mut Conn,
    owner: BookId,
    mut open: OpenSchedules,
    today: Date,
    (ids, now): (&IdMaker, PrimitiveDateTime),
) -> Result<usize, AppError> {
    let book = book::find(conn, owner)?;
    let members = Members::of(conn, &book)?;
    for one in &mut open.schedules {
        // A person decides who pays from now on.
        if one.posts_itself() && one.next_on.is_some_and(|next| next <= today) && !members.have_payer(one) {
            Mode::Ask.name().clone_into(&mut one.mode);
            row::save(conn, one)?;
        }
    }
    open.schedules.retain(Schedule::posts_itself);
    let (mut rows, mut posted) = (Vec::new(), Vec::new());
    for date in open.dates(today).take(MOST_AT_ONCE) {
        let row = expense(
            &date,
            date.schedule.paid_by,
            date.schedule.created_by,
            ids.next(),
            now,
        );
        posted.push(record(&date, &row, now));
        rows.push(row);
    }
    apply(conn, owner, Change::Insert(&rows))?;
    occurrence::save(conn, &posted)?;
    let touched: BTreeSet<i64> = posted.iter().map(|row| row.schedule_id).collect();
    for id in touched {
        let schedule = row::find(conn, owner, id)?;
        advance(conn, owner, schedule)?;
    }
    Ok(rows.len())
}

/// Dates and amounts of what schedules have entered as spending in a range of days, without deleted ones.
pub fn entered(
    conn: &mut Conn,
    owner: BookId,
    categories: &Categories,
    days: DateRange,
) -> Result<Vec<(Date, Money)>, AppError> {
    let rows: Vec<(Date, Money, i64)> = expenses::table
        .filter(expenses::book_id.eq(owner.0))
        .filter(expenses::spent_on.between(days.first(), days.last()))
        .filter(expenses::deleted_at.is_null())
        .filter(expenses::request_key.like(format!("{SCHEDULE_KEY}%")))
        .select((expenses::spent_on, expenses::amount, expenses::category_id))
        .load(conn)?;
    let spending = rows
        .into_iter()
        .filter(|(_, _, category)| !categories.is_income(*category));
    Ok(spending.map(|(day, amount, _)| (day, amount)).collect())
}

/// How a person enters one date.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Posting {
    /// `None` is what the schedule says.
    pub amount: Option<Money>,
    /// `None` is the date itself, or today for one that is to come.
    pub date: Option<Date>,
    /// `None` is what the schedule says.
    pub description: Option<String>,
}

/// What [`post_one`] has done.
#[derive(Debug, Clone)]
pub enum Posted {
    New(Expense),
    /// It was posted before, as this expense; `None` if that was deleted for good.
    Already(Option<Expense>),
}

/// Enters one date of a schedule. A date that was skipped is [`AppError::Conflict`], one that the schedule does not have
/// [`AppError::Invalid`] at `date`.
pub fn post_one(
    conn: &mut Conn,
    owner: BookId,
    id: i64,
    due_on: Date,
    (posting, today): (Posting, Date),
    context: &WriteContext,
) -> Result<Posted, AppError> {
    check_decimals(conn, owner, context.decimals)?;
    let schedule = row::find(conn, owner, id)?;
    match occurrence::find(conn, owner, id, due_on)? {
        Some(found) if found.is(Decision::Posted) => return already(conn, owner, &found, &posting),
        Some(found) if found.is(Decision::Skipped) => return Err(was_skipped()),
        _ => {}
    }
    let is_member = payers::is_member(conn, owner, &schedule, context.made_by)?;
    let open = OpenSchedules::of_one(conn, owner, schedule)?;
    let schedule = &open.schedules[0];
    check_date(schedule, due_on)?;
    let mut date = open.date(schedule, due_on);
    date.amount = posting.amount.unwrap_or(date.amount);
    if let Some(description) = &posting.description {
        date.description = description;
    }
    let by = PaidBy::of(context.by, context.made_by).stored();
    let paid_by = if is_member { schedule.paid_by } else { by };
    let mut row = expense(&date, paid_by, by, context.ids.next(), context.now);
    row.spent_on = posting.date.unwrap_or_else(|| due_on.min(today));
    let posted = record(&date, &row, context.now);
    apply(conn, owner, Change::Insert(std::slice::from_ref(&row)))?;
    occurrence::save(conn, &[posted])?;
    advance(conn, owner, schedule.clone())?;
    Ok(Posted::New(row))
}

/// The expense that was posted. One with other values than `posting` is [`AppError::Conflict`].
fn already(
    conn: &mut Conn,
    owner: BookId,
    found: &Occurrence,
    posting: &Posting,
) -> Result<Posted, AppError> {
    let expense = match found.expense_id.map(|id| find_anywhere(conn, owner, id)) {
        None | Some(Err(AppError::NotFound)) => None,
        Some(found) => Some(found?),
    };
    let is_other = posting.amount.is_some_and(|amount| found.amount != Some(amount))
        || expense.as_ref().is_some_and(|row| {
            posting.date.is_some_and(|date| date != row.spent_on)
                || posting
                    .description
                    .as_ref()
                    .is_some_and(|text| *text != row.description)
        });
    if is_other {
        return Err(was_posted());
    }
    Ok(Posted::Already(expense))
}

pub(super) fn was_posted() -> AppError {
    AppError::Conflict(
        "This date was entered in the meantime. Edit or delete its expense instead.".to_owned(),
    )
}

pub(super) fn was_skipped() -> AppError {
    AppError::Conflict("This date was skipped in the meantime. Restore it first to enter it.".to_owned())
}

/// Refuses a date that the schedule does not have, or that lies before its next one.
pub(super) fn check_date(schedule: &Schedule, due_on: Date) -> Result<(), AppError> {
    let is_ahead = schedule.ended_on.is_none() && schedule.next_on.is_some_and(|next| due_on >= next);
    if is_ahead && schedule.recurrence().index_of(due_on).is_some() {
        Ok(())
    } else {
        Err(not_its_date())
    }
}

/// The error for a date that a schedule does not have.
pub fn not_its_date() -> AppError {
    AppError::invalid("date", "The recurring entry doesn't have this date.")
}

/// Sets the next date after something was decided.
pub(super) fn advance(conn: &mut Conn, owner: BookId, mut schedule: Schedule) -> Result<(), AppError> {
    let Some(from) = schedule.next_on else {
        return Ok(());
    };
    let open = OpenSchedules::of_one(conn, owner, schedule.clone())?;
    schedule.next_on = next_open(&schedule, from, &open.decisions);
    row::save(conn, &schedule)
}

fn expense(
    date: &OpenDate<'_>,
    paid_by: Option<i64>,
    created_by: Option<i64>,
    id: i64,
    now: PrimitiveDateTime,
) -> Expense {
    Expense {
        book_id: date.schedule.book_id,
        id,
        spent_on: date.due_on,
        category_id: date.schedule.category_id,
        amount: date.amount,
        description: date.description.to_owned(),
        search: text::search_text(date.description),
        request_key: Some(Expense::schedule_key(date.schedule.id, date.due_on)),
        version: 1,
        created_at: now,
        updated_at: now,
        deleted_at: None,
        paid_by,
        created_by,
    }
}

fn record(date: &OpenDate<'_>, row: &Expense, now: PrimitiveDateTime) -> Occurrence {
    Occurrence {
        expense_id: Some(row.id),
        amount: Some(row.amount),
        ..Occurrence::new(date.schedule, date.due_on, Decision::Posted, now)
    }
}
