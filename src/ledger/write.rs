//! Creates, changes, deletes and restores expenses. `change` writes them to the database.

use std::collections::HashMap;

use diesel::prelude::*;
use time::{Duration, PrimitiveDateTime};

use super::category::{self as categories, CategoryRef};
use super::category_color::Colors;
pub(crate) use super::change::insert;
use super::change::{Change, apply};
use super::expense::{Expense, NewExpense};
use super::history::expiry;
use super::history::record::What;
pub(crate) use super::limits::check_sums;
use super::paid_by::{NOT_A_MEMBER, PaidBy};
use super::queries::{TRASH_DAYS, by_request, find_anywhere, find_named, find_restorable};
use crate::db::schema::{expenses, members};
use crate::db::{BookId, Conn, WriteContext};
use crate::error::AppError;

/// Creates an expense, or finds the one that the same submit has created; with its category.
pub fn create(
    conn: &mut Conn,
    owner: BookId,
    new: &NewExpense,
    request_key: Option<String>,
    context: &WriteContext,
) -> Result<(Expense, CategoryRef), AppError> {
    if let Some(key) = &request_key
        && let Some(existing) = by_request(conn, owner, key)?
    {
        return repeated(conn, owner, existing, new, context);
    }
    check_payer(conn, owner, new, None, context)?;
    let category = category_of(conn, owner, new, context, &mut Colors::default())?;
    let row = Expense::new(owner, category.id, new, request_key.clone(), context);
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
) -> Result<(Expense, CategoryRef), AppError> {
    if existing.deleted_at.is_some() {
        let id = existing.id;
        apply(conn, owner, Change::Restore { id, context })?;
        return update(conn, owner, existing.id, new, None, context);
    }
    let category = categories::find(conn, owner, existing.category_id)?;
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
        check_payer(conn, owner, new, None, context)
            .map_err(|error| error.within(&format!("items[{at}].")))?;
        let category_id = if let Some(id) = known.get(&new.category) {
            *id
        } else {
            let category = category_of(conn, owner, new, context, &mut colors)
                .map_err(|error| error.within(&format!("items[{at}].")))?;
            known.insert(new.category.clone(), category.id);
            category.id
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
) -> Result<(Expense, CategoryRef), AppError> {
    let category = category_of(conn, owner, new, context, &mut Colors::default())?;
    let (old, old_category) = find_named(conn, owner, id)?;
    check_payer(conn, owner, new, Some(&old), context)?;
    let changed = old.edited(category.id, new, context);
    if changed == old {
        return Ok((old, category));
    }
    if version.is_some_and(|version| version != old.version) {
        return Err(AppError::PreconditionFailed(
            "This changed since you fetched it. Fetch it again and retry.".to_owned(),
        ));
    }
    let row = changed.next_version(context);
    let change = Change::Update {
        old: &old,
        new: &row,
        category: &old_category,
        what: What::Edited,
        context,
    };
    apply(conn, owner, change)?;
    Ok((row, category))
}

/// The category that a person has typed, created if there is none.
fn category_of(
    conn: &mut Conn,
    owner: BookId,
    new: &NewExpense,
    context: &WriteContext,
    colors: &mut Colors,
) -> Result<CategoryRef, AppError> {
    categories::find_or_create(conn, owner, (&new.category, new.kind), context, colors)
}

/// Refuses a payer who is not in the book. `old` is the row that is changed: its payer may have left since.
pub(super) fn check_payer(
    conn: &mut Conn,
    owner: BookId,
    new: &NewExpense,
    old: Option<&Expense>,
    context: &WriteContext,
) -> Result<(), AppError> {
    let Some(payer) = new.paid_by.filter(|payer| *payer != context.by) else {
        return Ok(());
    };
    let stored = PaidBy::of(payer, context.made_by).stored();
    if old.is_some_and(|old| old.paid_by == stored) {
        return Ok(());
    }
    let member: Option<i64> = members::table
        .filter(members::book_id.eq(owner.0))
        .filter(members::user_id.eq(payer.0))
        .filter(members::left_at.is_null())
        .select(members::user_id)
        .first(conn)
        .optional()?;
    match member {
        Some(_) => Ok(()),
        None => Err(AppError::invalid("paid_by", NOT_A_MEMBER)),
    }
}

/// Moves an expense to the trash; with its category. One that is there already is no error.
pub fn trash(
    conn: &mut Conn,
    owner: BookId,
    id: i64,
    context: &WriteContext,
) -> Result<(Expense, CategoryRef), AppError> {
    if let Some(trashed) = apply(conn, owner, Change::Trash { id, context })?.row {
        return Ok(trashed);
    }
    let row = find_anywhere(conn, owner, id)?;
    named(conn, owner, row)
}

/// Moves an expense to the trash. One that is there already is [`AppError::NotFound`].
pub fn trash_once(conn: &mut Conn, owner: BookId, id: i64, context: &WriteContext) -> Result<(), AppError> {
    let applied = apply(conn, owner, Change::Trash { id, context })?;
    applied.row.map(drop).ok_or(AppError::NotFound)
}

/// Moves many expenses to the trash, without those that are there; returns how many.
pub fn trash_many(
    conn: &mut Conn,
    owner: BookId,
    ids: &[i64],
    context: &WriteContext,
) -> Result<i64, AppError> {
    Ok(apply(conn, owner, Change::TrashMany { ids, context })?.count)
}

/// Puts an expense back from the trash; with its category. One that is back already is no error; one that was
/// deleted 30 days ago is [`AppError::NotFound`], also before [`purge`] removes it.
pub fn restore(
    conn: &mut Conn,
    owner: BookId,
    id: i64,
    context: &WriteContext,
) -> Result<(Expense, CategoryRef), AppError> {
    let found = find_restorable(conn, owner, id, context.now)?;
    match apply(conn, owner, Change::Restore { id, context })?.row {
        Some(restored) => Ok(restored),
        None => named(conn, owner, found),
    }
}

fn named(conn: &mut Conn, owner: BookId, row: Expense) -> Result<(Expense, CategoryRef), AppError> {
    let category = categories::find(conn, owner, row.category_id)?;
    Ok((row, category))
}

/// Removes for good what has been in the trash for 30 days, and then changes that are two years old: at most about `max`
/// rows; returns how many, at most `max`.
pub fn purge(conn: &mut Conn, owner: BookId, now: PrimitiveDateTime, max: i64) -> Result<i64, AppError> {
    let due: Vec<i64> = expenses::table
        .filter(expenses::book_id.eq(owner.0))
        .filter(expenses::deleted_at.le(now - Duration::days(TRASH_DAYS)))
        .limit(max)
        .select(expenses::id)
        .load(conn)?;
    let purged = if due.is_empty() {
        0
    } else {
        apply(conn, owner, Change::Purge(&due))?.count
    };
    Ok(purged + expiry::purge(conn, owner, now, max - purged)?)
}
