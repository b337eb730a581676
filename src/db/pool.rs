//! The connections to PostgreSQL, and a unit of work on one of them.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use actix_web::web;
use diesel::connection::{AnsiTransactionManager, TransactionManager as _};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::begin::BeginStatements;
use super::connection::{Conn, Manager, on_backend};
use super::unit_of_work::{Owner, PATIENCE, TxScope};
use super::work::Work;
use crate::error::AppError;
use crate::timing;

/// Connections of one instance.
const MAX_CONNECTIONS: u32 = 16;
/// Connections that work for one owner at a time. If the rows of one owner are blocked (a Citus worker hangs, a lock is
/// held), other owners still find free connections.
const MAX_PER_OWNER: usize = 4;
/// Replaces `PATIENCE` while the database is unreachable, so that requests don't pile up.
const SHORT_PATIENCE: Duration = Duration::from_millis(300);

/// Open connections, and the permits to use them.
#[derive(Clone)]
pub(super) struct Pool {
    connections: r2d2::Pool<Manager>,
    /// One permit per connection. Requests wait here for a free connection, so that a timeout of `connections` means
    /// only that none could be opened.
    free: Arc<Semaphore>,
    owners: Arc<OwnerPermits>,
    /// Whether the last attempt to get a connection failed.
    is_unreachable: Arc<AtomicBool>,
    /// How long a request waits for a unit of work of [`TxScope::Shared`].
    limit: Option<Duration>,
}

/// The permits of each owner who has work under way.
#[derive(Default)]
struct OwnerPermits(Mutex<HashMap<Owner, Weak<Semaphore>>>);

impl OwnerPermits {
    fn permits_of(&self, owner: Owner) -> Arc<Semaphore> {
        let mut owners = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        owners.retain(|_, permits| permits.strong_count() > 0);
        if let Some(permits) = owners.get(&owner).and_then(Weak::upgrade) {
            return permits;
        }
        let permits = Arc::new(Semaphore::new(MAX_PER_OWNER));
        owners.insert(owner, Arc::downgrade(&permits));
        permits
    }
}

/// The right to use one connection. It is released when the work has ended, even if its request has stopped waiting.
struct Permits {
    _owner: Option<OwnedSemaphorePermit>,
    _connection: OwnedSemaphorePermit,
}

/// Whose rows a unit of work uses, and how many.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target {
    rows: TxScope,
    owner: Option<Owner>,
}

impl Target {
    pub(super) fn new(rows: TxScope, owner: Option<Owner>) -> Self {
        Self { rows, owner }
    }
}

impl Pool {
    /// Opens no connection yet.
    pub(super) fn new(manager: Manager) -> Self {
        let limit = manager.statement_timeout;
        // Connections are opened on demand: a household uses one or two, and each costs memory.
        let connections = r2d2::Pool::builder()
            .max_size(MAX_CONNECTIONS)
            .min_idle(Some(0))
            .connection_timeout(PATIENCE)
            .test_on_check_out(true)
            .build_unchecked(manager);
        Self {
            connections,
            free: Arc::new(Semaphore::new(MAX_CONNECTIONS as usize)),
            owners: Arc::default(),
            is_unreachable: Arc::default(),
            limit,
        }
    }

    fn patience(&self) -> Duration {
        if self.is_unreachable.load(Ordering::Relaxed) {
            SHORT_PATIENCE
        } else {
            PATIENCE
        }
    }

    fn get(&self) -> Result<r2d2::PooledConnection<Manager>, AppError> {
        let found = self.connections.get_timeout(self.patience());
        self.is_unreachable.store(found.is_err(), Ordering::Relaxed);
        found.map_err(AppError::unavailable)
    }

    async fn permits(&self, owner: Option<Owner>) -> Result<Permits, AppError> {
        let waiting = async {
            let of_owner = match owner {
                Some(owner) => Some(self.owners.permits_of(owner).acquire_owned().await?),
                None => None,
            };
            let connection = Arc::clone(&self.free).acquire_owned().await?;
            Ok(Permits {
                _owner: of_owner,
                _connection: connection,
            })
        };
        let waited: Result<_, tokio::sync::AcquireError> = timeout(self.patience(), waiting)
            .await
            .map_err(|_| AppError::unavailable("all connections to the database are busy"))?;
        waited.map_err(|_| AppError::stopped())
    }

    /// Runs `work` in a transaction opened by `begin`.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        target: Target,
        begin: BeginStatements,
        work: impl Work<T>,
    ) -> Result<T, AppError> {
        timing::database(self.run_limited(target, begin, work)).await
    }

    async fn run_limited<T: Send + 'static>(
        &self,
        target: Target,
        begin: BeginStatements,
        work: impl Work<T>,
    ) -> Result<T, AppError> {
        let permits = self.permits(target.owner).await?;
        let (pool, is_abandoned) = (self.clone(), Arc::new(AtomicBool::new(false)));
        let abandoned = Arc::clone(&is_abandoned);
        let with_permits = move || {
            let _permits = permits;
            pool.transaction(&begin, work, &abandoned)
        };
        // The pool drops a connection on which work panicked; see `has_broken`.
        let done = web::block(move || {
            catch_unwind(AssertUnwindSafe(with_permits))
                .unwrap_or_else(|_| Err(AppError::internal("a unit of work panicked")))
        });
        let ended = match self.limit.filter(|_| target.rows == TxScope::Shared) {
            None => done.await,
            // The server's own statement timeout is not enough: a frozen server does not report that it has cancelled.
            Some(limit) => timeout(limit, done).await.map_err(|_| {
                is_abandoned.store(true, Ordering::Relaxed);
                AppError::unavailable(format_args!("the database gave no answer in {limit:?}"))
            })?,
        };
        ended.map_err(|_| AppError::stopped())?
    }

    /// Rolls back instead of committing if the request has stopped waiting, because the client got a 503 and can repeat it.
    fn transaction<T>(
        &self,
        begin: &BeginStatements,
        work: impl FnOnce(&mut Conn) -> Result<T, AppError>,
        is_abandoned: &AtomicBool,
    ) -> Result<T, AppError> {
        let abandoned = || AppError::unavailable("the request has stopped waiting");
        let mut conn = self.get()?;
        let conn = &mut *conn;
        if is_abandoned.load(Ordering::Relaxed) {
            return Err(abandoned());
        }
        begin.run(conn)?;
        let outcome = work(conn).and_then(|done| {
            if is_abandoned.load(Ordering::Relaxed) {
                Err(abandoned())
            } else {
                Ok(done)
            }
        });
        if outcome.is_ok() {
            on_backend!(conn, |c| AnsiTransactionManager::commit_transaction(c))?;
        } else {
            // The error of `work` is more informative than that of a rollback on a lost connection.
            let _ = on_backend!(conn, |c| AnsiTransactionManager::rollback_transaction(c));
        }
        outcome
    }
}

#[cfg(test)]
mod tests {
    use super::super::unit_of_work::BookId;
    use super::*;

    #[test]
    fn the_permits_of_one_owner_are_shared_and_forgotten_with_their_use() {
        let owners = OwnerPermits::default();
        let one = owners.permits_of(BookId(1).into());
        let same = Arc::clone(&one).try_acquire_many_owned(4).unwrap();
        assert_eq!(owners.permits_of(BookId(1).into()).available_permits(), 0);
        assert_eq!(owners.permits_of(BookId(2).into()).available_permits(), 4);
        drop((one, same));
        drop(owners.permits_of(BookId(3).into()));
        assert_eq!(owners.0.lock().unwrap().len(), 1);
    }
}
