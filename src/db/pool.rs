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

use super::begin::Begin;
use super::connection::{Conn, Manager, on_backend};
use super::unit_of_work::{PATIENCE, TxScope, UserId};
use crate::error::AppError;
use crate::timing;

/// Connections that one instance opens at most.
const MAX_CONNECTIONS: u32 = 16;
/// Those of them that work for the same owner at a time. Where the rows of one owner can't be had (a worker of Citus
/// that hangs, a lock that is held), the others still find free connections.
const MOST_OF_OWNER: usize = 4;
/// The patience while the database can't be reached: then a crowd of waiting requests would help nobody.
const SHORT_PATIENCE: Duration = Duration::from_millis(300);

/// Connections that are kept open, and who may use them.
#[derive(Clone)]
pub(super) struct Pool {
    connections: r2d2::Pool<Manager>,
    /// One permit for each connection. Requests wait here for a busy one, so that waiting for `connections` has only
    /// one meaning: none can be opened.
    free: Arc<Semaphore>,
    owners: Arc<Owners>,
    /// Whether the last try to get a connection failed.
    is_away: Arc<AtomicBool>,
    /// How long a request waits for a unit of work on a few rows.
    limit: Option<Duration>,
}

/// The permits of each owner who has work under way.
#[derive(Default)]
struct Owners(Mutex<HashMap<UserId, Weak<Semaphore>>>);

impl Owners {
    fn permits_of(&self, owner: UserId) -> Arc<Semaphore> {
        let mut owners = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        owners.retain(|_, permits| permits.strong_count() > 0);
        if let Some(permits) = owners.get(&owner).and_then(Weak::upgrade) {
            return permits;
        }
        let permits = Arc::new(Semaphore::new(MOST_OF_OWNER));
        owners.insert(owner, Arc::downgrade(&permits));
        permits
    }
}

/// The right to use one connection; it lasts until the work on it has ended, even if nobody waits for that any more.
struct Permits {
    _owner: Option<OwnedSemaphorePermit>,
    _connection: OwnedSemaphorePermit,
}

/// What a unit of work is for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Purpose {
    rows: TxScope,
    owner: Option<UserId>,
}

impl Purpose {
    /// Work on so many rows, of one owner or of no one.
    pub(super) fn new(rows: TxScope, owner: Option<UserId>) -> Self {
        Self { rows, owner }
    }
}

impl Pool {
    /// Connections that `manager` opens, none of them yet.
    pub(super) fn new(manager: Manager) -> Self {
        let limit = manager.statement_timeout;
        // Opened as they are needed: a household uses one or two, and each costs memory.
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
            is_away: Arc::default(),
            limit,
        }
    }

    fn patience(&self) -> Duration {
        if self.is_away.load(Ordering::Relaxed) {
            SHORT_PATIENCE
        } else {
            PATIENCE
        }
    }

    fn get(&self) -> Result<r2d2::PooledConnection<Manager>, AppError> {
        let found = self.connections.get_timeout(self.patience());
        self.is_away.store(found.is_err(), Ordering::Relaxed);
        found.map_err(AppError::unavailable)
    }

    async fn permits(&self, owner: Option<UserId>) -> Result<Permits, AppError> {
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

    /// Runs `work` in a transaction that begins with `begin`.
    pub(super) async fn run<T, F>(&self, purpose: Purpose, begin: Begin, work: F) -> Result<T, AppError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T, AppError> + Send + 'static,
    {
        timing::database(self.run_in_time(purpose, begin, work)).await
    }

    async fn run_in_time<T, F>(&self, purpose: Purpose, begin: Begin, work: F) -> Result<T, AppError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T, AppError> + Send + 'static,
    {
        let permits = self.permits(purpose.owner).await?;
        let (pool, is_given_up) = (self.clone(), Arc::new(AtomicBool::new(false)));
        let given_up = Arc::clone(&is_given_up);
        let in_turn = move || {
            let _permits = permits;
            pool.transaction(&begin, work, &given_up)
        };
        // A panic takes its connection with it: the pool gives out no connection that one was in the middle of.
        let done = web::block(move || {
            catch_unwind(AssertUnwindSafe(in_turn))
                .unwrap_or_else(|_| Err(AppError::internal("a unit of work panicked")))
        });
        let ended = match self.limit.filter(|_| purpose.rows == TxScope::Shared) {
            None => done.await,
            // A server that is frozen does not even say that it has cancelled a statement.
            Some(limit) => timeout(limit, done).await.map_err(|_| {
                is_given_up.store(true, Ordering::Relaxed);
                AppError::unavailable(format_args!("the database gave no answer in {limit:?}"))
            })?,
        };
        ended.map_err(|_| AppError::stopped())?
    }

    /// What nobody waits for any more is not committed, if that is still to be decided.
    fn transaction<T>(
        &self,
        begin: &Begin,
        work: impl FnOnce(&mut Conn) -> Result<T, AppError>,
        is_given_up: &AtomicBool,
    ) -> Result<T, AppError> {
        let given_up = || AppError::unavailable("nobody waits for this any more");
        let mut conn = self.get()?;
        let conn = &mut *conn;
        if is_given_up.load(Ordering::Relaxed) {
            return Err(given_up());
        }
        begin.run(conn)?;
        let outcome = work(conn).and_then(|done| {
            if is_given_up.load(Ordering::Relaxed) {
                Err(given_up())
            } else {
                Ok(done)
            }
        });
        if outcome.is_ok() {
            on_backend!(conn, |c| AnsiTransactionManager::commit_transaction(c))?;
        } else {
            // The work's own error tells more than that of a rollback on a connection that it has lost.
            let _ = on_backend!(conn, |c| AnsiTransactionManager::rollback_transaction(c));
        }
        outcome
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_permits_of_one_owner_are_shared_and_forgotten_with_their_use() {
        let owners = Owners::default();
        let one = owners.permits_of(UserId(1));
        let same = Arc::clone(&one).try_acquire_many_owned(4).unwrap();
        assert_eq!(owners.permits_of(UserId(1)).available_permits(), 0);
        assert_eq!(owners.permits_of(UserId(2)).available_permits(), 4);
        drop((one, same));
        drop(owners.permits_of(UserId(3)));
        assert_eq!(owners.0.lock().unwrap().len(), 1);
    }
}
