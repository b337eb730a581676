//! Writes records into an empty database.

use std::sync::mpsc::Receiver;

use diesel::prelude::*;

use super::record::{Batch, Counts, Record};
use crate::books::book::{self, Book};
use crate::db::schema::users;
use crate::db::{BookId, Conn, make_room, set_owner};
use crate::error::AppError;
use crate::imports::row::{self as import_row, ImportRow};
use crate::ledger::expense::Expense;
use crate::ledger::history::record::{self, ChangeRow};
use crate::ledger::schedule::occurrence::{self, Occurrence};
use crate::ledger::search;
use crate::ledger::totals;
use crate::ledger::write;
use crate::money::Money;

/// A book that has been written.
struct WrittenBook {
    id: BookId,
    /// Files up to version 3 do not say who made a book.
    has_maker: bool,
}

/// Writes every record into a database that has no account yet, then computes the totals. (Writes all books.)
///
/// Runs in the caller's transaction: after an error the database is still empty.
pub fn import_all(
    conn: &mut Conn,
    receiver: &Receiver<Batch>,
    progress: impl Fn(u64),
) -> Result<Counts, AppError> {
    let account: Option<i64> = users::table.select(users::id).first(conn).optional()?;
    if account.is_some() {
        return Err(AppError::Conflict(
            "The database is not empty: it has accounts. Name an empty one.".to_owned(),
        ));
    }
    let (mut counts, mut books) = (Counts::default(), Vec::new());
    make_room(conn)?;
    let mut indexed = 0;
    // A closed channel is the end. If the sender fails, it sends the error first.
    while let Ok(batch) = receiver.recv() {
        let batch = batch?;
        for record in &batch {
            counts.add(record);
        }
        write_batch(conn, batch, &mut books)?;
        if counts.all_expenses() - indexed >= search::LARGE_BATCH.unsigned_abs() {
            search::index_pending(conn, i64::MAX)?;
            indexed = counts.all_expenses();
        }
        progress(counts.all_expenses());
    }
    search::index_pending(conn, i64::MAX)?;
    for book in books {
        finish(conn, &book)?;
    }
    Ok(counts)
}

/// Writes some records, and appends the books among them to `books`.
fn write_batch(conn: &mut Conn, batch: Vec<Record>, books: &mut Vec<WrittenBook>) -> Result<(), AppError> {
    // One statement inserts many; they are the last records of their book.
    let mut rows: Vec<Expense> = Vec::new();
    let mut changes: Vec<ChangeRow> = Vec::new();
    let mut import_rows: Vec<ImportRow> = Vec::new();
    let mut decisions: Vec<Occurrence> = Vec::new();
    for record in batch {
        match record {
            Record::Book(record) => {
                let book = Book::from(record);
                // The rows so far belong to the book before this one.
                write::insert(conn, &std::mem::take(&mut rows))?;
                record::insert_rows(conn, &std::mem::take(&mut changes))?;
                import_row::upsert(conn, &std::mem::take(&mut import_rows))?;
                occurrence::save(conn, &std::mem::take(&mut decisions))?;
                set_owner(conn, book.id())?;
                book::create(conn, &book)?;
                books.push(WrittenBook {
                    id: book.id(),
                    has_maker: book.made_by != 0,
                });
            }
            Record::Expense(record) => rows.push(record.into()),
            Record::Change(record) => changes.push(record.into()),
            Record::ImportRow(record) => import_rows.push(record.into()),
            Record::Occurrence(record) => decisions.push(record.into()),
            other => other.insert(conn)?,
        }
    }
    write::insert(conn, &rows)?;
    record::insert_rows(conn, &changes)?;
    import_row::upsert(conn, &import_rows)?;
    occurrence::save(conn, &decisions)
}

/// Computes what the records of a book do not have.
fn finish(conn: &mut Conn, book: &WrittenBook) -> Result<(), AppError> {
    let owner = book.id;
    set_owner(conn, owner)?;
    if let Err(AppError::Invalid(_)) = write::check_sums(conn, owner, [Money::LIMIT]) {
        return Err(AppError::Conflict(format!(
            "The amounts of book {} are too large to add up.",
            owner.0
        )));
    }
    if !book.has_maker {
        book::restore_maker(conn, owner)?;
    }
    totals::rebuild(conn, owner)
}
