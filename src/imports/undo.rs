//! Takes an import back: exactly the expenses that it made go to the trash.

use std::collections::HashSet;

use diesel::prelude::*;

use super::import;
use super::state::ImportState;
use crate::db::schema::{changes, expenses, import_rows};
use crate::db::{self, BookId, Conn, WritableBook, WriteContext};
use crate::error::AppError;
use crate::ledger::expense::Expense;
use crate::ledger::history::record::What;
use crate::ledger::write;
use crate::state::State;
use crate::state::running_steps::Progress;

/// Expenses of one transaction.
const ROWS_AT_ONCE: usize = 500;

/// What undoing did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Undone {
    /// Expenses that are in the trash now.
    pub trashed: i64,
    /// Expenses that somebody has changed since, and that stay.
    pub kept: i64,
}

/// Moves the expenses of a done import to the trash, a batch at a time, so that no other write waits for all of them. Those
/// that somebody has edited since stay, unless `with_changed`. Repeated, it gives the same answer; after an interruption it moves the rest. An
/// import that is not done is [`AppError::Conflict`].
pub async fn undo(
    state: &State,
    book: WritableBook,
    id: i64,
    with_changed: bool,
    context: WriteContext,
    progress: Progress,
) -> Result<Undone, AppError> {
    let state = state.clone();
    // A task of its own, because a request is dropped when its client disconnects.
    let undone = db::spawn(async move {
        let mut batch = Batch {
            owner: book.id(),
            id,
            after: 0,
            with_changed,
        };
        loop {
            let context = context.clone();
            let next = state.db.write(book, move |conn| batch.undo(conn, &context));
            match next.await? {
                Some(after) => {
                    batch.after = after;
                    progress.set(after.into());
                }
                None => break,
            }
        }
        let owner = book.id();
        state.db.read(owner, move |conn| outcome(conn, owner, id)).await
    });
    undone.await.map_err(AppError::internal)?
}

/// What has become of the expenses of an import.
fn outcome(conn: &mut Conn, owner: BookId, id: i64) -> Result<Undone, AppError> {
    let import = import::find(conn, owner, id)?;
    let kept = count_live(conn, owner, id)?;
    Ok(Undone {
        trashed: import.created_rows - kept,
        kept,
    })
}

/// The expenses of one transaction.
#[derive(Debug, Clone, Copy)]
struct Batch {
    owner: BookId,
    id: i64,
    /// The row after which it begins.
    after: i32,
    with_changed: bool,
}

impl Batch {
    /// Moves them to the trash; returns where the next batch begins. After the last one the import is undone.
    fn undo(self, conn: &mut Conn, context: &WriteContext) -> Result<Option<i32>, AppError> {
        let mut import = import::find(conn, self.owner, self.id)?;
        let is_first = match import.state() {
            ImportState::Done => true,
            ImportState::Undone => false,
            ImportState::ReadAs | ImportState::Review => {
                return Err(AppError::Conflict(
                    "This import wasn't confirmed, so there's nothing to undo.".to_owned(),
                ));
            }
        };
        if is_first || self.with_changed {
            let made = made(conn, self.owner, self.id, self.after)?;
            if let Some((last, _)) = made.last() {
                let last = *last;
                let ids: Vec<i64> = made.into_iter().map(|(_, expense)| expense).collect();
                self.trash(conn, &ids, context)?;
                return Ok(Some(last));
            }
        }
        if is_first {
            ImportState::Undone.name().clone_into(&mut import.state);
            import.undone_at = Some(context.now);
            import::update(conn, &mut import)?;
        }
        Ok(None)
    }

    fn trash(self, conn: &mut Conn, ids: &[i64], context: &WriteContext) -> Result<(), AppError> {
        if self.with_changed {
            write::trash_many(conn, self.owner, ids, context)?;
            return Ok(());
        }
        let changed: HashSet<i64> = edited(conn, self.owner, ids)?.into_iter().collect();
        let unchanged: Vec<i64> = ids.iter().copied().filter(|id| !changed.contains(id)).collect();
        write::trash_many(conn, self.owner, &unchanged, context)?;
        Ok(())
    }
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
