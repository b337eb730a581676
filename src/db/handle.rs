//! The handle to the database: it runs a closure as one unit of work, off the async threads.

use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use actix_web::web;

use super::background::Background;
#[cfg(feature = "_postgres")]
use super::begin::Begin;
use super::cache::{Cache, Cacheable};
use super::connection::Conn;
use super::file;
use super::file_identity::FileIdentity;
#[cfg(feature = "_postgres")]
use super::pool::{Pool, Purpose};
use super::readers::Readers;
use super::unit_of_work::{LONG_PATIENCE, PATIENCE, READ_TIME, TxScope, UNLIMITED, UserId};
use super::writer::Writer;
use crate::error::AppError;
use crate::timing;

/// A closure that is one unit of work: it runs on another thread, inside a transaction.
pub trait Work<T>: FnOnce(&mut Conn) -> Result<T, AppError> + Send + 'static {}

impl<T, F> Work<T> for F where F: FnOnce(&mut Conn) -> Result<T, AppError> + Send + 'static {}

/// The database, cheap to clone.
#[derive(Clone)]
pub struct Db {
    pub(super) store: Store,
    /// Ends the writer thread after the last request, so that a stop loses nothing.
    pub(super) writer_thread: Arc<Mutex<Option<JoinHandle<()>>>>,
    pub(super) commits: Arc<AtomicU64>,
    pub(super) closing: Arc<AtomicBool>,
    /// Whether rows were removed for good since the start.
    pub(super) removed: Arc<AtomicBool>,
    /// The file of an `SQLite` database, as it was opened.
    pub(super) file: Option<FileIdentity>,
    pub(super) background: Background,
    /// The right to serve from the file, for a server on `SQLite`.
    pub(super) _file_lock: Option<Arc<file::FileLock>>,
}

#[derive(Clone)]
pub(super) enum Store {
    Sqlite {
        readers: Readers,
        cache: Arc<Cache>,
        writer: Writer,
    },
    #[cfg(feature = "_postgres")]
    Postgres {
        pool: Pool,
        /// See [`Begin`].
        separate_statements: bool,
    },
}

impl Db {
    /// Reads rows of `owner` in one snapshot: all statements of `work` see the same state.
    pub async fn read<T, F>(&self, owner: UserId, work: F) -> Result<T, AppError>
    where
        T: Send + 'static,
        F: Work<T>,
    {
        self.snapshot(TxScope::Shared, Some(owner), READ_TIME, work).await
    }

    /// The same for work that may take longer than a page.
    pub async fn read_within<T, F>(&self, time: Duration, owner: UserId, work: F) -> Result<T, AppError>
    where
        T: Send + 'static,
        F: Work<T>,
    {
        self.snapshot(TxScope::Shared, Some(owner), time, work).await
    }

    /// Writes rows of `owner` in one transaction; the answer comes after the commit.
    ///
    /// Writes of one person never run side by side, on no instance: what `work` reads stays true until it has written.
    pub async fn write<T, F>(&self, owner: UserId, work: F) -> Result<T, AppError>
    where
        T: Send + 'static,
        F: Work<T>,
    {
        self.write_in(TxScope::Shared, owner, work).await
    }

    /// The same for work on so many rows.
    pub async fn write_in<T, F>(&self, scope: TxScope, owner: UserId, work: F) -> Result<T, AppError>
    where
        T: Send + 'static,
        F: Work<T>,
    {
        self.commit(scope, Some(owner), work).await
    }

    /// Transactions that have written something and were committed, in this process.
    pub fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    /// Reads what belongs to no one person: addresses at sign-in, the state of the database. Rows that have an owner
    /// are out of sight, on PostgreSQL by row-level security, until `work` calls [`set_owner`].
    pub async fn read_shared<T, F>(&self, work: F) -> Result<T, AppError>
    where
        T: Send + 'static,
        F: Work<T>,
    {
        self.read_shared_in(TxScope::Shared, work).await
    }

    /// The same for work that reads so many rows.
    pub async fn read_shared_in<T, F>(&self, scope: TxScope, work: F) -> Result<T, AppError>
    where
        T: Send + 'static,
        F: Work<T>,
    {
        let time = match scope {
            TxScope::Shared => READ_TIME,
            TxScope::Own => UNLIMITED,
        };
        self.snapshot(scope, None, time, work).await
    }

    /// Writes what belongs to no one person: new accounts, failed sign-ins. Work on the rows of several people, such
    /// as the purge, calls [`set_owner`] for each.
    pub async fn write_shared<T, F>(&self, work: F) -> Result<T, AppError>
    where
        T: Send + 'static,
        F: Work<T>,
    {
        self.write_shared_in(TxScope::Shared, work).await
    }

    /// The same for work on so many rows: of the background or of a command, which waits its turn for as long as it takes.
    pub async fn write_shared_in<T, F>(&self, scope: TxScope, work: F) -> Result<T, AppError>
    where
        T: Send + 'static,
        F: Work<T>,
    {
        self.commit(scope, None, work).await
    }

