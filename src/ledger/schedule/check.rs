//! Compares the next date of each schedule with what was decided about its dates, for the command `check`.

use super::occurrence::{self, Decisions};
use super::open_dates::next_open;
use super::row::{self, Schedule};
use crate::db::{BookId, Conn};
use crate::error::AppError;

/// The schedules of a book whose next date is not their first open one, with the right one.
pub fn wrong(conn: &mut Conn, owner: BookId) -> Result<Vec<Schedule>, AppError> {
    let mut wrong = Vec::new();
    for mut schedule in row::all(conn, owner)? {
        let next = if schedule.ended_on.is_some() {
            None
        } else {
            let rows = occurrence::of_schedule(conn, owner, schedule.id, schedule.first_on)?;
            next_open(&schedule, schedule.first_on, &Decisions::of_rows(rows))
        };
        if schedule.next_on != next {
            schedule.next_on = next;
            wrong.push(schedule);
        }
    }
    Ok(wrong)
}

/// Sets the next date of each schedule to its first open one.
pub fn repair(conn: &mut Conn, owner: BookId) -> Result<(), AppError> {
    for schedule in wrong(conn, owner)? {
        row::save(conn, &schedule)?;
    }
    Ok(())
}
