//! Takes an import back: exactly the expenses that it made go to the trash.

use diesel::prelude::*;

use super::import::{self, Import};
use super::state::ImportState;
use crate::db::schema::{changes, expenses, import_rows};
use crate::db::{BookId, Conn, WriteContext};
use crate::error::AppError;
use crate::ledger::expense::Expense;
use crate::ledger::history::record::What;
use crate::ledger::write;

/// Expenses of one piece.
const ROWS_AT_ONCE: usize = 500;

/// What undoing did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Undone {
    /// Expenses that are in the trash now.
    pub trashed: i64,
    /// Expenses that somebody has changed since, and that stay.
    pub kept: i64,
}

/// Moves the expenses of a done import to the trash. Those that somebody has edited since stay, unless `with_changed`.
/// Again: the same answer. An import that is not done is [`AppError::Conflict`].
pub fn undo(
    conn: &mut Conn,
    owner: BookId,
    id: i64,
    with_changed: bool,
    context: &WriteContext,
) -> Result<(Import, Undone), AppError> {
    let mut import = import::find(conn, owner, id)?;
    if !matches!(import.state(), ImportState::Done | ImportState::Undone) {
        return Err(AppError::Conflict(
            "This import was not confirmed, so there is nothing to undo.".to_owned(),
        ));
    }
    let is_first = import.state() == ImportState::Done;
    let mut after = 0;
    loop {
        let made = made(conn, owner, id, after)?;
        let Some((last, _)) = made.last() else { break };
        after = *last;
        if is_first || with_changed {
            let ids: Vec<i64> = made.into_iter().map(|(_, expense)| expense).collect();
            trash(conn, owner, &ids, with_changed, context)?;
        }
    }
    if is_first {
        ImportState::Undone.name().clone_into(&mut import.state);
        import.undone_at = Some(context.now);
        import::update(conn, &mut import)?;
    }
    let kept = count_live(conn, owner, id)?;
    let undone = Undone {
        trashed: import.created_rows - kept,
        kept,
    };
    Ok((import, undone))
}

/// Row numbers and expenses that the import has made, after a row.
fn made(conn: &mut Conn, owner: BookId, id: i64, after: i32) -> Result<Vec<(i32, i64)>, AppError> {
    Ok(import_rows::table
        .filter(import_rows::book_id.eq(owner.0))
        .filter(import_rows::import_id.eq(id))
        .filter(import_rows::row_number.gt(after))
        .filter(import_rows::take.eq(true))
        .filter(import_rows::expense_id.is_not_null())
        .order(import_rows::row_number)
        .limit(i64::try_from(ROWS_AT_ONCE).unwrap_or(i64::MAX))
        .select((import_rows::row_number, import_rows::expense_id.assume_not_null()))
        .load(conn)?)
}

fn trash(
    conn: &mut Conn,
    owner: BookId,
    ids: &[i64],
    with_changed: bool,
    context: &WriteContext,
) -> Result<(), AppError> {
    let live: Vec<i64> = expenses::table
        .filter(expenses::book_id.eq(owner.0))
        .filter(expenses::id.eq_any(ids))
        .filter(expenses::deleted_at.is_null())
        .select(expenses::id)
        .load(conn)?;
    let changed = if with_changed {
        Vec::new()
    } else {
        edited(conn, owner, &live)?
    };
    for id in live.iter().filter(|id| !changed.contains(id)) {
        write::trash(conn, owner, *id, context)?;
    }
    Ok(())
}

/// Those of the expenses that somebody has edited, or put an earlier state of back. A merge of categories is no edit.
fn edited(conn: &mut Conn, owner: BookId, ids: &[i64]) -> Result<Vec<i64>, AppError> {
    Ok(changes::table
        .filter(changes::book_id.eq(owner.0))
        .filter(changes::expense_id.eq_any(ids))
        .filter(changes::what.eq_any([What::Edited.name(), What::PutBack.name()]))
        .select(changes::expense_id)
        .distinct()
        .load(conn)?)
}

/// How many expenses of the import are not in the trash.
pub fn count_live(conn: &mut Conn, owner: BookId, id: i64) -> Result<i64, AppError> {
    let (mut after, mut live) = (0, 0_i64);
    loop {
        let made = made(conn, owner, id, after)?;
        let Some((last, _)) = made.last() else { break };
        after = *last;
        let ids: Vec<i64> = made.into_iter().map(|(_, expense)| expense).collect();
        let found: i64 = expenses::table
            .filter(expenses::book_id.eq(owner.0))
            .filter(expenses::id.eq_any(ids))
            .filter(expenses::deleted_at.is_null())
            .count()
            .get_result(conn)?;
        live += found;
    }
    Ok(live)
}

/// At most `limit` expenses of the import that somebody has edited since and that are not in the trash.
pub fn changed_since(
    conn: &mut Conn,
    owner: BookId,
    id: i64,
    limit: usize,
) -> Result<Vec<Expense>, AppError> {
    let (mut after, mut found) = (0, Vec::new());
    while found.len() < limit {
        let made = made(conn, owner, id, after)?;
        let Some((last, _)) = made.last() else { break };
        after = *last;
        let ids: Vec<i64> = made.into_iter().map(|(_, expense)| expense).collect();
        let changed = edited(conn, owner, &ids)?;
        found.extend(
            expenses::table
                .filter(expenses::book_id.eq(owner.0))
                .filter(expenses::id.eq_any(changed))
                .filter(expenses::deleted_at.is_null())
                .select(expenses::all_columns)
                .load::<Expense>(conn)?,
        );
    }
    found.truncate(limit);
    Ok(found)
}
