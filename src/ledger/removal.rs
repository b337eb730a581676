//! The end of a ledger: its rows are removed in pieces, so that nobody waits long behind them.

use diesel::prelude::*;
use time::Date;

use super::search::{self, Change};
use crate::db::schema::{categories, daily_totals, expenses, monthly_totals};
use crate::db::{Conn, UserId};
use crate::error::AppError;

/// Removes at most `limit` expenses or days of totals; what is left after those goes at once. Returns whether there may
/// be more.
pub(super) fn remove(conn: &mut Conn, owner: UserId, limit: i64) -> Result<bool, AppError> {
    let ids: Vec<i64> = expenses::table
        .filter(expenses::user_id.eq(owner.0))
        .limit(limit)
        .select(expenses::id)
        .load(conn)?;
    if !ids.is_empty() {
        search::note(conn, Change::Removed(owner, &ids))?;
        diesel::delete(
            expenses::table
                .filter(expenses::user_id.eq(owner.0))
                .filter(expenses::id.eq_any(ids)),
        )
        .execute(conn)?;
        // Otherwise the last piece would have to take all of them out of the index.
        search::index_pending(conn, limit)?;
        return Ok(true);
    }
    let days: Vec<Date> = daily_totals::table
        .filter(daily_totals::user_id.eq(owner.0))
        .order(daily_totals::spent_on)
        .limit(limit)
        .select(daily_totals::spent_on)
        .load(conn)?;
    if let Some(last) = days.last() {
        diesel::delete(
            daily_totals::table
                .filter(daily_totals::user_id.eq(owner.0))
                .filter(daily_totals::spent_on.le(*last)),
        )
        .execute(conn)?;
        return Ok(true);
    }
    diesel::delete(monthly_totals::table.filter(monthly_totals::user_id.eq(owner.0))).execute(conn)?;
    diesel::delete(categories::table.filter(categories::user_id.eq(owner.0))).execute(conn)?;
    Ok(false)
}

/// Whether there are expenses, deleted ones included.
pub(super) fn has_amounts(conn: &mut Conn, owner: UserId) -> Result<bool, AppError> {
    let any: Option<i64> = expenses::table
        .filter(expenses::user_id.eq(owner.0))
        .select(expenses::id)
        .first(conn)
        .optional()?;
    Ok(any.is_some())
}
