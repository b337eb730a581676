//! What a person decides about one date besides posting it: skip it, change it, or take that back.

use time::Date;

use super::edit::check_room;
use super::occurrence::{self, Decision, Occurrence};
use super::post::{advance, check_date, was_posted};
use super::row::{self, Schedule};
use crate::books::currency::check_decimals;
use crate::db::{BookId, Conn, WriteContext};
use crate::error::AppError;
use crate::money::Money;

/// Skips a date; one that is skipped already is no error. One that was posted is [`AppError::Conflict`].
pub fn skip(
    conn: &mut Conn,
    owner: BookId,
    id: i64,
    due_on: Date,
    context: &WriteContext,
) -> Result<Schedule, AppError> {
    let schedule = row::find(conn, owner, id)?;
    match occurrence::find(conn, owner, id, due_on)? {
        Some(found) if found.is(Decision::Skipped) => return Ok(schedule),
        Some(found) if found.is(Decision::Posted) => return Err(was_posted()),
        _ => check_date(&schedule, due_on)?,
    }
    let skipped = Occurrence::new(&schedule, due_on, Decision::Skipped, context.now);
    occurrence::save(conn, &[skipped])?;
    advance(conn, owner, schedule.clone())?;
    Ok(schedule)
}

/// Gives a date to come another amount and description than the others.
pub fn change(
    conn: &mut Conn,
    owner: BookId,
    id: i64,
    due_on: Date,
    (amount, description): (Money, String),
    context: &WriteContext,
) -> Result<Schedule, AppError> {
    check_decimals(conn, owner, context.decimals)?;
    let schedule = row::find(conn, owner, id)?;
    match occurrence::find(conn, owner, id, due_on)? {
        Some(found) if found.is(Decision::Skipped) => return Err(super::post::was_skipped()),
        Some(found) if found.is(Decision::Posted) => return Err(was_posted()),
        _ => check_date(&schedule, due_on)?,
    }
    let changed = Occurrence {
        amount: Some(amount),
        description: Some(description),
        ..Occurrence::new(&schedule, due_on, Decision::Changed, context.now)
    };
    occurrence::save(conn, &[changed])?;
    Ok(schedule)
}

/// Takes back that a date was skipped or changed; one that is as the schedule says is no error. One that was posted is
/// [`AppError::Conflict`].
pub fn restore(conn: &mut Conn, owner: BookId, id: i64, due_on: Date) -> Result<Schedule, AppError> {
    let mut schedule = row::find(conn, owner, id)?;
    match occurrence::find(conn, owner, id, due_on)? {
        Some(found) if found.is(Decision::Posted) => return Err(was_posted()),
        Some(_) => {}
        None => {
            check_date(&schedule, due_on)?;
            return Ok(schedule);
        }
    }
    if schedule.ended_on.is_some() || schedule.recurrence().index_of(due_on).is_none() {
        return Err(AppError::invalid(
            "date",
            "This is no longer a date of the recurring entry.",
        ));
    }
    if schedule.next_on.is_none() {
        check_room(conn, owner)?;
    }
    occurrence::remove(conn, owner, id, due_on)?;
    schedule.next_on = Some(schedule.next_on.map_or(due_on, |next| next.min(due_on)));
    row::save(conn, &schedule)?;
    Ok(schedule)
}
