//! Every write of `expenses`: [`insert`] and [`apply`] write rows together with their totals, the search and the history,
//! in the caller's transaction. The text of the INSERT on `SQLite` comes from `columns!` in `expense.rs`.
//!
//! More than 300 lines, because the writes of both databases stand side by side.

use diesel::prelude::*;
use diesel::result::QueryResult;

use super::category::CategoryRef;
use super::expense::Expense;
use super::history::record::{self, What};
use super::limits::check_sums;
use super::totals::total::Counted;
use super::trash::{erase, purge, restore, trash, trash_many};
use super::{bulk, search, totals};
use crate::db::schema::expenses;
use crate::db::{BookId, Conn, WriteContext};
use crate::error::AppError;

/// Values of one INSERT on PostgreSQL, whose limit is 65,535.
#[cfg(feature = "_postgres")]
const VALUES_AT_ONCE: usize = 6_000;
#[cfg(feature = "_postgres")]
const ROWS_AT_ONCE: usize = VALUES_AT_ONCE / super::expense::COLUMN_COUNT;

/// A change of the expenses of one owner.
#[derive(Debug, Clone, Copy)]
pub(super) enum Change<'a> {
    /// New rows, none of them in the trash.
    Insert(&'a [Expense]),
    /// A new row, unless another instance has written one with the same request key.
    InsertOnce(&'a Expense),
    /// New values of a row. They may also move it into the trash, or out of it.
    Update {
        old: &'a Expense,
        new: &'a Expense,
        /// That of `old`.
        category: &'a CategoryRef,
        what: What,
        context: &'a WriteContext,
    },
    /// Into the trash, unless it is there.
    Trash { id: i64, context: &'a WriteContext },
    /// Many into the trash, without those that are there.
    TrashMany {
        ids: &'a [i64],
        context: &'a WriteContext,
    },
    /// Out of the trash, if it is there.
    Restore { id: i64, context: &'a WriteContext },
    /// Every row of a category, those in the trash included, into another.
    MoveCategory {
        from: &'a CategoryRef,
        into: i64,
        context: &'a WriteContext,
    },
    /// Removes for good the rows that are in the trash.
    Purge(&'a [i64]),
    /// Removes any rows of a closed book. [`totals::remove`] removes their totals afterwards.
    Erase(&'a [i64]),
}

/// What [`apply`] has done.
#[derive(Debug, Clone, Default)]
pub(super) struct Applied {
    /// Rows written, moved or removed; of [`Change::MoveCategory`] those that are not in the trash.
    pub(super) count: i64,
    /// The row as [`Change::Trash`] or [`Change::Restore`] has left it, with its category; `None` where it was
    /// there already.
    pub(super) row: Option<(Expense, CategoryRef)>,
}

impl Applied {
    fn rows(count: usize) -> Self {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        Self { count, row: None }
    }

    fn moved(row: Option<(Expense, CategoryRef)>) -> Self {
        let count = i64::from(row.is_some());
        Self { count, row }
    }
}

/// Applies a change to rows, totals and search, and records it in the history. What is new has no history yet.
pub(super) fn apply(conn: &mut Conn, owner: BookId, change: Change<'_>) -> Result<Applied, AppError> {
    match change {
        Change::Insert(rows) => {
            insert(conn, rows)?;
            check_sums(conn, owner, rows.iter().map(|row| row.amount))?;
            totals::add(conn, rows.iter().map(Counted::added))?;
            Ok(Applied::rows(rows.len()))
        }
        Change::InsertOnce(row) => {
            let inserted = insert_once(conn, row)?;
            if inserted > 0 {
                check_sums(conn, owner, [row.amount])?;
                totals::add(conn, [Counted::added(row)])?;
                search::note(conn, search::Change::Added(std::slice::from_ref(row)))?;
            }
            Ok(Applied::rows(inserted))
        }
        Change::Update {
            old,
            new,
            category,
            what,
            context,
        } => {
            update(conn, owner, old, new)?;
            record::insert(conn, old, category, what, context)?;
            Ok(Applied::rows(1))
        }
        Change::Trash { id, context } => Ok(Applied::moved(trash(conn, owner, id, context)?)),
        Change::TrashMany { ids, context } => Ok(Applied::rows(trash_many(conn, owner, ids, context)?)),
        Change::Restore { id, context } => Ok(Applied::moved(restore(conn, owner, id, context)?)),
        Change::MoveCategory { from, into, context } => {
            record::insert_merge(conn, owner, from, context)?;
            let from = from.id;
            move_category(conn, owner, from, into)?;
            search::note(conn, search::Change::Merged { owner, from, into })?;
            let count = totals::move_category(conn, owner, from, into)?;
            Ok(Applied { count, row: None })
        }
        Change::Purge(ids) => Ok(Applied::rows(purge(conn, owner, ids)?)),
        Change::Erase(ids) => {
            search::note(conn, search::Change::Removed(owner, ids))?;
            record::remove(conn, owner, ids)?;
            Ok(Applied::rows(erase(conn, owner, ids)?))
        }
    }
}

/// Writes new values, and what follows of them: only what is not in the trash counts and is found.
fn update(conn: &mut Conn, owner: BookId, old: &Expense, new: &Expense) -> Result<(), AppError> {
    update_row(conn, new)?;
    let (before, after) = (old.is_live(), new.is_live());
    if after {
        check_sums(conn, owner, [new.amount])?;
    }
    match (before, after) {
        (true, true) => search::note(conn, search::Change::Updated(new))?,
        (false, true) => search::note(conn, search::Change::Added(std::slice::from_ref(new)))?,
        (true, false) => search::note(conn, search::Change::Removed(owner, &[new.id]))?,
        (false, false) => {}
    }
    let less = before.then(|| Counted::removed(old));
    totals::add(conn, less.into_iter().chain(after.then(|| Counted::added(new))))
}

/// Inserts rows, those in the trash included, and what a search needs of them. Their totals are left to the caller:
/// [`apply`] adds them, and the restore of a backup rebuilds all of them at its end.
pub(crate) fn insert(conn: &mut Conn, rows: &[Expense]) -> Result<(), AppError> {
    match conn {
        Conn::Sqlite(c) => {
            bulk::write(c, rows)?;
        }
        #[cfg(feature = "_postgres")]
        Conn::Postgres(_) => {
            for rows in rows.chunks(ROWS_AT_ONCE) {
                if let Conn::Postgres(c) = conn {
                    diesel::insert_into(expenses::table).values(rows).execute(c)?;
                }
                search::note(conn, search::Change::Added(rows))?;
            }
        }
    }
    Ok(())
}

fn insert_once(conn: &mut Conn, row: &Expense) -> QueryResult<usize> {
    match conn {
        // Only one process writes to the file, and the caller has looked for the request key.
        Conn::Sqlite(c) => bulk::write(c, std::slice::from_ref(row)),
        #[cfg(feature = "_postgres")]
        Conn::Postgres(c) => diesel::insert_into(expenses::table)
            .values(row)
            .on_conflict_do_nothing()
            .execute(c),
    }
}

fn update_row(conn: &mut Conn, row: &Expense) -> QueryResult<usize> {
    let stored = expenses::table
        .filter(expenses::book_id.eq(row.book_id))
        .filter(expenses::id.eq(row.id));
    diesel::update(stored).set(row).execute(conn)
}

fn move_category(conn: &mut Conn, owner: BookId, from: i64, into: i64) -> QueryResult<usize> {
    let rows = expenses::table
        .filter(expenses::book_id.eq(owner.0))
        .filter(expenses::category_id.eq(from));
    diesel::update(rows)
        .set((
            expenses::category_id.eq(into),
            expenses::version.eq(expenses::version + 1),
        ))
        .execute(conn)
}
