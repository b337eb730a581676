//! The statements that open a transaction on PostgreSQL, and the setting that says whose rows it may touch.

#[cfg(feature = "_postgres")]
use std::time::Duration;

#[cfg(feature = "_postgres")]
use diesel::connection::{AnsiTransactionManager, SimpleConnection as _, TransactionManager as _};
#[cfg(feature = "_postgres")]
use diesel::result::Error as DieselError;

use super::connection::Conn;
#[cfg(feature = "_postgres")]
use super::connection::on_backend;
#[cfg(feature = "_postgres")]
use super::unit_of_work::TxScope;
use super::unit_of_work::{BookId, Owner};
use crate::error::AppError;

/// The statements that open a transaction of PostgreSQL.
///
/// They are sent in one round trip. On Citus each is sent separately, because Citus repeats each `SET LOCAL` on its
/// workers.
#[cfg(feature = "_postgres")]
#[derive(Debug)]
pub(super) struct BeginStatements(Vec<String>);

#[cfg(feature = "_postgres")]
impl BeginStatements {
    /// A read-only snapshot, whose statements take at most `time`.
    pub(super) fn read(
        scope: TxScope,
        owner: Option<Owner>,
        time: Option<Duration>,
        separate_statements: bool,
    ) -> Self {
        let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        let mut steps = vec![with_timeout(begin, scope, time)];
        steps.extend(owner.into_iter().flat_map(owner_settings));
        Self::of(steps, separate_statements)
    }

    /// A transaction that writes. With an owner it holds that owner's advisory lock until it ends, so that writes of one
    /// owner never run concurrently on any instance. For a person and a book it holds two, locked in the order of their
    /// ids like those of [`lock_book`], so that no two transactions wait for each other.
    pub(super) fn write(scope: TxScope, owner: Option<Owner>, separate_statements: bool) -> Self {
        // The session has the time limit of a write.
        let mut steps = vec![with_timeout("BEGIN", scope, None)];
        if let Some(owner) = owner {
            steps.extend(owner_settings(owner));
            steps.extend(owner.keys().into_iter().map(lock));
        }
        Self::of(steps, separate_statements)
    }

    fn of(steps: Vec<String>, separate_statements: bool) -> Self {
        Self(if separate_statements {
            steps
        } else {
            vec![steps.join("; ")]
        })
    }

    /// Opens the transaction; after an error none is open.
    pub(super) fn run(&self, conn: &mut Conn) -> Result<(), DieselError> {
        let Some((first, rest)) = self.0.split_first() else {
            return Ok(());
        };
        on_backend!(conn, |c| AnsiTransactionManager::begin_transaction_sql(c, first))?;
        rest.iter()
            .try_for_each(|step| conn.batch_execute(step))
            .inspect_err(|_| {
                let _ = on_backend!(conn, |c| AnsiTransactionManager::rollback_transaction(c));
            })
    }
}

/// Limits the rest of a unit of work to the rows of `owner`, for work that visits one owner after the other, such as
/// the purge and backups. Under row-level security there is no other way to see rows with an owner.
pub fn set_owner(conn: &mut Conn, owner: impl Into<Owner>) -> Result<(), AppError> {
    match conn {
        Conn::Sqlite(_) => {
            let _ = owner;
            Ok(())
        }
        #[cfg(feature = "_postgres")]
        Conn::Postgres(c) => owner_settings(owner.into())
            .iter()
            .try_for_each(|setting| Ok(c.batch_execute(setting)?)),
    }
}

/// Waits for the advisory lock of one more book, which the transaction holds until its end. Several of them are locked in
/// the order of their ids, so that no two transactions wait for each other. `SQLite` has one writer.
pub fn lock_book(conn: &mut Conn, book: BookId) -> Result<(), AppError> {
    match conn {
        Conn::Sqlite(_) => {
            let _ = book;
            Ok(())
        }
        #[cfg(feature = "_postgres")]
        Conn::Postgres(c) => Ok(c.batch_execute(&lock(book.0))?),
    }
}

#[cfg(feature = "_postgres")]
fn lock(key: i64) -> String {
    format!("SELECT pg_advisory_xact_lock({key})")
}

/// `begin`, and how long each statement may take until the transaction ends, in one message also on Citus: it is the
/// coordinator that counts. Work on many rows has no time limit.
#[cfg(feature = "_postgres")]
fn with_timeout(begin: &str, scope: TxScope, time: Option<Duration>) -> String {
    let millis = match scope {
        TxScope::Own => Some(0),
        TxScope::Shared => time.map(|time| time.as_millis()),
    };
    millis.map_or_else(
        || begin.to_owned(),
        |millis| format!("{begin}; SET LOCAL statement_timeout = {millis}"),
    )
}

/// The values that the row-level policies compare `book_id` and `user_id` with, until the transaction ends.
#[cfg(feature = "_postgres")]
fn owner_settings(owner: Owner) -> Vec<String> {
    let book = owner
        .book
        .map(|book| format!("SET LOCAL app.book_id = '{}'", book.0));
    let user = owner
        .user
        .map(|user| format!("SET LOCAL app.user_id = '{}'", user.0));
    book.into_iter().chain(user).collect()
}
