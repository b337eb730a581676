//! The handle to the database: it runs a closure as one unit of work, off the async threads.

use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use actix_web::web;

use super::acting::Load;
use super::background::Background;
#[cfg(feature = "_postgres")]
use super::begin::BeginStatements;
use super::cache::{Cache, Cacheable};
use super::file;
use super::file_identity::FileIdentity;
use super::pending::PendingUnits;
#[cfg(feature = "_postgres")]
use super::pool::{Pool, Target};
use super::readers::Readers;
use super::unit_of_work::{LONG_PATIENCE, Owner, PATIENCE, READ_TIME, TxScope, UNLIMITED, WriteOwner};
use super::work::Work;
use super::writer::Writer;
use crate::error::AppError;
use crate::timing;

/// The database, cheap to clone.
#[derive(Clone)]
pub struct Db {
    pub(super) store: Store,
    /// Joined by [`Db::close`], so that a stop loses no write.
    pub(super) writer_thread: Arc<Mutex<Option<JoinHandle<()>>>>,
    pub(super) commits: Arc<AtomicU64>,
    pub(super) closing: Arc<AtomicBool>,
    /// Whether rows were deleted for good since the start.
    pub(super) removed: Arc<AtomicBool>,
    /// The file of an `SQLite` database at the time it was opened.
    pub(super) file: Option<FileIdentity>,
    pub(super) background: Background,
    /// One permit for each unit of work that runs or waits.
    pub(super) pending: PendingUnits,
    /// Held by a server on `SQLite`: no other server opens the file.
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
        /// For Citus; see [`BeginStatements`].
        separate_statements: bool,
    },
}

