//! The text part of a search: which expenses contain a text, and their sums.
//!
//! A search reads `search_rows`, a copy of each live expense's text, day, category and amount. On PostgreSQL each write
//! updates the copy (`note`), and the database its `pg_trgm` index. On `SQLite` triggers only record which expenses have
//! changed (`search_changes`), and [`index_pending`] moves batches of them into the copy and into `search_index`, an FTS5
//! table of the trigrams of rows. Until then a search reads the pending expenses themselves.
//! Keys of the copy begin with owner and day (`keys`), so that a period of one owner is one range in table and index.
//!
//! Why not an external-content FTS5 table over `expenses` with triggers and no copy? Measured at 1,000,000 rows of three
//! accounts (median; copy / no copy): first page and total of 100,000 matches 93 / 504 ms (target: 300), within one month
//! 8 / 481 ms; durable add 0.25 / 0.61 ms; commit of 1,000 adds 120 / 604 ms and 67 ms later for the index / nothing; file
//! 444 / 363 MB. Without owner and day in its rowids the index names the matches of every account and all time, and each
//! commit pays for an index segment.

mod find;
mod indexer;
mod keys;
#[cfg(feature = "_postgres")]
mod postgres;
mod query;
mod sqlite;
mod sqlite_check;
mod store;

pub(crate) use self::query::TextSearch;
pub(crate) use self::store::Change;
use self::store::store;
use crate::db::{BookId, Conn};
use crate::error::AppError;

/// Changes that one transaction indexes beside other requests: more cost less each, and make others wait longer.
pub const BATCH: i64 = 600;
/// The same for a command that writes very many expenses.
pub const LARGE_BATCH: i64 = 50_000;

/// Keeps the search up to date with a write, in the same transaction.
pub(crate) fn note(conn: &mut Conn, change: Change<'_>) -> Result<(), AppError> {
    store(conn).note(change)
}

/// Whether enough changes are pending for a batch. (Looks across all accounts.)
pub fn is_due(conn: &mut Conn) -> Result<bool, AppError> {
    store(conn).is_due()
}

/// Moves at most `max` pending changes into the copy and its index; returns how many. (Looks across all accounts.)
pub fn index_pending(conn: &mut Conn, max: i64) -> Result<usize, AppError> {
    store(conn).index_pending(max)
}

/// How many rows of `owner` the copy misses, has wrong or has too many; pending changes do not count.
pub fn check(conn: &mut Conn, owner: BookId) -> Result<i64, AppError> {
    store(conn).check(owner)
}

/// What is wrong with the index over the copy, if anything. `SQLite` counts this as a write. (Looks across all accounts.)
pub fn check_index(conn: &mut Conn) -> Result<Option<String>, AppError> {
    store(conn).check_index()
}

/// Empties the copy and its index on `SQLite`, before [`rebuild`] of each account. (Of all accounts.)
pub fn clear(conn: &mut Conn) -> Result<(), AppError> {
    store(conn).clear()
}

/// Copies the live expenses of `owner` again. On `SQLite` the copy must be empty, and [`index_pending`] then fills it.
pub fn rebuild(conn: &mut Conn, owner: BookId) -> Result<(), AppError> {
    store(conn).rebuild(owner)
}
