//! The connections to PostgreSQL, and a unit of work on one of them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix_web::web;
use diesel::connection::{AnsiTransactionManager, SimpleConnection as _, TransactionManager as _};
use tokio::time::timeout;

use super::acting::Load;
use super::begin::BeginStatements;
use super::connection::{Conn, Manager, on_backend};
use super::readers::CancelOnDrop;
use super::unit_of_work::{Owner, PATIENCE, TxScope};
use super::work::Work;
use crate::error::AppError;
use crate::permits::{Permit, Permits};
use crate::timing;

/// Connections of one instance.
const MAX_CONNECTIONS: u32 = 16;
/// Connections that work at a time for one person, in all of their books, and for one book, by all of its members. If its
/// rows are blocked (a Citus worker hangs, a lock is held), others still find free connections.
const MAX_PER_OWNER: usize = 4;
/// Replaces `PATIENCE` while the database is unreachable, so that requests don't pile up.
const SHORT_PATIENCE: Duration = Duration::from_millis(300);

/// Part of the message of PostgreSQL about a statement that took too long.
const STATEMENT_TIMEOUT: &str = "due to statement timeout";

/// Open connections, and the permits to use them.
#[derive(Clone)]
pub(super) struct Pool {
    connections: r2d2::Pool<Manager>,
    /// One permit per connection. Requests wait here for a free connection, so that a timeout of `connections` means
    /// only that none could be opened.
    permits: Arc<Permits<Owner>>,
    /// Whether the last attempt to get a connection failed.
    is_unreachable: Arc<AtomicBool>,
    /// How long a request waits for a unit of work of [`TxScope::Shared`].
    limit: Option<Duration>,
}

/// For whom a unit of work is, how many rows it uses, and how long it may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target {
    rows: TxScope,
    load: Load,
    /// Of a read.
    time: Option<Duration>,
}

impl Target {
    pub(super) fn write(rows: TxScope, load: Load) -> Self {
        let time = None;
        Self { rows, load, time }
    }

    pub(super) fn read(rows: TxScope, load: Load, time: Duration) -> Self {
        let time = Some(time);
        Self { rows, load, time }
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
            .test_on_check_out(false)
            .build_unchecked(manager);
        Self {
            connections,
            permits: Arc::new(Permits::new(MAX_CONNECTIONS as usize, MAX_PER_OWNER)),
            is_unreachable: Arc::default(),
            limit,
        }
    }

    /// The time limit of the statements of a read that may take `time`. Commands have none.
    pub(super) fn read_time(&self, time: Duration) -> Option<Duration> {
        self.limit.map(|limit| limit.min(time))
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

    /// The right to use one connection. It is given back when the work has ended, even if its request has stopped waiting.
    async fn permit(&self, load: Load) -> Result<Permit, AppError> {
        let waited = timeout(self.patience(), self.permits.acquire(load.keys()))
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
        let permit = self.permit(target.load).await?;
        let (pool, is_abandoned) = (self.clone(), Arc::new(AtomicBool::new(false)));
        let abandoned = Arc::clone(&is_abandoned);
        // A write is made although its client has gone, as on SQLite.
        let _cancel = target.time.map(|_| CancelOnDrop(Arc::clone(&is_abandoned)));
        let with_permit = move || {
            let _permit = permit;
            let outcome = pool.transaction(&begin, work, &abandoned);
            if target.time.is_some() {
                outcome.map_err(as_timed_out)
            } else {
                outcome
            }
        };
        // The pool drops a connection on which work panicked; see `has_broken`.
        let done = web::block(move || {
            catch_unwind(AssertUnwindSafe(with_permit))
                .unwrap_or_else(|_| Err(AppError::internal("a unit of work panicked")))
        });
        let ended = match self.wait(target) {
            None => done.await,
            // The server's own statement timeout is not enough: a frozen server does not report that it has cancelled.
            Some(limit) => timeout(limit, done).await.map_err(|_| {
                is_abandoned.store(true, Ordering::Relaxed);
                AppError::unavailable(format_args!("the database gave no answer in {limit:?}"))
            })?,
        };
        ended.map_err(|_| AppError::stopped())?
    }

    /// How long a request waits for a unit of work once it has a permit. A read may first have to open a connection.
    fn wait(&self, target: Target) -> Option<Duration> {
        let limit = self.limit.filter(|_| target.rows == TxScope::Shared)?;
        Some(target.time.map_or(limit, |time| limit.min(time + PATIENCE)))
    }

    /// Rolls back instead of committing if the request has stopped waiting, because the client got a 503 and can repeat it.
    fn transaction<T>(
        &self,
        begin: &BeginStatements,
        work: impl FnOnce(&mut Conn) -> Result<T, AppError>,
        is_abandoned: &AtomicBool,
    ) -> Result<T, AppError> {
        let abandoned = || AppError::unavailable("the request has stopped waiting");
        // One more than may be stale, each of which would fail the first request after a restart of the database.
        let mut opened = None;
        for _ in 0..=MAX_CONNECTIONS {
            let pooled = self.get()?;
            if is_abandoned.load(Ordering::Relaxed) {
                return Err(abandoned());
            }
            opened = begin_on(pooled, begin)?;
            if opened.is_some() {
                break;
            }
        }
        let mut pooled =
            opened.ok_or_else(|| AppError::unavailable("the database closes each connection"))?;
        let conn = &mut pooled.conn;
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

/// The connection with an open transaction; `None` if the database had closed it while nobody used it. Nothing was done on it
/// then, so another one can be tried; it is not used again.
fn begin_on(
    mut pooled: r2d2::PooledConnection<Manager>,
    begin: &BeginStatements,
) -> Result<Option<r2d2::PooledConnection<Manager>>, AppError> {
    match begin.run(&mut pooled.conn) {
        Ok(()) => Ok(Some(pooled)),
        Err(error) => {
            pooled.is_lost = true;
            // It also ends a transaction of which only a later statement failed, such as a lock that took too long.
            pooled
                .conn
                .batch_execute("ROLLBACK")
                .map_or(Ok(None), |()| Err(error.into()))
        }
    }
}

/// A statement that took longer than its read may is the read's own fault, not an outage.
fn as_timed_out(error: AppError) -> AppError {
    match error {
        AppError::Unavailable(source) if source.contains(STATEMENT_TIMEOUT) => AppError::TimedOut,
        other => other,
    }
}
