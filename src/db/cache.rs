//! Values read from an `SQLite` database, cached until a commit outdates them.

use std::any::{Any, TypeId};
use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, TryLockError};

use quick_cache::Weighter;

use super::connection::{Conn, Manager};
use super::generations::{Generation, Generations, Source};
use crate::error::AppError;

/// A larger value is not cached.
const MAX_ENTRY_BYTES: usize = 512 * 1024;
/// A rendered page of a long list. With this estimate `quick_cache` makes at most two shards of the smallest capacity, each
/// with room for many values of `MAX_ENTRY_BYTES`.
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
    source: Source,
    generation: Generation,
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

/// The slot of one value in one generation. A load that a commit overtakes stores its value under the older generation,
/// where no later lookup finds it.
pub(super) struct CacheSlot<'a> {
    cache: &'a Cache,
    key: Key,
}

/// The cached values, and connections for reads on the calling thread.
pub(super) struct Cache {
    manager: Manager,
    generations: Arc<Generations>,
    entries: quick_cache::sync::Cache<Key, Entry, EntryWeighter>,
    counts: Counts,
    /// For reads of a few rows, one for each thread that serves requests on a small machine.
    inline: [Mutex<Option<Conn>>; 2],
    closed: AtomicBool,
}

#[derive(Default)]
struct Counts {
    lookups: AtomicU64,
    loads: AtomicU64,
}

/// How well the cache works, since the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CacheUse {
    pub hits: u64,
    pub misses: u64,
    /// The size of all cached values now.
    pub bytes: u64,
}

impl Cache {
    /// A cache of at most `capacity` bytes.
    pub(super) fn new(manager: Manager, generations: Arc<Generations>, capacity: u64) -> Self {
        let estimated_entries = usize::try_from(capacity / LARGE_PAGE_BYTES).unwrap_or(usize::MAX);
        Self {
            manager,
            generations,
            entries: quick_cache::sync::Cache::with_weighter(estimated_entries, capacity, EntryWeighter),
            counts: Counts::default(),
            inline: Default::default(),
            closed: AtomicBool::new(false),
        }
    }

    /// The slot of the value of type `T` called `name`, as of now: a value in it is read now or later, or was read from
    /// the same state of the database. `None` at a moment at which nothing can be cached.
    pub(super) fn slot<T: 'static>(
        &self,
        source: Source,
        name: String,
    ) -> Result<Option<CacheSlot<'_>>, AppError> {
        self.counts.lookups.fetch_add(1, Ordering::Relaxed);
        let Some(generation) = self.generations.now(source)? else {
            self.counts.loads.fetch_add(1, Ordering::Relaxed);
            return Ok(None);
        };
        Ok(Some(CacheSlot {
            cache: self,
            key: Key {
                source,
                generation,
                value_type: TypeId::of::<T>(),
                name,
            },
        }))
    }

    pub(super) fn usage(&self) -> CacheUse {
        let misses = self.counts.loads.load(Ordering::Relaxed);
        CacheUse {
            hits: self.counts.lookups.load(Ordering::Relaxed).saturating_sub(misses),
            misses,
            bytes: self.entries.weight(),
        }
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
        self.generations.close();
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

impl CacheSlot<'_> {
    /// The cached value, else what `load` reads. Concurrent calls for one slot share one load; an error is returned to
    /// its caller, and the next of them loads.
    pub(super) async fn get_or_load<T, R>(self, load: impl FnOnce() -> R) -> Result<Arc<T>, AppError>
    where
        T: Cacheable,
        R: Future<Output = Result<T, AppError>>,
    {
        let loaded = self.cache.entries.get_or_insert_async(&self.key, async {
            self.cache.counts.loads.fetch_add(1, Ordering::Relaxed);
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

    fn cache(folder: &tempfile::TempDir) -> Cache {
        let generations = Arc::new(Generations::new(manager(folder)));
        Cache::new(manager(folder), generations, 8 << 20)
    }

    async fn load(cache: &Cache, value: Result<String, AppError>) -> Result<Arc<String>, AppError> {
        let slot = cache.slot::<String>(Source::Entries(BookId(1)), "name".to_owned())?;
        slot.expect("no commit is under way")
            .get_or_load(|| async { value })
            .await
    }

    #[actix_web::test]
    async fn a_value_is_kept_until_the_next_commit_and_an_error_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let cache = cache(&folder);
        assert!(load(&cache, Err(AppError::NotFound)).await.is_err());
        for new in ["first", "second"] {
            assert_eq!(*load(&cache, Ok(new.to_owned())).await.unwrap(), "first");
        }
        let mut conn = manager(&folder).open().unwrap();
        conn.batch_execute("CREATE TABLE t (id INTEGER)").unwrap();
        assert_eq!(*load(&cache, Ok("third".to_owned())).await.unwrap(), "third");
        let CacheUse { hits, misses, bytes } = cache.usage();
        assert_eq!((hits, misses), (1, 3));
        assert!(bytes > 0);
    }

    #[actix_web::test]
    async fn a_value_that_is_too_large_is_not_kept() {
        let folder = tempfile::tempdir().unwrap();
        let cache = cache(&folder);
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
        let cache = cache(&folder);
        let slot = cache.slot::<String>(Source::Entries(BookId(1)), "name".to_owned());
        let slot = slot.unwrap().unwrap();
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
