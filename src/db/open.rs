//! Opens and migrates a database, for a server or for a command.

use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::background::Background;
use super::cache::Cache;
#[cfg(feature = "_postgres")]
use super::citus;
use super::connection::{Conn, Manager, Purpose};
use super::file_identity::FileIdentity;
use super::generations::Generations;
use super::handle::{Db, Store};
use super::open_error::OpenError;
use super::pending::PendingUnits;
#[cfg(feature = "_postgres")]
use super::pool::Pool;
use super::readers::Readers;
use super::writer::{Records, Writer};
use super::{file, migrate};
use crate::error::AppError;
use crate::settings::DatabaseUrl;

/// The size of a command's cache in bytes.
const SMALL_CACHE: u64 = 1 << 20;

impl Db {
    /// Migrates the database at `url` and distributes its tables over the workers of Citus. Returns the names of the tables
    /// that were not distributed before.
    #[cfg(feature = "_postgres")]
    pub fn distribute(url: &DatabaseUrl) -> Result<Vec<String>, OpenError> {
        migrate::distribute(&mut Self::connection(url)?)
    }

    /// Migrates the database at `url` and turns `FORCE ROW LEVEL SECURITY` of its tables on or off.
    #[cfg(feature = "_postgres")]
    pub fn force_row_security(url: &DatabaseUrl, forced: bool) -> Result<(), OpenError> {
        migrate::force_row_security(&mut Self::connection(url)?, forced)
    }

    #[cfg(feature = "_postgres")]
    fn connection(url: &DatabaseUrl) -> Result<Conn, OpenError> {
        let manager = Manager {
            url: url.clone(),
            purpose: Purpose::Write,
            file: None,
            #[cfg(feature = "_postgres")]
            statement_timeout: None,
        };
        manager.open().map_err(|error| OpenError(error.to_string()))
    }

    /// Opens and migrates the database at `url`, for a command; a server may be running. A missing `SQLite` file is created.
    pub fn open(url: &DatabaseUrl) -> Result<Self, OpenError> {
        Self::open_with(url, None, None, SMALL_CACHE)
    }

    /// Like [`Db::open`], but a missing database is an error that names the path, and nothing is created.
    pub fn open_existing(url: &DatabaseUrl) -> Result<Self, OpenError> {
        if Self::exists(url)? {
            return Self::open(url);
        }
        Err(OpenError(match url {
            DatabaseUrl::Sqlite(path) => {
                format!(
                    "there is no database at {}: look at DATA_DIR and DATABASE_URL",
                    path.display()
                )
            }
            #[cfg(feature = "_postgres")]
            DatabaseUrl::Postgres(_) => {
                "this database has no tables of this program: look at DATABASE_URL".to_owned()
            }
        }))
    }

    fn exists(url: &DatabaseUrl) -> Result<bool, OpenError> {
        match url {
            DatabaseUrl::Sqlite(path) => Ok(file::inspect(path, &first_migration()?)? == file::Found::Ours),
            #[cfg(feature = "_postgres")]
            DatabaseUrl::Postgres(_) => {
                migrate::has_tables(&mut Self::connection(url)?).map_err(|error| OpenError(error.to_string()))
            }
        }
    }

    /// An error if the file of an `SQLite` database was deleted or replaced.
    pub fn check_file(&self) -> Result<(), AppError> {
        self.file
            .as_ref()
            .map_or(Ok(()), |file| file.check().map_err(AppError::unavailable))
    }

    /// Like [`Db::open`], for a server. On `SQLite` the file is locked against other servers while the handle lives; on
    /// PostgreSQL a request waits at most `statement_timeout` for one unit of work. Cached values take at most
    /// `cache_bytes`.
    pub fn open_to_serve(
        url: &DatabaseUrl,
        statement_timeout: Duration,
        cache_bytes: u64,
    ) -> Result<Self, OpenError> {
        let file_lock = match url {
            DatabaseUrl::Sqlite(path) => Some(file::lock(path)?),
            #[cfg(feature = "_postgres")]
            DatabaseUrl::Postgres(_) => None,
        };
        Self::open_with(url, file_lock.map(Arc::new), Some(statement_timeout), cache_bytes)
    }

