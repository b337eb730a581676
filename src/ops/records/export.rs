//! Reads all lasting data of a database as records.

use std::sync::mpsc::SyncSender;

use diesel::prelude::*;

use super::record::{BATCH, Batch, Counts, Record};
use crate::accounts::api_tokens::ApiToken;
use crate::accounts::users::User;
use crate::books::book::Book;
use crate::books::member::Member;
use crate::db::schema::{api_tokens, books, budgets, categories, expenses, members, users};
use crate::db::{BookId, Conn, set_owner};
use crate::error::AppError;
use crate::ledger::budget::Budget;
use crate::ledger::category::Category;
use crate::ledger::expense::Expense;
use crate::ledger::history::record;

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
    let mut last = 0;
    loop {
        let people: Vec<User> = users::table
            .filter(users::closed_at.is_null())
            .filter(users::id.gt(last))
            .order(users::id)
            .limit(i64::try_from(BATCH).unwrap_or(i64::MAX))
            .select(users::all_columns)
            .load(conn)?;
        let Some(end) = people.last() else { break };
        last = end.id;
        send(people.into_iter().map(|row| Record::User(row.into())).collect())?;
    }
    let open: Vec<Book> = books::table
        .filter(books::closed_at.is_null())
        .order(books::id)
        .select(books::all_columns)
        .load(conn)?;
    for book in open {
        let owner = book.id();
        set_owner(conn, owner)?;
        let mut batch = vec![Record::Book(book.into())];
        let own: Vec<Member> = members::table
            .filter(members::book_id.eq(owner.0))
            .order(members::user_id)
            .select(members::all_columns)
            .load(conn)?;
        batch.extend(own.into_iter().map(|row| Record::Member(row.into())));
        let own: Vec<Category> = categories::table
            .filter(categories::book_id.eq(owner.0))
            .order(categories::id)
            .select(categories::all_columns)
            .load(conn)?;
        batch.extend(own.into_iter().map(|row| Record::Category(row.into())));
        let own: Vec<Budget> = budgets::table
            .filter(budgets::book_id.eq(owner.0))
            .order(budgets::id)
            .select(budgets::all_columns)
            .load(conn)?;
        batch.extend(own.into_iter().map(|row| Record::Budget(row.into())));
        let own: Vec<ApiToken> = api_tokens::table
            .filter(api_tokens::book_id.eq(owner.0))
            .order(api_tokens::id)
            .select(api_tokens::all_columns)
            .load(conn)?;
        batch.extend(own.into_iter().map(|row| Record::Token(row.into())));
        send(batch)?;
        let mut last = 0;
        loop {
            let rows: Vec<Expense> = expenses::table
                .filter(expenses::book_id.eq(owner.0))
                .filter(expenses::id.gt(last))
                .order(expenses::id)
                .limit(i64::try_from(BATCH).unwrap_or(i64::MAX))
                .select(expenses::all_columns)
                .load(conn)?;
            let Some(end) = rows.last() else { break };
            last = end.id;
            send(rows.into_iter().map(|row| Record::Expense(row.into())).collect())?;
        }
        let mut last = None;
        loop {
            let rows = record::batch_after(conn, owner, last, BATCH)?;
            let Some(end) = rows.last() else { break };
            last = Some((end.expense_id, end.version));
            send(rows.into_iter().map(|row| Record::Change(row.into())).collect())?;
        }
    }
    Ok(())
}

/// Counts the records of the database. (Reads all books.)
pub fn count_all(conn: &mut Conn) -> Result<Counts, AppError> {
    use diesel::dsl::sql;
    use diesel::sql_types::BigInt;
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
        let rows: i64 = members::table
            .filter(members::book_id.eq(owner.0))
            .count()
            .get_result(conn)?;
        counts.members += u64::try_from(rows).unwrap_or(0);
        let rows: i64 = categories::table
            .filter(categories::book_id.eq(owner.0))
            .count()
            .get_result(conn)?;
        counts.categories += u64::try_from(rows).unwrap_or(0);
        let rows: i64 = budgets::table
            .filter(budgets::book_id.eq(owner.0))
            .count()
            .get_result(conn)?;
        counts.budgets += u64::try_from(rows).unwrap_or(0);
        let rows: i64 = api_tokens::table
            .filter(api_tokens::book_id.eq(owner.0))
            .count()
            .get_result(conn)?;
        counts.tokens += u64::try_from(rows).unwrap_or(0);
        counts.changes += record::count(conn, owner)?;
        // In two parts: with those in the trash the sum may not fit into 64 bits.
        let (count, millions, rest): (i64, i64, i64) = expenses::table
            .filter(expenses::book_id.eq(owner.0))
            .select((
                sql::<BigInt>("COUNT(*)"),
                sql::<BigInt>("CAST(COALESCE(SUM(amount / 1000000), 0) AS BIGINT)"),
                sql::<BigInt>("CAST(COALESCE(SUM(amount % 1000000), 0) AS BIGINT)"),
            ))
            .first(conn)?;
        if count > 0 {
            let sum = i128::from(millions) * 1_000_000 + i128::from(rest);
            counts
                .expenses
                .insert(owner.0, (u64::try_from(count).unwrap_or(0), sum));
        }
    }
    Ok(counts)
}