    async fn commit<T, F>(&self, scope: TxScope, owner: Option<UserId>, work: F) -> Result<T, AppError>
    where
        T: Send + 'static,
        F: Work<T>,
    {
        match &self.store {
            // SQLite's one writer needs no lock of the owner.
            Store::Sqlite { writer, .. } => {
                let patience = match (owner, scope) {
                    (None, TxScope::Own) => LONG_PATIENCE,
                    _ => PATIENCE,
                };
                timing::database(writer.run(scope, patience, work)).await
            }
            #[cfg(feature = "_postgres")]
            Store::Postgres {
                pool,
                separate_statements,
            } => {
                let begin = Begin::write(scope, owner, *separate_statements);
                let outcome = pool.run(Purpose::new(scope, owner), begin, work).await;
                self.commits
                    .fetch_add(u64::from(outcome.is_ok()), Ordering::Relaxed);
                outcome
            }
        }
    }

    async fn snapshot<T, F>(
        &self,
        scope: TxScope,
        owner: Option<UserId>,
        time: Duration,
        work: F,
    ) -> Result<T, AppError>
    where
        T: Send + 'static,
        F: Work<T>,
    {
        #[cfg(not(feature = "_postgres"))]
        let _ = scope;
        match &self.store {
            Store::Sqlite { readers, .. } => timing::database(readers.run(owner, time, work)).await,
            #[cfg(feature = "_postgres")]
            Store::Postgres {
                pool,
                separate_statements,
            } => {
                let begin = Begin::read(scope, owner, *separate_statements);
                pool.run(Purpose::new(scope, owner), begin, work).await
            }
        }
    }

    /// Reads a few rows of `owner` by their keys, with a single statement: on `SQLite` at once, on the thread that asks.
    pub async fn read_inline<T, F>(&self, owner: UserId, work: F) -> Result<T, AppError>
    where
        T: Send + 'static,
        F: Work<T>,
    {
        #[cfg(not(feature = "_postgres"))]
        let _ = owner;
        match &self.store {
            Store::Sqlite { cache, .. } => timing::database(async { cache.read_inline(work) }).await,
            #[cfg(feature = "_postgres")]
            Store::Postgres { .. } => self.read(owner, work).await,
        }
    }

    /// What `make` finds in the database, or on `SQLite` what it found the last time, if nothing has been committed since.
    /// The answer must depend on its type, the owner and `cache_key` alone.
    ///
    /// Several instances can't know what the others commit; so on PostgreSQL nothing is kept.
    pub async fn cached<T, R>(
        &self,
        owner: UserId,
        cache_key: String,
        make: impl FnOnce() -> R,
    ) -> Result<Arc<T>, AppError>
    where
        T: Cacheable,
        R: Future<Output = Result<T, AppError>>,
    {
        match &self.store {
            Store::Sqlite { cache, .. } => {
                let slot = timing::database(async { cache.slot::<T>(owner, cache_key) }).await?;
                slot.answer(make).await
            }
            #[cfg(feature = "_postgres")]
            Store::Postgres { .. } => make().await.map(Arc::new),
        }
    }

    /// Whether there is somebody to write: on `SQLite`, the writer thread.
    pub fn has_writer(&self) -> bool {
        match &self.store {
            Store::Sqlite { writer, .. } => writer.is_running(),
            #[cfg(feature = "_postgres")]
            Store::Postgres { .. } => true,
        }
    }

    /// Notes that rows were removed for good: on `SQLite` the end of the writer leaves nothing of them in the file.
    pub fn note_removal(&self) {
        self.removed.store(true, Ordering::Relaxed);
    }

    /// Whether [`Db::close`] waits: long work looks here from time to time, and gives up.
    pub fn is_closing(&self) -> bool {
        self.closing.load(Ordering::Relaxed)
    }

    /// Waits until everything that was asked for is on disk; later writes, through any handle, are refused.
    pub async fn close(&self) {
        self.closing.store(true, Ordering::Relaxed);
        let thread = self
            .writer_thread
            .lock()
            .map(|mut thread| thread.take())
            .ok()
            .flatten();
        match &self.store {
            Store::Sqlite {
                readers,
                cache,
                writer,
            } => {
                // The writer's connection is the last to close: it takes what is in the log into the file.
                cache.close();
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

    /// How many writes of [`Db::write_later`] are under way.
    pub fn under_way(&self) -> usize {
        self.background.lock().len()
    }

    /// Writes rows of `owner` while the request goes on; false where the same write, named by `kind` and `id`, is under
    /// way already. A failure is logged: the write has to be one that a later request asks for again.
    pub fn write_later<F>(&self, owner: UserId, kind: &'static str, id: i64, work: F) -> bool
    where
        F: FnOnce(&mut Conn) -> Result<(), AppError> + Send + 'static,
    {
        let subject = (owner, kind, id);
        if !self.background.begin(subject) {
            return false;
        }
        let db = self.clone();
        actix_web::rt::spawn(async move {
            if let Err(error) = db.write(owner, work).await {
                tracing::warn!(%error, "the use of a {kind} was not noted; the next use will be");
            }
            db.background.lock().remove(&subject);
        });
        true
    }
}