    fn open_with(
        url: &DatabaseUrl,
        file_lock: Option<Arc<file::FileLock>>,
        statement_timeout: Option<Duration>,
        cache_bytes: u64,
    ) -> Result<Self, OpenError> {
        // Used on PostgreSQL only.
        #[cfg(not(feature = "_postgres"))]
        let _ = statement_timeout;
        let (manager, conn) = upgraded(url, file_lock.is_some())?;
        let file = manager.file.clone();
        let commits = Arc::new(AtomicU64::new(0));
        let removed = Arc::new(AtomicBool::new(false));
        match url {
            DatabaseUrl::Sqlite(_) => {
                let reading = Manager {
                    purpose: Purpose::Read,
                    ..manager.clone()
                };
                let generations = Arc::new(Generations::new(reading.clone()));
                let records = Records {
                    commits: Arc::clone(&commits),
                    removed: Arc::clone(&removed),
                    generations: Arc::clone(&generations),
                };
                let (writer, thread) =
                    Writer::start(manager, conn, records).map_err(|error| OpenError(error.to_string()))?;
                Ok(Self {
                    store: Store::Sqlite {
                        cache: Arc::new(Cache::new(reading.clone(), generations, cache_bytes)),
                        readers: Readers::new(reading),
                        writer,
                    },
                    writer_thread: Arc::new(Mutex::new(Some(thread))),
                    commits,
                    closing: Arc::default(),
                    removed,
                    file,
                    background: Background::default(),
                    pending: PendingUnits::default(),
                    _file_lock: file_lock,
                })
            }
            #[cfg(feature = "_postgres")]
            DatabaseUrl::Postgres(_) => Ok(Self {
                store: Store::Postgres {
                    separate_statements: match conn {
                        Conn::Postgres(mut conn) => {
                            citus::is_installed(&mut conn).map_err(|error| OpenError(error.to_string()))?
                        }
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
                removed,
                file,
                background: Background::default(),
                pending: PendingUnits::default(),
                _file_lock: file_lock,
            }),
        }
    }
}

/// The manager of the database at `url`, and its first connection, with the schema of this version.
fn upgraded(url: &DatabaseUrl, is_locked: bool) -> Result<(Manager, Conn), OpenError> {
    let (manager, mut conn, warnings) = first_connection(url)?;
    upgrade(&mut conn, url, is_locked)?;
    for warning in warnings {
        tracing::warn!("{warning}");
    }
    Ok((manager, conn))
}

/// The manager of the database at `url`, its first connection, and warnings for the log. On `SQLite` the file is inspected
/// before anything is written to it.
fn first_connection(url: &DatabaseUrl) -> Result<(Manager, Conn, Vec<String>), OpenError> {
    let words = |error: &dyn std::fmt::Display| OpenError(error.to_string());
    let mut manager = Manager {
        url: url.clone(),
        purpose: Purpose::Write,
        file: None,
        // A migration has no time limit.
        #[cfg(feature = "_postgres")]
        statement_timeout: None,
    };
    let mut warnings = Vec::new();
    if let Some(path) = url.file() {
        file::inspect(path, &first_migration()?)?;
        // Before the first connection, because SQLite creates the other files with the mode of the database.
        warnings = file::keep_private(path);
    }
    let conn = manager.open().map_err(|error| words(&error))?;
    if let Some(path) = url.file() {
        manager.file = Some(FileIdentity::of(path).map_err(|error| words(&error))?);
    }
    Ok((manager, conn, warnings))
}

/// Migrates the database. `is_locked`: this process already holds the lock of the file.
fn upgrade(conn: &mut Conn, url: &DatabaseUrl, is_locked: bool) -> Result<(), OpenError> {
    // A running server could not work with the new tables, so none may run during an upgrade.
    let mut upgrade_lock = None;
    migrate::up(conn, |conn, version| {
        let Some(path) = url.file() else {
            return Ok(());
        };
        if !is_locked {
            upgrade_lock = Some(file::lock(path)?);
        }
        let copy = file::copy_before(conn, path, version)?;
        tracing::info!(copy = %copy.display(), "upgrading the database; a copy of its old state was written");
        Ok(())
    })
}

fn first_migration() -> Result<String, OpenError> {
    migrate::first().map_err(|error| OpenError(error.to_string()))
}
