//! Whose rows a unit of work uses, how many, and how long it may wait and run.

use std::time::Duration;

/// The id of the user who owns the rows that a statement reads or writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UserId(pub i64);

/// How many rows a unit of work reads or writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TxScope {
    /// A few. On `SQLite` a write may share its transaction with other waiting writes; on PostgreSQL it ends within
    /// `STATEMENT_TIMEOUT`.
    Shared,
    /// Many. A write shares its transaction, and its failure, with no other, and takes as long as it needs.
    Own,
}

/// The time limit for reads of commands and backups.
pub(super) const UNLIMITED: Duration = Duration::from_hours(24 * 365);
/// How long a request waits for a free connection, or for its turn to write, before it answers 503.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);
/// How long background work and commands wait for their turn to write.
pub(super) const LONG_PATIENCE: Duration = Duration::from_hours(1);
/// How long a read may take on `SQLite` before it is cancelled; see `limit.rs`.
pub(super) const READ_TIME: Duration = Duration::from_secs(3);
