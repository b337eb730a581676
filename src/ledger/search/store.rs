//! The operations of a search on each database, and the choice of the database.

use diesel::QueryableByName;
use diesel::sql_types::BigInt;

use super::query::{Source, SourceQuery};
use crate::db::{BookId, Conn};
use crate::error::AppError;
use crate::ledger::expense::Expense;

/// The effect of a write on expenses.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(
    not(feature = "_postgres"),
    allow(
        dead_code,
        reason = "only PostgreSQL reads what has changed; SQLite has triggers"
    )
)]
pub(crate) enum Change<'a> {
    /// New, or restored from the trash.
    Added(&'a [Expense]),
    Updated(&'a Expense),
    /// Moved to the trash, or deleted for good.
    Removed(BookId, &'a [i64]),
    /// Every expense of one category has got another one.
    Merged {
        owner: BookId,
        from: i64,
        into: i64,
    },
}

/// The search of one database. The defaults are for a database whose index needs no work of its own.
pub(super) trait Store {
    /// Keeps the copy up to date, in the transaction of the write.
    fn note(&mut self, change: Change<'_>) -> Result<(), AppError>;
    /// The rows that a query reads.
    fn sources(&mut self, query: &SourceQuery<'_>) -> Result<Vec<Source>, AppError>;
    /// See [`super::check`].
    fn check(&mut self, owner: BookId) -> Result<i64, AppError>;
    /// See [`super::rebuild`].
    fn rebuild(&mut self, owner: BookId) -> Result<(), AppError>;

    /// See [`super::is_due`].
    fn is_due(&mut self) -> Result<bool, AppError> {
        Ok(false)
    }
    /// See [`super::index_pending`].
    fn index_pending(&mut self, _max: i64) -> Result<usize, AppError> {
        Ok(0)
    }
    /// See [`super::check_index`].
    fn check_index(&mut self) -> Result<Option<String>, AppError> {
        Ok(None)
    }
    /// See [`super::clear`].
    fn clear(&mut self) -> Result<(), AppError> {
        Ok(())
    }
}

pub(super) fn store(conn: &mut Conn) -> &mut dyn Store {
    match conn {
        Conn::Sqlite(c) => c,
        #[cfg(feature = "_postgres")]
        Conn::Postgres(c) => c,
    }
}

#[derive(QueryableByName)]
pub(super) struct Count {
    #[diesel(sql_type = BigInt)]
    pub(super) count: i64,
}
