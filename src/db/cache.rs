//! What was read of an `SQLite` database, kept for as long as nothing has been committed to it.
//!
//! `SQLite` tells with `PRAGMA data_version` whether anything was committed since it was asked the last time, by this
//! process or by another one. That costs a few microseconds, and nothing that was read has to be believed for longer.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, TryLockError};

use diesel::RunQueryDsl as _;
use diesel::sql_types::BigInt;
use tokio::sync::OnceCell;

use super::connection::{Conn, Manager, on_backend};
use super::statement::{StaticSql as _, sql};
use super::unit_of_work::UserId;
use crate::error::AppError;

/// Most answers that are kept at one time, and most bytes of them and of their questions: a drawn page of a long list has about 80 kB.
const MAX_ENTRIES: usize = 1024;
const MAX_BYTES: usize = 8 * 1024 * 1024;
/// An answer of more bytes is not kept.
const MAX_ENTRY_BYTES: usize = 512 * 1024;

/// An answer that may be kept.
pub trait Cacheable: Send + Sync + 'static {
    /// About how many bytes it takes.
    fn bytes(&self) -> usize;
}

/// The owner, the type of the value, and the caller's key.
type Key = (UserId, TypeId, String);
type Answer = Arc<dyn Any + Send + Sync>;

/// Where an answer is kept, or will be.
pub(super) struct CacheSlot<'a> {
    cache: &'a Cache,
    version: i64,
    cell: Arc<OnceCell<Answer>>,
}

/// A few connections for what is read at once, and the answers that are known.
pub(super) struct Cache {
    manager: Manager,
    known: Mutex<Known>,
    /// For reads of a few rows, one for each thread that serves requests on a small machine.
    read_inline: [Mutex<Option<Conn>>; 2],
    closed: AtomicBool,
}

#[derive(Default)]
struct Known {
    /// Looks out for commits and does nothing else: versions of different connections can't be compared.
    watch: Option<Conn>,
    version: i64,
    answers: HashMap<Key, Arc<OnceCell<Answer>>>,
    bytes: usize,
}

impl Cache {
    pub(super) fn new(manager: Manager) -> Self {
        Self {
            manager,
            known: Mutex::default(),
            read_inline: Default::default(),
            closed: AtomicBool::new(false),
        }
    }

    /// The slot of the answer to `cache_key` of `owner` as of now. What is read for it later is at least as new as that.
    pub(super) fn slot<T: 'static>(
        &self,
        owner: UserId,
        cache_key: String,
    ) -> Result<CacheSlot<'_>, AppError> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        self.refuse_if_closed()?;
        let version = match known.look(&self.manager) {
            Ok(version) => version,
            Err(error) => {
                // The next one tries with a new connection.
                *known = Known::default();
                return Err(error);
            }
        };
        if version != known.version || known.answers.len() >= MAX_ENTRIES || known.bytes >= MAX_BYTES {
            known.version = version;
            known.answers.clear();
            known.bytes = 0;
        }
        let asked = cache_key.len();
        let cell = match known.answers.entry((owner, TypeId::of::<T>(), cache_key)) {
            Entry::Occupied(slot) => Arc::clone(slot.get()),
            Entry::Vacant(slot) => {
                let cell = Arc::clone(slot.insert(Arc::default()));
                known.bytes += asked;
                cell
            }
        };
        Ok(CacheSlot {
            cache: self,
            version,
            cell,
        })
    }

    /// Runs `work`, a read of a few rows by their keys, on the thread that asks: going to another one and back would
    /// take longer.
    pub(super) fn read_inline<T>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, AppError>,
    ) -> Result<T, AppError> {
        let free = self.read_inline.iter().find_map(|conn| match conn.try_lock() {
            Ok(slot) => Some(slot),
            // A panic took the connection with it; the next one is opened below.
            Err(TryLockError::Poisoned(slot)) => Some(slot.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        });
        let mut slot =
            free.unwrap_or_else(|| self.read_inline[0].lock().unwrap_or_else(PoisonError::into_inner));
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
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Known::default();
        for conn in &self.read_inline {
            *conn.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
    }

    /// Asked with the lock of a connection held, so that none is opened after [`Cache::close`].
    fn refuse_if_closed(&self) -> Result<(), AppError> {
        if self.closed.load(Ordering::SeqCst) {
            return Err(AppError::stopped());
        }
        Ok(())
    }
}

impl CacheSlot<'_> {
    /// The answer that is there, else what `make` finds. Those who ask the same at the same time wait for one answer.
    pub(super) async fn answer<T, R>(self, make: impl FnOnce() -> R) -> Result<Arc<T>, AppError>
    where
        T: Cacheable,
        R: Future<Output = Result<T, AppError>>,
    {
        let answer = self.cell.get_or_try_init(|| async {
            let found = make().await.inspect_err(|_| self.weigh(usize::MAX))?;
            self.weigh(found.bytes());
            Ok::<Answer, AppError>(Arc::new(found))
        });
        Arc::clone(answer.await?)
            .downcast()
            .map_err(|_| AppError::internal("an answer of another kind"))
    }

    /// Counts the bytes of the value, or removes the slot where they are too many.
    fn weigh(&self, bytes: usize) {
        let mut known = self.cache.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.version != self.version {
            return;
        }
        if bytes > MAX_ENTRY_BYTES {
            known.answers.retain(|_, cell| !Arc::ptr_eq(cell, &self.cell));
        } else {
            known.bytes += bytes;
        }
    }
}

sql! { DataVersion -> BigInt: "PRAGMA data_version" }

impl Known {
    /// Changes whenever something has been committed, by whomever.
    fn look(&mut self, manager: &Manager) -> Result<i64, AppError> {
        let conn = match &mut self.watch {
            Some(conn) => conn,
            empty => empty.insert(manager.open().map_err(AppError::unavailable)?),
        };
        Ok(on_backend!(conn, |c| DataVersion::with([]).get_result(c))?)
    }
}
