//! Moves expenses to the trash and out of it, and removes them for good, for `change::apply`.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use diesel::prelude::*;
use diesel::result::QueryResult;
use time::PrimitiveDateTime;

use super::category::{self, CategoryRef};
use super::expense::{COLUMNS, Expense};
use super::history::record::{self, What};
use super::limits::check_sums;
use super::totals::total::Counted;
use super::{search, totals};
use crate::db::schema::expenses;
use crate::db::{BookId, Conn, WriteContext, sql};
use crate::error::AppError;

pub(super) fn trash(
    conn: &mut Conn,
    owner: BookId,
    id: i64,
    context: &WriteContext,
) -> Result<Option<(Expense, CategoryRef)>, AppError> {
    let Some(row) = move_to(conn, owner, id, Some(context.now))? else {
        return Ok(None);
    };
    search::note(conn, search::Change::Removed(owner, &[id]))?;
    totals::add(conn, [Counted::removed(&row)])?;
    let category = category::find(conn, owner, row.category_id)?;
    let old = Expense {
        deleted_at: None,
        version: row.version - 1,
        ..row.clone()
    };
    record::insert(conn, &old, &category, What::Deleted, context)?;
    Ok(Some((row, category)))
}

pub(super) fn trash_many(
    conn: &mut Conn,
    owner: BookId,
    ids: &[i64],
    context: &WriteContext,
) -> Result<usize, AppError> {
    let live = expenses::table
        .filter(expenses::book_id.eq(owner.0))
        .filter(expenses::id.eq_any(ids))
        .filter(expenses::deleted_at.is_null());
    let rows: Vec<Expense> = live.clone().select(expenses::all_columns).load(conn)?;
    diesel::update(live)
        .set((
            expenses::deleted_at.eq(Some(context.now)),
            expenses::version.eq(expenses::version + 1),
        ))
        .execute(conn)?;
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    search::note(conn, search::Change::Removed(owner, &ids))?;
    totals::add(conn, rows.iter().map(Counted::removed))?;
    let mut categories: HashMap<i64, CategoryRef> = HashMap::new();
    for row in &rows {
        if let Entry::Vacant(missing) = categories.entry(row.category_id) {
            missing.insert(category::find(conn, owner, row.category_id)?);
        }
    }
    let named = rows
        .iter()
        .filter_map(|row| Some((row, categories.get(&row.category_id)?)));
    record::insert_many(conn, named, What::Deleted, context)?;
    Ok(rows.len())
}

pub(super) fn restore(
    conn: &mut Conn,
    owner: BookId,
    id: i64,
    context: &WriteContext,
) -> Result<Option<(Expense, CategoryRef)>, AppError> {
    let Some(row) = move_to(conn, owner, id, None)? else {
        return Ok(None);
    };
    check_sums(conn, owner, [row.amount])?;
    search::note(conn, search::Change::Added(std::slice::from_ref(&row)))?;
    totals::add(conn, [Counted::added(&row)])?;
    let category = category::find(conn, owner, row.category_id)?;
    let old = Expense {
        // The time does not matter: a recorded state only says that it was in the trash.
        deleted_at: Some(context.now),
        version: row.version - 1,
        ..row.clone()
    };
    record::insert(conn, &old, &category, What::Restored, context)?;
    Ok(Some((row, category)))
}

sql! { MoveTo { deleted_at: Option<PrimitiveDateTime>, owner: i64, id: i64 } -> expenses::SqlType:
    "UPDATE expenses SET deleted_at = :deleted_at, version = version + 1 \
     WHERE book_id = :owner AND id = :id AND (deleted_at IS NULL) <> (:deleted_at IS NULL) RETURNING ",
    COLUMNS
}

/// Moves an expense into the trash or out of it; `None` where it is there already.
fn move_to(
    conn: &mut Conn,
    owner: BookId,
    id: i64,
    deleted_at: Option<PrimitiveDateTime>,
) -> QueryResult<Option<Expense>> {
    let owner = owner.0;
    let statement = MoveTo {
        deleted_at,
        owner,
        id,
    }
    .bound();
    statement.get_result(conn).optional()
}

/// A row that was restored in the meantime stays, with its history.
pub(super) fn purge(conn: &mut Conn, owner: BookId, ids: &[i64]) -> Result<usize, AppError> {
    let rows = expenses::table
        .filter(expenses::book_id.eq(owner.0))
        .filter(expenses::id.eq_any(ids));
    let purged = diesel::delete(rows.clone().filter(expenses::deleted_at.is_not_null())).execute(conn)?;
    let kept: Vec<i64> = rows.select(expenses::id).load(conn)?;
    let gone: Vec<i64> = ids.iter().copied().filter(|id| !kept.contains(id)).collect();
    record::remove(conn, owner, &gone)?;
    Ok(purged)
}

pub(super) fn erase(conn: &mut Conn, owner: BookId, ids: &[i64]) -> QueryResult<usize> {
    let rows = expenses::table
        .filter(expenses::book_id.eq(owner.0))
        .filter(expenses::id.eq_any(ids));
    diesel::delete(rows).execute(conn)
}
