//! Classifies errors of the database: a full disk, another outage, or a fault of the app.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

use super::AppError;

impl From<DieselError> for AppError {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::NotFound => Self::NotFound,
            // These kinds are certain, whatever the language of the server. A standby allows only read-only transactions.
            DieselError::DatabaseError(
                DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::ReadOnlyTransaction,
                info,
            ) => Self::unavailable(info.message()),
            DieselError::DatabaseError(_, info) if contains_any(info.message(), &DISK_FULL_MESSAGES) => {
                Self::DiskFull(info.message().into())
            }
            DieselError::DatabaseError(_, info) if contains_any(info.message(), &OUTAGE_MESSAGES) => {
                Self::unavailable(info.message())
            }
            // The connection was lost during the commit, so whether it succeeded is unknown.
            DieselError::RollbackErrorOnCommit { commit_error, .. } => Self::from(*commit_error),
            DieselError::BrokenTransactionManager => Self::unavailable(error),
            other => Self::internal(other),
        }
    }
}

/// Parts of the messages of `SQLite` and `PostgreSQL` for a full disk.
const DISK_FULL_MESSAGES: [&str; 3] = [
    "database or disk is full",
    "No space left on device",
    "could not extend file",
];

/// Parts of the messages of `SQLite` and libpq for other failures of the database as a whole. Diesel has no kind for most of
/// them, misses some closed connections, and reports `UnableToSendCommand` also for too many binds.
const OUTAGE_MESSAGES: [&str; 19] = [
    "database is locked",
    "disk I/O error",
    "readonly database",
    "database disk image is malformed",
    "file is not a database",
    "unable to open database file",
    "server closed the connection",
    "connection to server",
    "terminating connection",
    "no connection to the server",
    "the database system is",
    "could not receive data from server",
    "could not send data to server",
    "connection not open",
    "connection pointer is NULL",
    "SSL connection has been closed",
    "too many clients",
    // A Citus worker can't be reached.
    "the remote node",
    // By a timeout of a statement or a lock, or by an administrator.
    "canceling statement due to",
];

fn contains_any(message: &str, parts: &[&str]) -> bool {
    parts.iter().any(|part| message.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_of_the_database_as_a_whole_are_outages() {
        use DatabaseErrorKind::{ClosedConnection, ReadOnlyTransaction, UniqueViolation, Unknown};
        for (kind, message, status) in [
            (Unknown, "canceling statement due to statement timeout", 503),
            (Unknown, "canceling statement due to lock timeout", 503),
            (Unknown, "canceling statement due to user request", 503),
            (
                Unknown,
                "terminating connection due to idle-in-transaction timeout",
                503,
            ),
            (ClosedConnection, "Verbindung wird abgebrochen", 503),
            (ReadOnlyTransaction, "kann INSERT nicht ausführen", 503),
            (Unknown, "column \"x\" does not exist", 500),
            (
                UniqueViolation,
                "duplicate key value violates unique constraint \"x\"",
                500,
            ),
        ] {
            let error = AppError::from(DieselError::DatabaseError(kind, Box::new(message.to_owned())));
            assert_eq!(error.status().as_u16(), status, "{message}");
        }
    }
}
