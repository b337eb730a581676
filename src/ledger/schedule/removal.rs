//! The end of a book's schedules.

use diesel::prelude::*;

use crate::db::schema::{dismissed_schedules, occurrences, schedules};
use crate::db::{BookId, Conn};
use crate::error::AppError;

/// Removes the schedules of a closed book and what belongs to them: about `limit` decisions at most; returns whether there
/// may be more.
pub fn remove(conn: &mut Conn, owner: BookId, limit: i64) -> Result<bool, AppError> {
    let ids: Vec<i64> = schedules::table
        .filter(schedules::book_id.eq(owner.0))
        .limit(limit.min(20))
        .select(schedules::id)
        .load(conn)?;
    if ids.is_empty() {
        diesel::delete(dismissed_schedules::table.filter(dismissed_schedules::book_id.eq(owner.0)))
            .execute(conn)?;
        return Ok(false);
    }
    let theirs = occurrences::table
        .filter(occurrences::book_id.eq(owner.0))
        .filter(occurrences::schedule_id.eq_any(ids.clone()));
    diesel::delete(theirs).execute(conn)?;
    let rows = schedules::table
        .filter(schedules::book_id.eq(owner.0))
        .filter(schedules::id.eq_any(ids));
    diesel::delete(rows).execute(conn)?;
    Ok(true)
}

/// Whether a schedule has an amount.
pub fn has_amounts(conn: &mut Conn, owner: BookId) -> Result<bool, AppError> {
    let any: Option<i64> = schedules::table
        .filter(schedules::book_id.eq(owner.0))
        .select(schedules::id)
        .first(conn)
        .optional()?;
    Ok(any.is_some())
}
