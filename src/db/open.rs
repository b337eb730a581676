//! Opening a database, migrated, and what else is done to it as a whole.

use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};
use std::time::Duration;

#[cfg(feature = "_postgres")]
use super::citus;
#[cfg(feature = "_postgres")]
use super::connection::Conn;
use super::connection::{Manager, Purpose};
use super::memo::Memo;
#[cfg(feature = "_postgres")]
use super::pool::Pool;
use super::readers::Readers;
use super::writer::Writer;
use super::{Db, Store, file, migrate};
use crate::settings::DatabaseUrl;

impl Db {
    /// Migrates the database at `url` and spreads its tables over the workers of Citus; the names of those that were
    /// not spread before.
    #[cfg(feature = "_postgres")]
    pub fn distribute(url: &DatabaseUrl) -> Result<Vec<String>, OpenError> {
        migrate::distribute(&mut Self::connection(url)?)
    }

    /// Migrates the database at `url` and puts its row-level security in force, or takes it out of force.
    #[cfg(feature = "_postgres")]
    pub fn force_row_security(url: &DatabaseUrl, forced: bool) -> Result<(), OpenError> {
        migrate::force_row_security(&mut Self::connection(url)?, forced)
    }

    #[cfg(feature = "_postgres")]
    fn connection(url: &DatabaseUrl) -> Result<Conn, OpenError> {
        let manager = Manager {
            url: url.clone(),
            purpose: Purpose::Write,
            statement_timeout: None,
        };
        manager.open().map_err(|error| OpenError(error.to_string()))
    }

    /// Opens the database at `url` and migrates it, beside a server that may be running.
    pub fn open(url: &DatabaseUrl) -> Result<Self, OpenError> {
        Self::open_with(url, None, None)
    }

    /// The same for a server: on `SQLite` it is the only one on its file, for as long as the handle lives. On
    /// PostgreSQL a request waits no longer than `statement_timeout` for one unit of work.
    pub fn open_to_serve(url: &DatabaseUrl, statement_timeout: Duration) -> Result<Self, OpenError> {
        let held = match url {
            DatabaseUrl::Sqlite(path) => Some(file::hold(path)?),
            #[cfg(feature = "_postgres")]
            DatabaseUrl::Postgres(_) => None,
        };
        Self::open_with(url, held.map(Arc::new), Some(statement_timeout))
    }

    fn open_with(
        url: &DatabaseUrl,
        held: Option<Arc<file::Held>>,
        statement_timeout: Option<Duration>,
    ) -> Result<Self, OpenError> {
        // Only PostgreSQL has it.
        #[cfg(not(feature = "_postgres"))]
        let _ = statement_timeout;
        let manager = Manager {
            url: url.clone(),
            purpose: Purpose::Write,
            // A migration takes as long as it needs.
            #[cfg(feature = "_postgres")]
            statement_timeout: None,
        };
        let words = |error: &dyn std::fmt::Display| OpenError(error.to_string());
        if let Some(path) = url.file() {
            file::look(path, &migrate::first().map_err(|error| words(&error))?)?;
        }
        let mut conn = manager.open().map_err(|error| words(&error))?;
        // An upgrade beneath a running server would pull the tables from under it.
        let mut alone = None;
        migrate::up(&mut conn, |conn, version| {
            let Some(path) = url.file() else {
                return Ok(());
            };
            if held.is_none() {
                alone = Some(file::hold(path)?);
            }
            let copy = file::copy_before(conn, path, version)?;
            tracing::info!(copy = %copy.display(), "the database is upgraded; a copy from before is kept");
            Ok(())
        })?;
        drop(alone);
        let commits = Arc::new(AtomicU64::new(0));
        match url {
            DatabaseUrl::Sqlite(_) => {
                let (writer, thread) = Writer::start(manager.clone(), conn, Arc::clone(&commits))
                    .map_err(|error| OpenError(error.to_string()))?;
                let reading = Manager {
                    purpose: Purpose::Read,
                    ..manager
                };
                Ok(Self {
                    store: Store::Sqlite {
                        memo: Arc::new(Memo::new(reading.clone())),
                        readers: Readers::new(reading),
                        writer,
                    },
                    writer_thread: Arc::new(Mutex::new(Some(thread))),
                    commits,
                    closing: Arc::default(),
                    _held: held,
                })
            }
            #[cfg(feature = "_postgres")]
            DatabaseUrl::Postgres(_) => Ok(Self {
                store: Store::Postgres {
                    in_steps: match &mut conn {
                        Conn::Postgres(conn) => citus::is_installed(conn).map_err(|error| words(&error))?,
                        Conn::Sqlite(_) => false,
                    },
                    pool: Pool::new(Manager {
                        statement_timeout,
                        ..manager
                    }),
                },
                writer_thread: Arc::default(),
                commits,
                closing: Arc::default(),
                _held: held,
            }),
        }
    }
}

/// Why a database could not be opened, in one sentence.
#[derive(Debug)]
pub struct OpenError(pub String);

impl std::fmt::Display for OpenError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for OpenError {}
