//! Pauses, resumes and ends a schedule. What was posted stays.

use time::Date;

use super::occurrence::{self, Decision, Occurrence};
use super::open_dates::{OpenSchedules, next_open};
use super::row::{self, Schedule};
use crate::db::{BookId, Conn, WriteContext};
use crate::error::AppError;

/// Dates that [`resume`] names.
const NAMED: usize = 5;

/// What a resumed schedule has left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Skipped {
    pub count: usize,
    /// The first few of them.
    pub first: Vec<Date>,
}

/// Enters nothing from `today` on; one that is paused already is no error.
pub fn pause(
    conn: &mut Conn,
    owner: BookId,
    id: i64,
    today: Date,
    context: &WriteContext,
) -> Result<Schedule, AppError> {
    let mut schedule = open(conn, owner, id)?;
    if schedule.paused_on.is_none() {
        schedule.paused_on = Some(today);
        save(conn, &mut schedule, context)?;
    }
    Ok(schedule)
}

/// Continues a paused schedule; one that is active is no error. Dates from the pause until yesterday are skipped.
pub fn resume(
    conn: &mut Conn,
    owner: BookId,
    id: i64,
    today: Date,
    context: &WriteContext,
) -> Result<(Schedule, Skipped), AppError> {
    let mut schedule = open(conn, owner, id)?;
    let Some(since) = schedule.paused_on.take() else {
        return Ok((schedule, Skipped::default()));
    };
    let mut open = OpenSchedules::of_one(conn, owner, schedule.clone())?;
    let rows: Vec<Occurrence> = match today.previous_day() {
        Some(yesterday) => open
            .of_schedule(&schedule, (since, yesterday))
            .map(|date| Occurrence::new(&schedule, date.due_on, Decision::Skipped, context.now))
            .collect(),
        None => Vec::new(),
    };
    occurrence::save(conn, &rows)?;
    let skipped = Skipped {
        count: rows.len(),
        first: rows.iter().map(|row| row.due_on).take(NAMED).collect(),
    };
    open.decisions.extend(rows);
    schedule.next_on = schedule
        .next_on
        .and_then(|next| next_open(&schedule, next, &open.decisions));
    save(conn, &mut schedule, context)?;
    Ok((schedule, skipped))
}

/// Ends a schedule for good; one that has ended is no error.
pub fn end(
    conn: &mut Conn,
    owner: BookId,
    id: i64,
    today: Date,
    context: &WriteContext,
) -> Result<Schedule, AppError> {
    let mut schedule = row::find(conn, owner, id)?;
    if schedule.ended_on.is_none() {
        schedule.ended_on = Some(today);
        schedule.next_on = None;
        schedule.paused_on = None;
        save(conn, &mut schedule, context)?;
    }
    Ok(schedule)
}

fn open(conn: &mut Conn, owner: BookId, id: i64) -> Result<Schedule, AppError> {
    let schedule = row::find(conn, owner, id)?;
    if schedule.ended_on.is_some() || schedule.next_on.is_none() {
        return Err(has_ended());
    }
    Ok(schedule)
}

/// The error for a change of a schedule that has ended.
pub fn has_ended() -> AppError {
    AppError::Conflict("This recurring entry has ended.".to_owned())
}

fn save(conn: &mut Conn, schedule: &mut Schedule, context: &WriteContext) -> Result<(), AppError> {
    schedule.version += 1;
    schedule.updated_at = context.now;
    row::save(conn, schedule)
}
