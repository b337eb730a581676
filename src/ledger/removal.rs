//! Removes the ledger of a closed book in batches, so that other writes do not wait long.

use diesel::prelude::*;

use super::change::{Change, apply};
use super::history::expiry;
use super::{schedule, search, totals};
use crate::db::schema::{categories, expenses};
use crate::db::{BookId, Conn};
use crate::error::AppError;

/// Removes at most `limit` expenses or daily totals; after the last of them, everything else. Returns whether there may
/// be more.
pub(super) fn remove(conn: &mut Conn, owner: BookId, limit: i64) -> Result<bool, AppError> {
    if schedule::removal::remove(conn, owner, limit)? {
        return Ok(true);
    }
    let ids: Vec<i64> = expenses::table
        .filter(expenses::book_id.eq(owner.0))
        .limit(limit)
        .select(expenses::id)
        .load(conn)?;
    if !ids.is_empty() {
        apply(conn, owner, Change::Erase(&ids))?;
        // Otherwise the last batch would have to remove all of them from the index.
        search::index_pending(conn, limit)?;
        return Ok(true);
    }
    if totals::remove(conn, owner, limit)? {
        return Ok(true);
    }
    expiry::remove_all(conn, owner)?;
    diesel::delete(categories::table.filter(categories::book_id.eq(owner.0))).execute(conn)?;
    Ok(false)
}

/// Whether there are expenses, deleted ones included, or schedules.
pub(super) fn has_amounts(conn: &mut Conn, owner: BookId) -> Result<bool, AppError> {
    let any: Option<i64> = expenses::table
        .filter(expenses::book_id.eq(owner.0))
        .select(expenses::id)
        .first(conn)
        .optional()?;
    Ok(any.is_some() || schedule::removal::has_amounts(conn, owner)?)
}
