//! The end of a history: two years after a change.

use diesel::prelude::*;
use time::{Duration, PrimitiveDateTime};

use crate::db::schema::changes;
use crate::db::{BookId, Conn};
use crate::error::AppError;

/// Days that a change is kept.
pub const HISTORY_DAYS: i64 = 2 * 365;

/// Removes changes that are two years old, those of at most `max` rows or few more; returns how many, at most `max`.
pub fn purge(conn: &mut Conn, owner: BookId, now: PrimitiveDateTime, max: i64) -> Result<i64, AppError> {
    if max <= 0 {
        return Ok(0);
    }
    let old = changes::table
        .filter(changes::book_id.eq(owner.0))
        .filter(changes::at.le(now - Duration::days(HISTORY_DAYS)));
    let mut expenses: Vec<i64> = old
        .order(changes::at)
        .limit(max)
        .select(changes::expense_id)
        .load(conn)?;
    if expenses.is_empty() {
        return Ok(0);
    }
    expenses.sort_unstable();
    expenses.dedup();
    let removed = diesel::delete(old.filter(changes::expense_id.eq_any(expenses))).execute(conn)?;
    Ok(i64::try_from(removed).unwrap_or(max).min(max))
}

/// Removes the whole history of a closed book.
pub(in crate::ledger) fn remove_all(conn: &mut Conn, owner: BookId) -> Result<(), AppError> {
    diesel::delete(changes::table.filter(changes::book_id.eq(owner.0))).execute(conn)?;
    Ok(())
}
