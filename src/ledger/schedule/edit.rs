//! Creates and changes schedules.

use diesel::prelude::*;
use time::Date;

use super::lifecycle::has_ended;
use super::occurrence::{self, Decision, Decisions, Occurrence};
use super::open_dates::next_open;
use super::row::{self, Mode, Schedule};
use crate::db::schema::schedules;
use crate::db::{BookId, Conn, WriteContext};
use crate::error::AppError;
use crate::ledger::category::{self, CategoryRef};
use crate::ledger::category_color::Colors;
use crate::ledger::expense::NewExpense;
use crate::ledger::paid_by::PaidBy;
use crate::ledger::write::check_payer;
use crate::period::Recurrence;

/// Schedules of a book that have not ended.
pub const MAX_OPEN: i64 = 500;

/// A schedule that has passed every check, from a form or from JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSchedule {
    /// What is entered; its date is the first one, or the next one of a schedule that is changed.
    pub expense: NewExpense,
    /// Its `times` are counted from that date.
    pub recurrence: Recurrence,
    pub mode: Mode,
}

impl NewSchedule {
    /// What identifies a submit, like that of an expense.
    pub fn request_key(&self, request_id: &str, context: &WriteContext) -> String {
        let dates = format!("{request_id} {:?} {:?}", self.recurrence, self.mode);
        self.expense.request_key(&dates, context)
    }
}

/// Creates a schedule, or finds the one that the same submit has created; with its category. Nothing is posted yet.
pub fn create(
    conn: &mut Conn,
    owner: BookId,
    new: &NewSchedule,
    request_key: Option<String>,
    context: &WriteContext,
) -> Result<(Schedule, CategoryRef), AppError> {
    if let Some(key) = &request_key
        && let Some(made) = row::by_request(conn, owner, key)?
    {
        let category = category::find(conn, owner, made.category_id)?;
        return Ok((made, category));
    }
    check_room(conn, owner)?;
    check_payer(conn, owner, &new.expense, None, context)?;
    let category = category_of(conn, owner, new, context)?;
    let recurrence = new.recurrence;
    let row = Schedule {
        book_id: owner.0,
        id: context.ids.next(),
        category_id: category.id,
        amount: new.expense.amount,
        description: new.expense.description.clone(),
        paid_by: PaidBy::of(new.expense.paid_by.unwrap_or(context.by), context.made_by).stored(),
        created_by: PaidBy::of(context.by, context.made_by).stored(),
        first_on: recurrence.first,
        unit: recurrence.unit.as_str().to_owned(),
        every: i32::from(recurrence.every),
        until: recurrence.until,
        times: stored_times(recurrence.times),
        mode: new.mode.name().to_owned(),
        next_on: recurrence.date(0),
        paused_on: None,
        ended_on: None,
        version: 1,
        created_at: context.now,
        updated_at: context.now,
        request_key,
    };
    row::insert(conn, row.clone())?;
    Ok((row, category))
}

/// Refuses one more open schedule where there are [`MAX_OPEN`].
pub(super) fn check_room(conn: &mut Conn, owner: BookId) -> Result<(), AppError> {
    let open: i64 = schedules::table
        .filter(schedules::book_id.eq(owner.0))
        .filter(schedules::next_on.is_not_null())
        .filter(schedules::ended_on.is_null())
        .count()
        .get_result(conn)?;
    if open >= MAX_OPEN {
        return Err(AppError::invalid(
            "amount",
            format!("You've reached the limit of {MAX_OPEN} recurring entries. End one to add another."),
        ));
    }
    Ok(())
}

