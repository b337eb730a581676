//! Reads all lasting data of a database as records.

use std::sync::mpsc::SyncSender;

use diesel::prelude::*;

use super::record::{BATCH, Batch, Counts, Record};
use crate::accounts::users::User;
use crate::books::book::Book;
use crate::db::schema::{books, expenses, users};
use crate::db::{BookId, Conn, set_owner};
use crate::error::AppError;
use crate::imports::import as imports;
use crate::imports::mapping;
use crate::imports::row::{self as import_row, RowFilter};
use crate::ledger::expense::Expense;
use crate::ledger::history::record;
use crate::ledger::schedule::{dismissed, occurrence, row as schedule};

/// Takes the lock of backups until the transaction ends. `false` when another instance makes a backup of this database.
pub fn lock_backups(conn: &mut Conn) -> Result<bool, AppError> {
    match conn {
        // Only one server uses an SQLite file, and a backup by a command writes another file than the server does.
        Conn::Sqlite(_) => Ok(true),
        #[cfg(feature = "_postgres")]
        Conn::Postgres(conn) => Ok(diesel::select(diesel::dsl::sql::<diesel::sql_types::Bool>(
            // The lock covers the whole database, whose schemas may belong to several installations.
            "pg_try_advisory_xact_lock(x'6261636b'::int, hashtext(current_schema()))",
        ))
        .get_result(conn)?),
    }
}

/// Sends every record of the database, book by book. (Reads all books.)
pub fn export_all(conn: &mut Conn, sender: &SyncSender<Batch>) -> Result<(), AppError> {
    let send = |batch: Vec<Record>| {
        sender
            .send(Ok(batch))
            .map_err(|_| AppError::internal("the receiver of the records has stopped"))
    };
    // An empty batch first: the receiver starts its file even if the database has no rows.
    send(Vec::new())?;
    send_people(conn, send)?;
    let open: Vec<Book> = books::table
        .filter(books::closed_at.is_null())
        .order(books::id)
        .select(books::all_columns)
        .load(conn)?;
    for book in open {
        let owner = book.id();
        set_owner(conn, owner)?;
        send(Record::of_book(conn, book)?)?;
        send_expenses(conn, owner, send)?;
        send_changes(conn, owner, send)?;
        send_imports(conn, owner, send)?;
        send_schedules(conn, owner, send)?;
    }
    Ok(())
}

fn send_people(conn: &mut Conn, send: impl Fn(Vec<Record>) -> Result<(), AppError>) -> Result<(), AppError> {
    let mut last = 0;
    loop {
        let rows: Vec<User> = users::table
            .filter(users::closed_at.is_null())
            .filter(users::id.gt(last))
            .order(users::id)
            .limit(i64::try_from(BATCH).unwrap_or(i64::MAX))
            .select(users::all_columns)
            .load(conn)?;
        let Some(end) = rows.last() else { return Ok(()) };
        last = end.id;
        send(rows.into_iter().map(|row| Record::User(row.into())).collect())?;
    }
}

fn send_expenses(
    conn: &mut Conn,
    owner: BookId,
    send: impl Fn(Vec<Record>) -> Result<(), AppError>,
) -> Result<(), AppError> {
    let mut last = 0;
    loop {
        let rows: Vec<Expense> = expenses::table
            .filter(expenses::book_id.eq(owner.0))
            .filter(expenses::id.gt(last))
            .order(expenses::id)
            .limit(i64::try_from(BATCH).unwrap_or(i64::MAX))
            .select(expenses::all_columns)
            .load(conn)?;
        let Some(end) = rows.last() else { return Ok(()) };
        last = end.id;
        send(rows.into_iter().map(|row| Record::Expense(row.into())).collect())?;
    }
}

/// Sends the history of the expenses.
fn send_changes(
    conn: &mut Conn,
    owner: BookId,
    send: impl Fn(Vec<Record>) -> Result<(), AppError>,
) -> Result<(), AppError> {
    let mut last = None;
    loop {
        let rows = record::batch_after(conn, owner, last, BATCH)?;
        let Some(end) = rows.last() else { return Ok(()) };
        last = Some((end.expense_id, end.version));
        send(rows.into_iter().map(|row| Record::Change(row.into())).collect())?;
    }
}

fn send_imports(
    conn: &mut Conn,
    owner: BookId,
    send: impl Fn(Vec<Record>) -> Result<(), AppError>,
) -> Result<(), AppError> {
    let mappings = mapping::all(conn, owner)?.into_iter();
    send(mappings.map(|row| Record::ImportMapping(row.into())).collect())?;
    for import in imports::confirmed(conn, owner)? {
        let id = import.id;
        send(vec![Record::Import(import.into())])?;
        let mut last = 0;
        loop {
            let rows = import_row::page(conn, owner, id, &RowFilter::default(), last, BATCH)?;
            let Some(end) = rows.last() else { break };
            last = end.row_number;
            send(
                rows.into_iter()
                    .map(|row| Record::ImportRow(row.into()))
                    .collect(),
            )?;
        }
    }
    Ok(())
}

fn send_schedules(
    conn: &mut Conn,
    owner: BookId,
    send: impl Fn(Vec<Record>) -> Result<(), AppError>,
) -> Result<(), AppError> {
    let rows = schedule::all(conn, owner)?.into_iter();
    send(rows.map(|row| Record::Schedule(row.into())).collect())?;
    let mut last = None;
    loop {
        let rows = occurrence::batch_after(conn, owner, last, BATCH)?;
        let Some(end) = rows.last() else { break };
        last = Some((end.schedule_id, end.due_on));
        send(
            rows.into_iter()
                .map(|row| Record::Occurrence(row.into()))
                .collect(),
        )?;
    }
    let dismissed = dismissed::all(conn, owner)?.into_iter();
    send(dismissed.map(|row| Record::Dismissed(row.into())).collect())
}

/// Counts the records of the database. (Reads all books.)
pub fn count_all(conn: &mut Conn) -> Result<Counts, AppError> {
    let people: i64 = users::table
        .filter(users::closed_at.is_null())
        .count()
        .get_result(conn)?;
    let ids: Vec<i64> = books::table
        .filter(books::closed_at.is_null())
        .select(books::id)
        .load(conn)?;
    let mut counts = Counts {
        users: u64::try_from(people).unwrap_or(0),
        books: u64::try_from(ids.len()).unwrap_or(u64::MAX),
        ..Counts::default()
    };
    for owner in ids.into_iter().map(BookId) {
        set_owner(conn, owner)?;
        counts.add_book(conn, owner)?;
    }
    Ok(counts)
}
