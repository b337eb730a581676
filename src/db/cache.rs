//! Values read from an `SQLite` database, cached until the next commit.
//!
//! `PRAGMA data_version` changes when this or another process has committed since the last call. It takes a few
//! microseconds, so every lookup starts with it and no cached value is older than the lookup.

use std::any::{Any, TypeId};
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, TryLockError};

use diesel::RunQueryDsl as _;
use diesel::sql_types::BigInt;
use quick_cache::Weighter;

use super::connection::{Conn, Manager, on_backend};
use super::statement::{StaticSql as _, sql};
use super::unit_of_work::Owner;
use crate::error::AppError;

/// Total bytes of all cached values and their keys.
const MAX_BYTES: u64 = 8 * 1024 * 1024;
/// A larger value is not cached.
const MAX_ENTRY_BYTES: usize = 512 * 1024;
/// A rendered page of a long list. With this estimate `quick_cache` makes at most two shards of `MAX_BYTES`, each with
/// room for many values of `MAX_ENTRY_BYTES`.
const LARGE_PAGE_BYTES: u64 = 80 * 1024;
/// The size of an entry besides its key and value.
const ENTRY_OVERHEAD: usize = 256;

/// A value that may be cached.
pub trait Cacheable: Send + Sync + 'static {
    /// Its approximate size in memory.
    fn bytes(&self) -> usize;
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    /// The state of the database that the value was read from, or a later one.
    generation: u64,
    owner: Owner,
    value_type: TypeId,
    name: String,
}

#[derive(Clone)]
struct Entry {
    value: Arc<dyn Any + Send + Sync>,
    bytes: usize,
}

#[derive(Clone)]
struct EntryWeighter;

impl Weighter<Key, Entry> for EntryWeighter {
    fn weight(&self, key: &Key, entry: &Entry) -> u64 {
        if entry.bytes > MAX_ENTRY_BYTES {
            // More than the whole capacity: the value is given to the requests that wait for it, and not stored.
            return u64::MAX;
        }
        u64::try_from(entry.bytes + key.name.len() + ENTRY_OVERHEAD).unwrap_or(u64::MAX)
    }
}

/// The slot of one value in one generation.
pub(super) struct CacheSlot<'a> {
    cache: &'a Cache,
    key: Key,
}

/// The cached values, and connections for reads on the calling thread.
pub(super) struct Cache {
    manager: Manager,
    commits: Mutex<CommitWatch>,
    entries: quick_cache::sync::Cache<Key, Entry, EntryWeighter>,
    /// For reads of a few rows, one for each thread that serves requests on a small machine.
    inline: [Mutex<Option<Conn>>; 2],
    closed: AtomicBool,
}

/// Detects commits.
#[derive(Default)]
struct CommitWatch {
    /// Used for nothing else: the numbers of `PRAGMA data_version` are comparable only on one connection.
    conn: Option<Conn>,
    data_version: i64,
    /// Grows with each change of `data_version` and with each new connection, whose numbers may repeat old ones.
    generation: u64,
}

impl Cache {
    pub(super) fn new(manager: Manager) -> Self {
        Self {
            manager,
            commits: Mutex::default(),
            entries: new_entries(),
            inline: Default::default(),
            closed: AtomicBool::new(false),
        }
    }

    /// The slot of the value of type `T` called `name`, as of now: a value in it is read now or later, or was read from
    /// the same state of the database.
    pub(super) fn slot<T: 'static>(&self, owner: Owner, name: String) -> Result<CacheSlot<'_>, AppError> {
        let mut commits = self.commits.lock().unwrap_or_else(PoisonError::into_inner);
        self.refuse_if_closed()?;
        let before = commits.generation;
        let checked = commits.check(&self.manager);
        if commits.generation != before {
            // A load that is still running stores its value later, under its older generation, where no lookup finds it.
            self.entries.clear();
        }
        checked?;
        Ok(CacheSlot {
            cache: self,
            key: Key {
                generation: commits.generation,
                owner,
                value_type: TypeId::of::<T>(),
                name,
            },
        })
    }

    /// Runs `work`, a read of a few rows by their keys, on the calling thread: a switch to another thread and back would
    /// take longer than the read.
    pub(super) fn read_inline<T>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, AppError>,
    ) -> Result<T, AppError> {
        let free = self.inline.iter().find_map(|conn| match conn.try_lock() {
            Ok(slot) => Some(slot),
            // A panic has dropped the connection; a new one is opened below.
            Err(TryLockError::Poisoned(slot)) => Some(slot.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        });
        let mut slot = free.unwrap_or_else(|| self.inline[0].lock().unwrap_or_else(PoisonError::into_inner));
        self.refuse_if_closed()?;
        let mut conn = match slot.take() {
            Some(conn) => conn,
            None => self.manager.open().map_err(AppError::unavailable)?,
        };
        let outcome = work(&mut conn);
        if !outcome.as_ref().is_err_and(AppError::is_outage) {
            *slot = Some(conn);
        }
        outcome
    }

    /// Closes every connection; later reads are refused.
    pub(super) fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        self.commits.lock().unwrap_or_else(PoisonError::into_inner).conn = None;
        self.entries.clear();
        for conn in &self.inline {
            *conn.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
    }

    /// Called while the lock of a connection is held, so that none is opened after [`Cache::close`].
    fn refuse_if_closed(&self) -> Result<(), AppError> {
        if self.closed.load(Ordering::SeqCst) {
            return Err(AppError::stopped());
        }
        Ok(())
    }
}

