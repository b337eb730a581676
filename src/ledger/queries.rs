//! Statements that read single expenses, and the pages of the trash.

use std::collections::HashSet;

use diesel::prelude::*;
use time::{Duration, PrimitiveDateTime};

use super::category::CategoryRef;
use super::expense::Expense;
use super::page_position::PagePosition;
use crate::db::schema::{categories, expenses};
use crate::db::{BookId, Conn};
use crate::error::AppError;

/// Days a deleted expense stays in the trash.
pub const TRASH_DAYS: i64 = 30;

/// The expense that the submit with this key has created, also one in the trash.
pub(super) fn by_request(conn: &mut Conn, owner: BookId, key: &str) -> Result<Option<Expense>, AppError> {
    Ok(expenses::table
        .filter(expenses::book_id.eq(owner.0))
        .filter(expenses::request_key.eq(key))
        .select(expenses::all_columns)
        .first(conn)
        .optional()?)
}

/// One expense that is not in the trash.
pub fn find(conn: &mut Conn, owner: BookId, id: i64) -> Result<Expense, AppError> {
    Ok(expenses::table
        .filter(expenses::book_id.eq(owner.0))
        .filter(expenses::id.eq(id))
        .filter(expenses::deleted_at.is_null())
        .select(expenses::all_columns)
        .first(conn)?)
}

/// Those of some expenses that are not in the trash.
pub fn live(conn: &mut Conn, owner: BookId, ids: &[i64]) -> Result<HashSet<i64>, AppError> {
    let found: Vec<i64> = expenses::table
        .filter(expenses::book_id.eq(owner.0))
        .filter(expenses::id.eq_any(ids))
        .filter(expenses::deleted_at.is_null())
        .select(expenses::id)
        .load(conn)?;
    Ok(found.into_iter().collect())
}

/// One expense that is not in the trash, with its category.
pub(super) fn find_named(
    conn: &mut Conn,
    owner: BookId,
    id: i64,
) -> Result<(Expense, CategoryRef), AppError> {
    Ok(expenses::table
        .inner_join(
            categories::table.on(categories::book_id
                .eq(expenses::book_id)
                .and(categories::id.eq(expenses::category_id))),
        )
        .filter(expenses::book_id.eq(owner.0))
        .filter(expenses::id.eq(id))
        .filter(expenses::deleted_at.is_null())
        .select((expenses::all_columns, CategoryRef::as_select()))
        .first(conn)?)
}

/// One expense, also one that has been in the trash for less than [`TRASH_DAYS`]. After that it is
/// [`AppError::NotFound`], also before it is removed.
pub fn find_restorable(
    conn: &mut Conn,
    owner: BookId,
    id: i64,
    now: PrimitiveDateTime,
) -> Result<Expense, AppError> {
    let found = find_anywhere(conn, owner, id)?;
    let due = now - Duration::days(TRASH_DAYS);
    if found.deleted_at.is_some_and(|at| at <= due) {
        return Err(AppError::NotFound);
    }
    Ok(found)
}

/// One expense, also one in the trash.
pub(super) fn find_anywhere(conn: &mut Conn, owner: BookId, id: i64) -> Result<Expense, AppError> {
    Ok(expenses::table
        .filter(expenses::book_id.eq(owner.0))
        .filter(expenses::id.eq(id))
        .select(expenses::all_columns)
        .first(conn)?)
}

/// At most `limit` rows of the trash from `position` on, last deleted first.
pub fn trashed(
    conn: &mut Conn,
    owner: BookId,
    now: PrimitiveDateTime,
    position: PagePosition<PrimitiveDateTime>,
    limit: i64,
) -> Result<Vec<Expense>, AppError> {
    use expenses::{deleted_at, id};
    let rows = expenses::table
        .filter(expenses::book_id.eq(owner.0))
        .filter(deleted_at.gt(now - Duration::days(TRASH_DAYS)))
        .select(expenses::all_columns)
        .limit(limit)
        .into_boxed();
    let rows = match position {
        PagePosition::Start => rows,
        PagePosition::After(at, row) => rows.filter(deleted_at.lt(at).or(deleted_at.eq(at).and(id.lt(row)))),
        PagePosition::Before(at, row) => rows.filter(deleted_at.gt(at).or(deleted_at.eq(at).and(id.gt(row)))),
    };
    if !matches!(position, PagePosition::Before(..)) {
        return Ok(rows.order((deleted_at.desc(), id.desc())).load(conn)?);
    }
    let mut found: Vec<Expense> = rows.order((deleted_at.asc(), id.asc())).load(conn)?;
    found.reverse();
    Ok(found)
}

/// The greatest id of a book's expenses, those in the trash included; 0 where it has none.
pub fn greatest_id(conn: &mut Conn, owner: BookId) -> Result<i64, AppError> {
    let id: Option<i64> = expenses::table
        .filter(expenses::book_id.eq(owner.0))
        .order(expenses::id.desc())
        .select(expenses::id)
        .first(conn)
        .optional()?;
    Ok(id.unwrap_or(0))
}
