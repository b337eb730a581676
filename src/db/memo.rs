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

use super::UserId;
use super::connection::{Conn, Manager, on_backend};
use super::statement::{Words as _, words};
use crate::error::AppError;

/// Most answers that are kept at one time, and most bytes of them and of their questions: a drawn page of a long list has about 80 kB.
const MOST: usize = 1024;
const MOST_BYTES: usize = 8 * 1024 * 1024;
/// An answer of more bytes is not kept.
const LARGEST: usize = 512 * 1024;

/// An answer that may be kept.
pub trait Keep: Send + Sync + 'static {
    /// About how many bytes it takes.
    fn bytes(&self) -> usize;
}

/// Whose answer it is, of which kind, and to which question.
type Key = (UserId, TypeId, String);
type Answer = Arc<dyn Any + Send + Sync>;

/// Where an answer is kept, or will be.
pub(super) struct Place<'a> {
    memo: &'a Memo,
    version: i64,
    cell: Arc<OnceCell<Answer>>,
}

/// A few connections for what is read at once, and the answers that are known.
pub(super) struct Memo {
    manager: Manager,
    known: Mutex<Known>,
    /// For reads of a few rows, one for each thread that serves requests on a small machine.
    near: [Mutex<Option<Conn>>; 2],
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

impl Memo {
    pub(super) fn new(manager: Manager) -> Self {
        Self {
            manager,
            known: Mutex::default(),
            near: Default::default(),
            closed: AtomicBool::new(false),
        }
    }

    /// The place of the answer to `question` of `owner` as of now. What is read for it later is at least as new as that.
    pub(super) fn place<T: 'static>(&self, owner: UserId, question: String) -> Result<Place<'_>, AppError> {
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
        if version != known.version || known.answers.len() >= MOST || known.bytes >= MOST_BYTES {
            known.version = version;
            known.answers.clear();
            known.bytes = 0;
        }
        let asked = question.len();
        let cell = match known.answers.entry((owner, TypeId::of::<T>(), question)) {
            Entry::Occupied(place) => Arc::clone(place.get()),
            Entry::Vacant(place) => {
                let cell = Arc::clone(place.insert(Arc::default()));
                known.bytes += asked;
                cell
            }
        };
        Ok(Place {
            memo: self,
            version,
            cell,
        })
    }

    /// Runs `work`, a read of a few rows by their keys, on the thread that asks: going to another one and back would
    /// take longer.
    pub(super) fn near<T>(&self, work: impl FnOnce(&mut Conn) -> Result<T, AppError>) -> Result<T, AppError> {
        let free = self.near.iter().find_map(|conn| match conn.try_lock() {
            Ok(slot) => Some(slot),
            // A panic took the connection with it; the next one is opened below.
            Err(TryLockError::Poisoned(slot)) => Some(slot.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        });
        let mut slot = free.unwrap_or_else(|| self.near[0].lock().unwrap_or_else(PoisonError::into_inner));
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
        for conn in &self.near {
            *conn.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
    }

    /// Asked with the lock of a connection held, so that none is opened after [`Memo::close`].
    fn refuse_if_closed(&self) -> Result<(), AppError> {
        if self.closed.load(Ordering::SeqCst) {
            return Err(AppError::stopped());
        }
        Ok(())
    }
}

impl Place<'_> {
    /// The answer that is there, else what `make` finds. Those who ask the same at the same time wait for one answer.
    pub(super) async fn answer<T, R>(self, make: impl FnOnce() -> R) -> Result<Arc<T>, AppError>
    where
        T: Keep,
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

    /// Counts the bytes of the answer, or gives the place up where they are too many.
    fn weigh(&self, bytes: usize) {
        let mut known = self.memo.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.version != self.version {
            return;
        }
        if bytes > LARGEST {
            known.answers.retain(|_, cell| !Arc::ptr_eq(cell, &self.cell));
        } else {
            known.bytes += bytes;
        }
    }
}

words! { DataVersion -> BigInt: "PRAGMA data_version" }

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
