//! Writes records into an empty database.

use std::sync::mpsc::Receiver;

use diesel::prelude::*;

use super::record::{Batch, Counts, Record};
use crate::accounts::api_tokens::ApiToken;
use crate::accounts::users::User;
use crate::books::book::{self, Book};
use crate::books::member::{self, Member};
use crate::db::schema::{api_tokens, budgets, categories, users};
use crate::db::{Conn, make_room, set_owner};
use crate::error::AppError;
use crate::ledger::budget::Budget;
use crate::ledger::category::Category;
use crate::ledger::expense::Expense;
use crate::ledger::history::record::{self, ChangeRow};
use crate::ledger::search;
use crate::ledger::totals;
use crate::ledger::write;
use crate::money::Money;

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
    let mut counts = Counts::default();
    let (mut books, mut without_maker) = (Vec::new(), Vec::new());
    make_room(conn)?;
    let mut indexed = 0;
    // A closed channel is the end. If the sender fails, it sends the error first.
    while let Ok(batch) = receiver.recv() {
        let mut rows: Vec<Expense> = Vec::new();
        let mut changes: Vec<ChangeRow> = Vec::new();
        for record in batch? {
            counts.add(&record);
            match record {
                Record::User(record) => {
                    let row = User::from(record);
                    diesel::insert_into(users::table).values(row).execute(conn)?;
                }
                Record::Book(record) => {
                    let row = Book::from(record);
                    // The rows so far belong to the book before this one.
                    write::insert(conn, &std::mem::take(&mut rows))?;
                    record::insert_rows(conn, &std::mem::take(&mut changes))?;
                    set_owner(conn, row.id())?;
                    books.push(row.id());
                    if row.made_by == 0 {
                        without_maker.push(row.id());
                    }
                    book::create(conn, &row)?;
                }
                Record::Member(record) => member::add(conn, &Member::from(record))?,
                Record::Category(record) => {
                    let row = Category::from(record);
                    diesel::insert_into(categories::table).values(row).execute(conn)?;
                }
                Record::Budget(record) => {
                    let row = Budget::from(record);
                    diesel::insert_into(budgets::table).values(row).execute(conn)?;
                }
                Record::Token(record) => {
                    let row = ApiToken::from(record);
                    diesel::insert_into(api_tokens::table).values(row).execute(conn)?;
                }
                // One statement inserts many; with the changes they are the last records of their book.
                Record::Expense(record) => rows.push(record.into()),
                Record::Change(record) => changes.push(record.into()),
            }
        }
        write::insert(conn, &rows)?;
        record::insert_rows(conn, &changes)?;
        if counts.all_expenses() - indexed >= search::LARGE_BATCH.unsigned_abs() {
            search::index_pending(conn, i64::MAX)?;
            indexed = counts.all_expenses();
        }
        progress(counts.all_expenses());
    }
    search::index_pending(conn, i64::MAX)?;
    for owner in books {
        set_owner(conn, owner)?;
        if let Err(AppError::Invalid(_)) = write::check_sums(conn, owner, [Money::LIMIT]) {
            return Err(AppError::Conflict(format!(
                "The amounts of book {} are too large to add up.",
                owner.0
            )));
        }
        if without_maker.contains(&owner) {
            book::find_maker(conn, owner)?;
        }
        totals::rebuild(conn, owner)?;
    }
    Ok(counts)
}