fn new_entries() -> quick_cache::sync::Cache<Key, Entry, EntryWeighter> {
    let estimated_entries = usize::try_from(MAX_BYTES / LARGE_PAGE_BYTES).unwrap_or(usize::MAX);
    quick_cache::sync::Cache::with_weighter(estimated_entries, MAX_BYTES, EntryWeighter)
}

impl CacheSlot<'_> {
    /// The cached value, else what `load` reads. Concurrent calls for one slot share one load; an error is returned to
    /// its caller, and the next of them loads.
    pub(super) async fn get_or_load<T, R>(self, load: impl FnOnce() -> R) -> Result<Arc<T>, AppError>
    where
        T: Cacheable,
        R: Future<Output = Result<T, AppError>>,
    {
        let loaded = self.cache.entries.get_or_insert_async(&self.key, async {
            let value = load().await?;
            Ok::<_, AppError>(Entry {
                bytes: value.bytes(),
                value: Arc::new(value),
            })
        });
        let value = loaded.await?.value;
        value
            .downcast()
            .map_err(|_| AppError::internal("a cached value has another type than its key"))
    }
}

sql! { DataVersion -> BigInt: "PRAGMA data_version" }

impl CommitWatch {
    /// Starts a new generation if something has been committed since the last call, or if that is unknown.
    fn check(&mut self, manager: &Manager) -> Result<(), AppError> {
        match self.data_version(manager) {
            Ok(version) if version == self.data_version => Ok(()),
            Ok(version) => {
                self.data_version = version;
                self.generation += 1;
                Ok(())
            }
            Err(error) => {
                // The next call opens a new connection.
                self.conn = None;
                self.generation += 1;
                Err(error)
            }
        }
    }

    fn data_version(&mut self, manager: &Manager) -> Result<i64, AppError> {
        let conn = match &mut self.conn {
            Some(conn) => conn,
            empty => empty.insert(manager.open().map_err(AppError::unavailable)?),
        };
        Ok(on_backend!(conn, |c| DataVersion::with([]).get_result(c))?)
    }
}

#[cfg(test)]
mod tests {
    use diesel::connection::SimpleConnection as _;

    use super::super::connection::Purpose;
    use super::super::unit_of_work::BookId;
    use super::*;
    use crate::settings::DatabaseUrl;

    impl Cacheable for String {
        fn bytes(&self) -> usize {
            self.len()
        }
    }

    fn manager(folder: &tempfile::TempDir) -> Manager {
        Manager {
            url: DatabaseUrl::Sqlite(folder.path().join("expenses.db")),
            purpose: Purpose::Write,
            file: None,
            #[cfg(feature = "_postgres")]
            statement_timeout: None,
        }
    }

    async fn load(cache: &Cache, value: Result<String, AppError>) -> Result<Arc<String>, AppError> {
        let slot = cache.slot::<String>(BookId(1).into(), "name".to_owned())?;
        slot.get_or_load(|| async { value }).await
    }

    #[actix_web::test]
    async fn a_value_is_kept_until_the_next_commit_and_an_error_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(manager(&folder));
        assert!(load(&cache, Err(AppError::NotFound)).await.is_err());
        for new in ["first", "second"] {
            assert_eq!(*load(&cache, Ok(new.to_owned())).await.unwrap(), "first");
        }
        let mut conn = manager(&folder).open().unwrap();
        conn.batch_execute("CREATE TABLE t (id INTEGER)").unwrap();
        assert_eq!(*load(&cache, Ok("third".to_owned())).await.unwrap(), "third");
    }

    #[actix_web::test]
    async fn a_value_that_is_too_large_is_not_kept() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(manager(&folder));
        for (length, kept) in [(MAX_ENTRY_BYTES + 1, false), (MAX_ENTRY_BYTES, true)] {
            assert_eq!(load(&cache, Ok("x".repeat(length))).await.unwrap().len(), length);
            let next = load(&cache, Ok("y".to_owned())).await.unwrap();
            assert_eq!(next.len() == length, kept);
            cache.entries.clear();
        }
        assert!(cache.entries.shard_capacity() > 4 * MAX_ENTRY_BYTES as u64);
    }

    #[actix_web::test]
    async fn a_load_that_a_commit_overtakes_is_not_found_afterwards() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(manager(&folder));
        let slot = cache.slot::<String>(BookId(1).into(), "name".to_owned()).unwrap();
        let slow = slot.get_or_load(|| async {
            let mut conn = manager(&folder).open().unwrap();
            conn.batch_execute("CREATE TABLE t (id INTEGER)").unwrap();
            assert_eq!(*load(&cache, Ok("new".to_owned())).await.unwrap(), "new");
            Ok("old".to_owned())
        });
        assert_eq!(*slow.await.unwrap(), "old");
        assert_eq!(*load(&cache, Ok("newer".to_owned())).await.unwrap(), "new");
    }
}
