//! The database: one handle that runs a closure as one unit of work, off the async threads.

mod begin;
#[cfg(feature = "_postgres")]
mod citus;
mod connection;
mod day;
mod file;
mod fixed;
mod memo;
mod migrate;
#[cfg(feature = "_postgres")]
mod pool;
mod readers;
pub mod schema;
mod statement;
mod writer;

use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use actix_web::web;
use diesel::connection::SimpleConnection as _;

#[cfg(feature = "_postgres")]
use self::begin::Begin;
pub use self::begin::turn_to;
pub use self::connection::Conn;
pub(crate) use self::connection::on_backend;
use self::connection::{Manager, Purpose};
pub use self::day::Day;
pub(crate) use self::fixed::fixed;
use self::memo::Memo;
pub use self::migrate::{MigrateError, down_and_up, pending};
#[cfg(feature = "_postgres")]
use self::pool::Pool;
use self::readers::Readers;
pub(crate) use self::statement::{Words, words};
use self::writer::Writer;
use crate::error::AppError;
use crate::settings::DatabaseUrl;
use crate::web::timing;

/// Who owns the rows a statement reads or writes: the id of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UserId(pub i64);

/// How long a request waits for a free connection before it answers 503.
const PATIENCE: Duration = Duration::from_secs(5);
/// The type that diesel's boxed queries are written for.
pub type Backend = <Conn as diesel::Connection>::Backend;

/// The database, cheap to clone.
#[derive(Clone)]
pub struct Db {
    store: Store,
    /// Ends the writer thread after the last request, so that a stop loses nothing.
    writer_thread: Arc<Mutex<Option<JoinHandle<()>>>>,
    commits: Arc<AtomicU64>,
    /// The right to serve from the file, for a server on `SQLite`.
    _held: Option<Arc<file::Held>>,
}

