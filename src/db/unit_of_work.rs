//! What describes a unit of work: whose rows it touches, how many, and how long it may wait and take.

use std::time::Duration;

/// Who owns the rows a statement reads or writes: the id of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UserId(pub i64);

/// How many rows a unit of work is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TxScope {
    /// A few. On `SQLite` a write may share its transaction with other waiting writes; on PostgreSQL it ends within
    /// `STATEMENT_TIMEOUT`.
    Shared,
    /// Many. A write shares its transaction, and its failure, with no other, and takes as long as it needs.
    Own,
}

/// For reads of commands and backups, which take as long as they need.
pub(super) const UNLIMITED: Duration = Duration::from_hours(24 * 365);
/// How long a request waits for a free connection, or for its turn to write, before it answers 503.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);
/// How long background work and commands wait for their turn to write.
pub(super) const LONG_PATIENCE: Duration = Duration::from_hours(1);
/// How long a read may take on `SQLite` before it is ended; see `limit.rs`.
pub(super) const READ_TIME: Duration = Duration::from_secs(3);
