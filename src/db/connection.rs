//! One connection type over both databases, and the manager that opens it by the URL's scheme.

#[cfg(feature = "_postgres")]
use std::time::Duration;

use diesel::connection::{Connection as _, SimpleConnection as _};
use diesel::{ConnectionError, SqliteConnection};

use super::file_identity::FileIdentity;
use super::limit;
use crate::error::AppError;
use crate::settings::DatabaseUrl;

/// A connection to the database in the settings. Every model function has it as an argument.
///
/// The derived `establish` is never called: it tries each database in turn and hides what went wrong.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    Sqlite(SqliteConnection),
    #[cfg(feature = "_postgres")]
    Postgres(diesel::PgConnection),
}

/// Expands one expression for each database, for the few statements the common type can't express.
macro_rules! on_backend {
    ($conn:expr, |$c:ident| $body:expr) => {
        match $conn {
            $crate::db::connection::Conn::Sqlite($c) => $body,
            #[cfg(feature = "_postgres")]
            $crate::db::connection::Conn::Postgres($c) => $body,
        }
    };
}
pub(crate) use on_backend;

/// What a connection is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Reads only; `SQLite` refuses a write on it.
    Read,
    /// Reads and writes.
    Write,
}

/// Opens connections.
#[derive(Debug, Clone)]
pub(super) struct Manager {
    pub(super) url: DatabaseUrl,
    pub(super) purpose: Purpose,
    /// The `SQLite` file that was opened first: a connection to any other file at its path is refused.
    pub(super) file: Option<FileIdentity>,
    /// The setting `STATEMENT_TIMEOUT`; `None` lets every statement take as long as it needs.
    #[cfg(feature = "_postgres")]
    pub(super) statement_timeout: Option<Duration>,
}

impl Manager {
    /// Opens and configures one connection. On `SQLite` the busy timeout comes first, because switching to WAL may have
    /// to wait; `synchronous = FULL` makes a commit return only once it is on disk.
    pub(super) fn open(&self) -> Result<Conn, ConnectionError> {
        match &self.url {
            DatabaseUrl::Sqlite(path) => {
                let path = path.to_str().ok_or_else(|| {
                    ConnectionError::InvalidConnectionUrl("the path of the database is not UTF-8".to_owned())
                })?;
                if let Some(file) = &self.file {
                    file.check().map_err(ConnectionError::BadConnection)?;
                }
                let mut conn = SqliteConnection::establish(path)?;
                // A large cache and rare checkpoints: a page that many writes change is read and written back once.
                let own = match self.purpose {
                    Purpose::Read => "PRAGMA query_only = ON;",
                    // `secure_delete` overwrites deleted rows with zeros.
                    Purpose::Write => {
                        "PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 4000; PRAGMA secure_delete = ON;"
                    }
                };
                conn.batch_execute(&format!(
                    "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                     PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; {own}"
                ))
                .and_then(|()| limit::register(&mut conn))
                .map_err(ConnectionError::CouldntSetupConfiguration)?;
                Ok(Conn::Sqlite(conn))
            }
            #[cfg(feature = "_postgres")]
            DatabaseUrl::Postgres(url) => {
                let mut conn = diesel::PgConnection::establish(&with_limits(url))?;
                conn.batch_execute(&session(self.statement_timeout))
                    .map_err(ConnectionError::CouldntSetupConfiguration)?;
                Ok(Conn::Postgres(conn))
            }
        }
    }
}

/// The settings of every session.
///
/// With `propagate_set_commands` Citus repeats `SET LOCAL` on its workers; without Citus the setting has no effect.
/// Messages are in English where the role may set it, because some errors are recognised only by their text.
///
/// The server cancels a statement one second after its request was answered with 503, to free the connection.
#[cfg(feature = "_postgres")]
fn session(statement_timeout: Option<Duration>) -> String {
    let millis = statement_timeout.map_or(0, |limit| limit.as_millis() + 1_000);
    format!(
        "SET TIME ZONE 'UTC'; SET citus.propagate_set_commands = 'local'; SET statement_timeout = {millis}; \
         DO $$ BEGIN PERFORM set_config('lc_messages', 'C', false); EXCEPTION WHEN OTHERS THEN NULL; END $$"
    )
}

/// Adds timeouts to the URL, so that no wait for an unreachable server is endless. Values already in the URL are kept.
#[cfg(feature = "_postgres")]
fn with_limits(url: &str) -> String {
    const LIMITS: [(&str, &str); 4] = [
        ("connect_timeout", "5"),
        ("tcp_user_timeout", "10000"),
        ("keepalives_idle", "10"),
        ("application_name", "expense-tracker"),
    ];
    let mut url = url.to_owned();
    for (name, value) in LIMITS {
        if !url.contains(&format!("{name}=")) {
            url.push(if url.contains('?') { '&' } else { '?' });
            url.extend([name, "=", value]);
        }
    }
    url
}

/// A connection of a pool.
pub(super) struct PooledConn {
    pub(super) conn: Conn,
    /// It is closed instead of used again.
    pub(super) is_lost: bool,
}

impl r2d2::ManageConnection for Manager {
    type Connection = PooledConn;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<PooledConn, Self::Error> {
        let conn = self.open().map_err(diesel::r2d2::Error::ConnectionError)?;
        let is_lost = false;
        Ok(PooledConn { conn, is_lost })
    }

    /// Never called: a unit of work that can't begin takes another connection. That saves each of them a message.
    fn is_valid(&self, _: &mut PooledConn) -> Result<(), Self::Error> {
        Ok(())
    }

    fn has_broken(&self, pooled: &mut PooledConn) -> bool {
        use diesel::r2d2::R2D2Connection as _;
        pooled.is_lost || std::thread::panicking() || on_backend!(&mut pooled.conn, |c| c.is_broken())
    }
}

/// The type that diesel's boxed queries are written for.
pub type Backend = <Conn as diesel::Connection>::Backend;

/// Enlarges the page cache on `SQLite`, for a command that writes very many rows.
pub fn make_room(conn: &mut Conn) -> Result<(), AppError> {
    match conn {
        Conn::Sqlite(c) => Ok(c.batch_execute("PRAGMA cache_size = -65536")?),
        #[cfg(feature = "_postgres")]
        Conn::Postgres(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    #[cfg(feature = "_postgres")]
    #[test]
    fn an_address_gets_the_limits_it_does_not_set_itself() {
        let plain = super::with_limits("postgres://me@db/x");
        assert!(plain.starts_with("postgres://me@db/x?connect_timeout=5&tcp_user_timeout=10000&"));
        let own = super::with_limits("postgres://me@db/x?connect_timeout=60");
        assert!(own.starts_with("postgres://me@db/x?connect_timeout=60&tcp_user_timeout=10000&"));
        assert_eq!(own.matches("connect_timeout").count(), 1);
    }
}
