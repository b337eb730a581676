//! The connections to PostgreSQL, and a unit of work on one of them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix_web::web;
use diesel::connection::{AnsiTransactionManager, TransactionManager as _};

use super::PATIENCE;
use super::begin::Begin;
use super::connection::{Conn, Manager, on_backend};
use crate::error::AppError;
use crate::timing;

/// Connections that one instance opens at most.
const MOST: u32 = 16;
/// The patience while the database is known to be away: then a crowd of waiting requests would help nobody.
const SHORT_PATIENCE: Duration = Duration::from_millis(300);

/// Connections that are kept open, and whether the last try to get one failed.
#[derive(Clone)]
pub(super) struct Pool {
    connections: r2d2::Pool<Manager>,
    away: Arc<AtomicBool>,
}

impl Pool {
    pub(super) fn new(manager: Manager) -> Self {
        // Opened as they are needed: a household uses one or two, and each costs memory.
        let connections = r2d2::Pool::builder()
            .max_size(MOST)
            .min_idle(Some(0))
            .connection_timeout(PATIENCE)
            .test_on_check_out(true)
            .build_unchecked(manager);
        Self {
            connections,
            away: Arc::default(),
        }
    }

    fn get(&self) -> Result<r2d2::PooledConnection<Manager>, AppError> {
        let patience = if self.away.load(Ordering::Relaxed) {
            SHORT_PATIENCE
        } else {
            PATIENCE
        };
        let found = self.connections.get_timeout(patience);
        self.away.store(found.is_err(), Ordering::Relaxed);
        found.map_err(AppError::unavailable)
    }

    /// Runs `work` in a transaction that begins with `begin`.
    pub(super) async fn run<T, F>(&self, begin: Begin, work: F) -> Result<T, AppError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T, AppError> + Send + 'static,
    {
        let pool = self.clone();
        let in_turn = move || {
            let mut conn = pool.get()?;
            let conn = &mut *conn;
            begin.run(conn)?;
            let outcome = work(conn);
            if outcome.is_ok() {
                on_backend!(conn, |c| AnsiTransactionManager::commit_transaction(c))?;
            } else {
                // The work's own error tells more than that of a rollback on a connection that it has lost.
                let _ = on_backend!(conn, |c| AnsiTransactionManager::rollback_transaction(c));
            }
            outcome
        };
        // A panic takes its connection with it: the pool gives out no connection that one was in the middle of.
        let done = web::block(move || {
            catch_unwind(AssertUnwindSafe(in_turn))
                .unwrap_or_else(|_| Err(AppError::internal("a unit of work panicked")))
        });
        timing::database(done).await.map_err(|_| AppError::stopped())?
    }
}