#[derive(Clone)]
enum Store {
    Sqlite {
        readers: Readers,
        memo: Arc<Memo>,
        writer: Writer,
    },
    #[cfg(feature = "_postgres")]
    Postgres {
        pool: Pool,
        /// See [`Begin`].
        in_steps: bool,
    },
}

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
        };
        manager.open().map_err(|error| OpenError(error.to_string()))
    }

    /// Opens the database at `url` and migrates it, beside a server that may be running.
    pub fn open(url: &DatabaseUrl) -> Result<Self, OpenError> {
        Self::open_with(url, None)
    }

    /// The same for a server: on `SQLite` it is the only one on its file, for as long as the handle lives.
    pub fn open_to_serve(url: &DatabaseUrl) -> Result<Self, OpenError> {
        let held = match url {
            DatabaseUrl::Sqlite(path) => Some(file::hold(path)?),
            #[cfg(feature = "_postgres")]
            DatabaseUrl::Postgres(_) => None,
        };
        Self::open_with(url, held.map(Arc::new))
    }

    fn open_with(url: &DatabaseUrl, held: Option<Arc<file::Held>>) -> Result<Self, OpenError> {
        let manager = Manager {
            url: url.clone(),
            purpose: Purpose::Write,
        };
        let words = |error: &dyn std::fmt::Display| OpenError(error.to_string());
        if let DatabaseUrl::Sqlite(path) = url {
            file::look(path, &migrate::first().map_err(|error| words(&error))?)?;
        }
        let mut conn = manager.open().map_err(|error| words(&error))?;
        // An upgrade beneath a running server would pull the tables from under it.
        let mut alone = None;
        migrate::up(&mut conn, |conn, version| {
            let DatabaseUrl::Sqlite(path) = url else {
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
                    _held: held,
                })
            }
            #[cfg(feature = "_postgres")]
            DatabaseUrl::Postgres(_) => Ok(Self {
                store: Store::Postgres {
                    in_steps: citus::is_installed(&mut conn).map_err(|error| OpenError(error.to_string()))?,
                    pool: Pool::new(manager),
                },
                writer_thread: Arc::default(),
                commits,
                _held: held,
            }),
        }
    }

    /// Reads rows of `owner` in one snapshot: all statements of `work` see the same state.
    pub async fn read<T, F>(&self, owner: UserId, work: F) -> Result<T, AppError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T, AppError> + Send + 'static,
    {
        self.snapshot(Some(owner), work).await
    }

    /// Writes rows of `owner` in one transaction; the answer comes after the commit.
    ///
    /// Writes of one person never run side by side, on no instance: what `work` reads stays true until it has written.
    pub async fn write<T, F>(&self, owner: UserId, work: F) -> Result<T, AppError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T, AppError> + Send + 'static,
    {
        // SQLite's one writer needs no lock of the owner.
        #[cfg(not(feature = "_postgres"))]
        let _ = owner;
        match &self.store {
            Store::Sqlite { writer, .. } => timing::database(writer.run(work)).await,
            #[cfg(feature = "_postgres")]
            Store::Postgres { pool, in_steps } => {
                let begin = Begin::write(Some(owner), *in_steps);
                let outcome = pool.run(begin, work).await;
                self.count(outcome.is_ok());
                outcome
            }
        }
    }

    /// The same for work on many rows: on `SQLite` it shares its transaction, and what goes wrong in it, with no other.
    pub async fn write_alone<T, F>(&self, owner: UserId, work: F) -> Result<T, AppError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T, AppError> + Send + 'static,
    {
        #[cfg(not(feature = "_postgres"))]
        let _ = owner;
        match &self.store {
            Store::Sqlite { writer, .. } => timing::database(writer.run_alone(work)).await,
            #[cfg(feature = "_postgres")]
            Store::Postgres { .. } => self.write(owner, work).await,
        }
    }

    /// Transactions that have written something and were committed, in this process.
    pub fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    #[cfg(feature = "_postgres")]
    fn count(&self, committed: bool) {
        self.commits.fetch_add(u64::from(committed), Ordering::Relaxed);
    }

    /// Reads what belongs to no one person: addresses at sign-in, the state of the database. Rows that have an owner
    /// are out of sight, on PostgreSQL by row-level security, until `work` calls [`turn_to`].
    pub async fn read_shared<T, F>(&self, work: F) -> Result<T, AppError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T, AppError> + Send + 'static,
    {
        self.snapshot(None, work).await
    }

    /// Writes what belongs to no one person: new accounts, failed sign-ins. Work on the rows of several people, such
    /// as the purge, calls [`turn_to`] for each.
    pub async fn write_shared<T, F>(&self, work: F) -> Result<T, AppError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T, AppError> + Send + 'static,
    {
        match &self.store {
            Store::Sqlite { writer, .. } => timing::database(writer.run(work)).await,
            #[cfg(feature = "_postgres")]
            Store::Postgres { pool, in_steps } => {
                let outcome = pool.run(Begin::write(None, *in_steps), work).await;
                self.count(outcome.is_ok());
                outcome
            }
        }
    }

    /// [`Db::write_shared`] for work on many rows, as [`Db::write_alone`] does it.
    pub async fn write_shared_alone<T, F>(&self, work: F) -> Result<T, AppError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T, AppError> + Send + 'static,
    {
        match &self.store {
            Store::Sqlite { writer, .. } => timing::database(writer.run_alone(work)).await,
            #[cfg(feature = "_postgres")]
            Store::Postgres { .. } => self.write_shared(work).await,
        }
    }

    async fn snapshot<T, F>(&self, owner: Option<UserId>, work: F) -> Result<T, AppError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T, AppError> + Send + 'static,
    {
        // SQLite has no row-level security to tell the owner to.
        #[cfg(not(feature = "_postgres"))]
        let _ = owner;
        match &self.store {
            Store::Sqlite { readers, .. } => timing::database(readers.run(work)).await,
            #[cfg(feature = "_postgres")]
            Store::Postgres { pool, in_steps } => pool.run(Begin::read(owner, *in_steps), work).await,
        }
    }

    /// Reads a few rows of `owner` by their keys, with a single statement: on `SQLite` at once, on the thread that asks.
    pub async fn near<T, F>(&self, owner: UserId, work: F) -> Result<T, AppError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T, AppError> + Send + 'static,
    {
        #[cfg(not(feature = "_postgres"))]
        let _ = owner;
        match &self.store {
            Store::Sqlite { memo, .. } => timing::database(async { memo.near(work) }).await,
            #[cfg(feature = "_postgres")]
            Store::Postgres { .. } => self.read(owner, work).await,
        }
    }

    /// What `make` finds in the database, or on `SQLite` what it found the last time, if nothing has been committed since.
    /// The answer must depend on its type, the owner and `question` alone.
    ///
    /// Several instances can't know what the others commit; so on PostgreSQL nothing is kept.
    pub async fn recall<T, R>(
        &self,
        owner: UserId,
        question: String,
        make: impl FnOnce() -> R,
    ) -> Result<Arc<T>, AppError>
    where
        T: Send + Sync + 'static,
        R: Future<Output = Result<T, AppError>>,
    {
        match &self.store {
            Store::Sqlite { memo, .. } => {
                let place = timing::database(async { memo.place::<T>(owner, question) }).await?;
                place.answer(make).await
            }
            #[cfg(feature = "_postgres")]
            Store::Postgres { .. } => make().await.map(Arc::new),
        }
    }

    /// Waits until everything that was asked for is on disk; later writes, through any handle, are refused.
    pub async fn close(&self) {
        let thread = self
            .writer_thread
            .lock()
            .map(|mut thread| thread.take())
            .ok()
            .flatten();
        match &self.store {
            Store::Sqlite {
                readers,
                memo,
                writer,
            } => {
                // The writer's connection is the last to close: it takes what is in the log into the file.
                memo.close();
                let readers = readers.clone();
                let _ = web::block(move || readers.close()).await;
                writer.stop().await;
            }
            #[cfg(feature = "_postgres")]
            Store::Postgres { .. } => {}
        }
        if let Some(thread) = thread {
            let _ = web::block(move || thread.join()).await;
        }
    }
}

/// Gives the connection of a command that writes very many rows room to keep their pages, on `SQLite`.
pub fn make_room(conn: &mut Conn) -> Result<(), AppError> {
    match conn {
        Conn::Sqlite(c) => Ok(c.batch_execute("PRAGMA cache_size = -65536")?),
        #[cfg(feature = "_postgres")]
        Conn::Postgres(_) => Ok(()),
    }
}

/// The number of a server process that starts now: part of every id it makes.
pub fn next_node(conn: &mut Conn) -> Result<u16, AppError> {
    use diesel::prelude::*;
    use schema::id_nodes;
    let last: i64 = diesel::update(id_nodes::table.find(1))
        .set(id_nodes::last.eq(id_nodes::last + 1))
        .returning(id_nodes::last)
        .get_result(conn)?;
    Ok(u16::try_from(last % i64::from(crate::web::ids::NODES)).unwrap_or(0))
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