/// Changes a schedule from its next date on. With `version`, only if it still has that version; otherwise the error is
/// [`AppError::PreconditionFailed`].
///
/// Dates are still counted from the first one where they can be: a 31st does not become a 28th because it is changed in
/// February. Open dates before the new next one are skipped.
pub fn update(
    conn: &mut Conn,
    owner: BookId,
    id: i64,
    new: &NewSchedule,
    version: Option<i32>,
    context: &WriteContext,
) -> Result<(Schedule, CategoryRef), AppError> {
    let old = row::find(conn, owner, id)?;
    if old.ended_on.is_some() {
        return Err(has_ended());
    }
    if version.is_some_and(|version| version != old.version) {
        return Err(AppError::PreconditionFailed(
            "This changed since you fetched it. Fetch it again and retry.".to_owned(),
        ));
    }
    let payer = new
        .expense
        .paid_by
        .map(|payer| PaidBy::of(payer, context.made_by).stored());
    if payer.is_some_and(|payer| payer != old.paid_by) {
        check_payer(conn, owner, &new.expense, None, context)?;
    }
    let category = category_of(conn, owner, new, context)?;
    let mut changed = Schedule {
        category_id: category.id,
        amount: new.expense.amount,
        description: new.expense.description.clone(),
        paid_by: payer.unwrap_or(old.paid_by),
        mode: new.mode.name().to_owned(),
        ..with_dates(&old, &new.recurrence)
    };
    if changed == old {
        return Ok((old, category));
    }
    let first = new.recurrence.first;
    let decisions = Decisions::of_rows(occurrence::of_schedule(conn, owner, id, changed.first_on)?);
    let before = changed.recurrence().dates_from(changed.first_on);
    let skipped: Vec<Occurrence> = before
        .take_while(|date| *date < first)
        .filter(|date| decisions.is_open(id, *date))
        .map(|date| Occurrence::new(&old, date, Decision::Skipped, context.now))
        .collect();
    occurrence::save(conn, &skipped)?;
    changed.next_on = next_open(&changed, first, &decisions);
    if old.next_on.is_none() && changed.next_on.is_some() {
        check_room(conn, owner)?;
    }
    changed.version += 1;
    changed.updated_at = context.now;
    row::save(conn, &changed)?;
    Ok((changed, category))
}

/// The dates of a schedule after [`update`] with these.
pub fn changed_dates(old: &Schedule, new: &Recurrence) -> Recurrence {
    with_dates(old, new).recurrence()
}

/// The old schedule with other dates from `new.first` on. They are still counted from its first date where that has the
/// date, too, in the same unit.
fn with_dates(old: &Schedule, new: &Recurrence) -> Schedule {
    let counted = Recurrence {
        first: old.first_on,
        until: None,
        times: None,
        ..*new
    };
    let is_same_unit = old.recurrence().unit == new.unit;
    let (first_on, before) = match counted.index_of(new.first).filter(|_| is_same_unit) {
        Some(index) => (old.first_on, index),
        None => (new.first, 0),
    };
    Schedule {
        first_on,
        unit: new.unit.as_str().to_owned(),
        every: i32::from(new.every),
        until: new.until,
        times: stored_times(new.times.map(|times| times.saturating_add(before))),
        ..old.clone()
    }
}

/// How many dates a schedule has from its next one on, 0 after the last one; `None` without a limit of their number.
pub fn times_left(schedule: &Schedule) -> Option<u32> {
    let all = schedule.recurrence();
    let times = all.times?;
    let passed = schedule.next_on.map(|next| all.index_of(next).unwrap_or(0));
    Some(passed.map_or(0, |passed| times.saturating_sub(passed)))
}

/// The date that follows the last decided one of a schedule without dates to come, if it had no end.
pub fn next_beyond_end(schedule: &Schedule, last: Option<Date>) -> Option<Date> {
    let endless = Recurrence {
        until: None,
        times: None,
        ..schedule.recurrence()
    };
    let from = last.and_then(Date::next_day).unwrap_or(schedule.first_on);
    endless.dates_from(from).next()
}

fn stored_times(times: Option<u32>) -> Option<i32> {
    times.map(|times| i32::try_from(times).unwrap_or(i32::MAX))
}

fn category_of(
    conn: &mut Conn,
    owner: BookId,
    new: &NewSchedule,
    context: &WriteContext,
) -> Result<CategoryRef, AppError> {
    let wanted = (new.expense.category.as_str(), new.expense.kind);
    category::find_or_create(conn, owner, wanted, context, &mut Colors::default())
}