impl Db {
    /// Reads rows of `owner` in one snapshot: all statements of `work` see the same state of the database.
    pub async fn read<T: Send + 'static>(
        &self,
        owner: impl Into<Owner>,
        work: impl Work<T>,
    ) -> Result<T, AppError> {
        self.snapshot(TxScope::Shared, Some(owner.into()), READ_TIME, work)
            .await
    }

    /// Like [`Db::read`], with its own time limit, for work that takes longer than a page.
    pub async fn read_within<T: Send + 'static>(
        &self,
        time: Duration,
        owner: impl Into<Owner>,
        work: impl Work<T>,
    ) -> Result<T, AppError> {
        self.snapshot(TxScope::Shared, Some(owner.into()), time, work)
            .await
    }

    /// Writes rows of `owner` in one transaction; returns after the commit.
    ///
    /// Writes of one owner never run concurrently, on any instance: what `work` reads stays true until it has written.
    /// On `SQLite` the single writer ensures it, on PostgreSQL advisory locks of the person and the book (see `begin.rs`).
    pub async fn write<T: Send + 'static>(
        &self,
        owner: impl Into<WriteOwner>,
        work: impl Work<T>,
    ) -> Result<T, AppError> {
        self.write_in(TxScope::Shared, owner, work).await
    }

    /// Like [`Db::write`], for work whose size is `scope`.
    pub async fn write_in<T: Send + 'static>(
        &self,
        scope: TxScope,
        owner: impl Into<WriteOwner>,
        work: impl Work<T>,
    ) -> Result<T, AppError> {
        self.commit(scope, Some(owner.into().0), work).await
    }

    /// The number of transactions that this process has committed.
    pub fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    /// Reads rows without an owner, such as addresses at sign-in. Rows with an owner are invisible on PostgreSQL, by
    /// row-level security, until `work` calls [`set_owner`](super::set_owner).
    pub async fn read_shared<T: Send + 'static>(&self, work: impl Work<T>) -> Result<T, AppError> {
        self.read_shared_in(TxScope::Shared, work).await
    }

    /// Like [`Db::read_shared`], for work whose size is `scope`.
    pub async fn read_shared_in<T: Send + 'static>(
        &self,
        scope: TxScope,
        work: impl Work<T>,
    ) -> Result<T, AppError> {
        let time = match scope {
            TxScope::Shared => READ_TIME,
            TxScope::Own => UNLIMITED,
        };
        self.snapshot(scope, None, time, work).await
    }

    /// Writes rows without an owner: new accounts, failed sign-ins. Work on the rows of several owners, such as the
    /// purge, calls [`set_owner`](super::set_owner) for each.
    pub async fn write_shared<T: Send + 'static>(&self, work: impl Work<T>) -> Result<T, AppError> {
        self.write_shared_in(TxScope::Shared, work).await
    }

    /// Like [`Db::write_shared`], for work whose size is `scope`. Background work and commands wait up to an hour for
    /// their turn.
    pub async fn write_shared_in<T: Send + 'static>(
        &self,
        scope: TxScope,
        work: impl Work<T>,
    ) -> Result<T, AppError> {
        self.commit(scope, None, work).await
    }

    async fn commit<T: Send + 'static>(
        &self,
        scope: TxScope,
        owner: Option<Owner>,
        work: impl Work<T>,
    ) -> Result<T, AppError> {
        let load = Load::of(owner);
        let _pending = self.pending.begin(load)?;
        match &self.store {
            // SQLite's single writer makes a lock per owner unnecessary.
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
                let begin = BeginStatements::write(scope, owner, *separate_statements);
                let outcome = pool.run(Target::write(scope, load), begin, work).await;
                self.commits
                    .fetch_add(u64::from(outcome.is_ok()), Ordering::Relaxed);
                outcome
            }
        }
    }

    async fn snapshot<T: Send + 'static>(
        &self,
        scope: TxScope,
        owner: Option<Owner>,
        time: Duration,
        work: impl Work<T>,
    ) -> Result<T, AppError> {
        #[cfg(not(feature = "_postgres"))]
        let _ = scope;
        let load = Load::of(owner);
        let _pending = self.pending.begin(load)?;
        match &self.store {
            Store::Sqlite { readers, .. } => timing::database(readers.run(load.key(), time, work)).await,
            #[cfg(feature = "_postgres")]
            Store::Postgres {
                pool,
                separate_statements,
            } => {
                let begin = BeginStatements::read(scope, owner, pool.read_time(time), *separate_statements);
                pool.run(Target::read(scope, load, time), begin, work).await
            }
        }
    }

    /// Reads a few rows of `owner` by their keys, with a single statement. On `SQLite` it runs on the calling thread.
    pub async fn read_inline<T: Send + 'static>(
        &self,
        owner: impl Into<Owner>,
        work: impl Work<T>,
    ) -> Result<T, AppError> {
        #[cfg(not(feature = "_postgres"))]
        let _ = owner;
        match &self.store {
            Store::Sqlite { cache, .. } => timing::database(async { cache.read_inline(work) }).await,
            #[cfg(feature = "_postgres")]
            Store::Postgres { .. } => self.read(owner, work).await,
        }
    }

    /// The value that `load` reads from the database. On `SQLite` it is cached until the next commit; errors are not.
    /// The value must depend only on its type, the owner and `cache_key`.
    ///
    /// PostgreSQL has no cheap way to see that another instance has committed, so nothing is cached there.
    pub async fn cached<T, R>(
        &self,
        owner: impl Into<Owner>,
        cache_key: String,
        load: impl FnOnce() -> R,
    ) -> Result<Arc<T>, AppError>
    where
        T: Cacheable,
        R: Future<Output = Result<T, AppError>>,
    {
        match &self.store {
            Store::Sqlite { cache, .. } => {
                let slot = timing::database(async { cache.slot::<T>(owner.into(), cache_key) }).await?;
                slot.get_or_load(load).await
            }
            #[cfg(feature = "_postgres")]
            Store::Postgres { .. } => load().await.map(Arc::new),
        }
    }

    /// Whether writes are possible: on `SQLite`, whether the writer thread runs.
    pub fn has_writer(&self) -> bool {
        match &self.store {
            Store::Sqlite { writer, .. } => writer.is_running(),
            #[cfg(feature = "_postgres")]
            Store::Postgres { .. } => true,
        }
    }

    /// Records that rows were deleted for good. On `SQLite` the writer then erases their traces from the file when it
    /// stops.
    pub fn note_removal(&self) {
        self.removed.store(true, Ordering::Relaxed);
    }

    /// Whether [`Db::close`] was called: long work checks this from time to time and stops early.
    pub fn is_closing(&self) -> bool {
        self.closing.load(Ordering::Relaxed)
    }

    /// Waits until every accepted write is on disk; later work, through any handle, is refused.
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
                // The writer closes its connection last: the last close moves the write-ahead log into the file.
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
}
