//! Creates, changes, deletes and restores expenses. `change` writes them to the database.

use std::collections::HashMap;

use diesel::prelude::*;
use time::{Duration, PrimitiveDateTime};

use super::category::{self as categories, Colors};
pub(crate) use super::change::insert;
use super::change::{Change, apply};
use super::expense::{Expense, NewExpense, TRASH_DAYS, by_request, find, find_anywhere};
pub(crate) use super::limits::check_sums;
use crate::db::schema::expenses;
use crate::db::{BookId, Conn, WriteContext};
use crate::error::AppError;
use crate::text;

/// Creates an expense, or finds the one that the same submit has created; with its category's name.
pub fn create(
    conn: &mut Conn,
    owner: BookId,
    new: &NewExpense,
    request_key: Option<String>,
    context: &WriteContext,
) -> Result<(Expense, String), AppError> {
    if let Some(key) = &request_key
        && let Some(existing) = by_request(conn, owner, key)?
    {
        return repeated(conn, owner, existing, new, context);
    }
    let (category_id, category) = category_of(conn, owner, new, context, &mut Colors::default())?;
    let row = Expense::new(owner, category_id, new, request_key.clone(), context);
    if apply(conn, owner, Change::InsertOnce(&row))?.count > 0 {
        return Ok((row, category));
    }
    // Another instance has received the same submit at the same time and created the expense.
    let existing = request_key
        .map(|key| by_request(conn, owner, &key))
        .transpose()?
        .flatten();
    let existing = existing.ok_or_else(|| AppError::internal("an id was made twice"))?;
    repeated(conn, owner, existing, new, context)
}

/// The expense that the same submit has created before.
///
/// If it is in the trash now, the person wants it back and gets it as submitted. It is restored instead of created again,
/// so that an Undo of its deletion does not create a second one.
fn repeated(
    conn: &mut Conn,
    owner: BookId,
    existing: Expense,
    new: &NewExpense,
    context: &WriteContext,
) -> Result<(Expense, String), AppError> {
    if existing.deleted_at.is_some() {
        apply(conn, owner, Change::Restore { id: existing.id })?;
        return update(conn, owner, existing.id, new, None, context);
    }
    let category = categories::name_of(conn, owner, existing.category_id)?;
    Ok((existing, category))
}

/// Creates many expenses, all or none; their ids in the order given. An error names its item: `items[3].category`.
pub fn create_many(
    conn: &mut Conn,
    owner: BookId,
    new: &[NewExpense],
    context: &WriteContext,
) -> Result<Vec<i64>, AppError> {
    let (mut known, mut colors) = (HashMap::<String, i64>::new(), Colors::default());
    let mut rows = Vec::with_capacity(new.len());
    for (at, new) in new.iter().enumerate() {
        let category_id = if let Some(id) = known.get(&new.category) {
            *id
        } else {
            let (id, _) = category_of(conn, owner, new, context, &mut colors)
                .map_err(|error| error.within(&format!("items[{at}].")))?;
            known.insert(new.category.clone(), id);
            id
        };
        rows.push(Expense::new(owner, category_id, new, None, context));
    }
    apply(conn, owner, Change::Insert(&rows))?;
    Ok(rows.iter().map(|row| row.id).collect())
}

/// Changes an expense; one that has these values already stays as it is. With `version`, it is changed only if it still
/// has that version; otherwise the error is [`AppError::PreconditionFailed`].
pub fn update(
    conn: &mut Conn,
    owner: BookId,
    id: i64,
    new: &NewExpense,
    version: Option<i32>,
    context: &WriteContext,
) -> Result<(Expense, String), AppError> {
    let (category_id, category) = category_of(conn, owner, new, context, &mut Colors::default())?;
    let old = find(conn, owner, id)?;
    let changed = Expense {
        spent_on: new.date,
        category_id,
        amount: new.amount,
        description: new.description.clone(),
        ..old.clone()
    };
    if changed == old {
        return Ok((old, category));
    }
    if version.is_some_and(|version| version != old.version) {
        return Err(AppError::PreconditionFailed(
            "It was changed in the meantime. Read it again first.".to_owned(),
        ));
    }
    let row = Expense {
        search: text::search_text(&new.description),
        version: old.version + 1,
        updated_at: context.now,
        ..changed
    };
    apply(conn, owner, Change::Update { old: &old, new: &row })?;
    Ok((row, category))
}

/// Id and name of the category that a person has typed, created if there is none.
fn category_of(
    conn: &mut Conn,
    owner: BookId,
    new: &NewExpense,
    context: &WriteContext,
    colors: &mut Colors,
) -> Result<(i64, String), AppError> {
    let new_id = context.ids.next();
    categories::find_or_create(conn, owner, &new.category, new_id, context.now, colors)
}

/// Moves an expense to the trash. One that is there already is no error.
pub fn trash(conn: &mut Conn, owner: BookId, id: i64, context: &WriteContext) -> Result<Expense, AppError> {
    match apply(conn, owner, Change::Trash { id, at: context.now })?.row {
        Some(row) => Ok(row),
        None => find_anywhere(conn, owner, id),
    }
}

/// Moves an expense to the trash. One that is there already is [`AppError::NotFound`].
pub fn trash_once(
    conn: &mut Conn,
    owner: BookId,
    id: i64,
    context: &WriteContext,
) -> Result<Expense, AppError> {
    let applied = apply(conn, owner, Change::Trash { id, at: context.now })?;
    applied.row.ok_or(AppError::NotFound)
}

/// Puts an expense back from the trash. One that is back already is no error; one that was deleted 30 days ago is
/// [`AppError::NotFound`], also before [`purge`] removes it.
pub fn restore(conn: &mut Conn, owner: BookId, id: i64, context: &WriteContext) -> Result<Expense, AppError> {
    let found = find_anywhere(conn, owner, id)?;
    let due = context.now - Duration::days(TRASH_DAYS);
    if found.deleted_at.is_some_and(|at| at <= due) {
        return Err(AppError::NotFound);
    }
    let applied = apply(conn, owner, Change::Restore { id })?;
    Ok(applied.row.unwrap_or(found))
}

/// Removes for good what has been in the trash for 30 days, at most `max` rows; returns how many.
pub fn purge(conn: &mut Conn, owner: BookId, now: PrimitiveDateTime, max: i64) -> Result<i64, AppError> {
    let due: Vec<i64> = expenses::table
        .filter(expenses::book_id.eq(owner.0))
        .filter(expenses::deleted_at.le(now - Duration::days(TRASH_DAYS)))
        .limit(max)
        .select(expenses::id)
        .load(conn)?;
    if due.is_empty() {
        return Ok(0);
    }
    Ok(apply(conn, owner, Change::Purge(&due))?.count)
}
