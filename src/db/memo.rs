//! What was read of an `SQLite` database, kept for as long as nothing has been committed to it.
//!
//! `SQLite` tells with `PRAGMA data_version` whether anything was committed since it was asked the last time, by this
//! process or by another one. That costs a few microseconds, and nothing that was read has to be believed for longer.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use diesel::RunQueryDsl as _;
use diesel::sql_types::BigInt;
use tokio::sync::OnceCell;

use super::UserId;
use super::connection::{Conn, Manager, on_backend};
use super::fixed;
use super::prepared::prepared;
use crate::error::AppError;

/// Most answers that are kept at one time.
const MOST: usize = 256;

/// Whose answer it is, of which kind, and to which question.
type Key = (UserId, TypeId, String);
type Answer = Arc<dyn Any + Send + Sync>;

/// A few connections for what is read at once, and the answers that are known.
pub(super) struct Memo {
    manager: Manager,
    known: Mutex<Known>,
    /// For reads of a few rows, one for each thread that serves requests on a small machine.
    near: [Mutex<Option<Conn>>; 2],
}

#[derive(Default)]
struct Known {
    /// Looks out for commits and does nothing else: versions of different connections can't be compared.
    watch: Option<Conn>,
    version: i64,
    answers: HashMap<Key, Arc<OnceCell<Answer>>>,
}

impl Memo {
    pub(super) fn new(manager: Manager) -> Self {
        Self {
            manager,
            known: Mutex::default(),
            near: Default::default(),
        }
    }

    /// The answer to `question` of `owner`: a known one, if nothing has been committed since it was read, else what
    /// `read` finds. Those who ask the same at the same time wait for one answer.
    pub(super) async fn recall<T, R>(
        &self,
        owner: UserId,
        question: String,
        read: impl FnOnce() -> R,
    ) -> Result<Arc<T>, AppError>
    where
        T: Send + Sync + 'static,
        R: Future<Output = Result<T, AppError>>,
    {
        let cell = self.cell((owner, TypeId::of::<T>(), question))?;
        let answer = cell
            .get_or_try_init(|| async { read().await.map(|found| Arc::new(found) as Answer) })
            .await?;
        Arc::clone(answer)
            .downcast()
            .map_err(|_| AppError::internal("an answer of another kind"))
    }

    /// The place of an answer that holds as of now. What is read for it later is at least as new as that.
    fn cell(&self, key: Key) -> Result<Arc<OnceCell<Answer>>, AppError> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let version = match known.look(&self.manager) {
            Ok(version) => version,
            Err(error) => {
                // The next one tries with a new connection.
                *known = Known::default();
                return Err(error);
            }
        };
        if version != known.version || known.answers.len() >= MOST {
            known.version = version;
            known.answers.clear();
        }
        Ok(Arc::clone(known.answers.entry(key).or_default()))
    }

    /// Runs `work`, a read of a few rows by their keys, on the thread that asks: going to another one and back would
    /// take longer.
    pub(super) fn near<T>(&self, work: impl FnOnce(&mut Conn) -> Result<T, AppError>) -> Result<T, AppError> {
        let free = self.near.iter().find_map(|conn| conn.try_lock().ok());
        let mut slot = free.unwrap_or_else(|| self.near[0].lock().unwrap_or_else(PoisonError::into_inner));
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
}

impl Known {
    /// Changes whenever something has been committed, by whomever.
    fn look(&mut self, manager: &Manager) -> Result<i64, AppError> {
        let conn = match &mut self.watch {
            Some(conn) => conn,
            empty => empty.insert(manager.open().map_err(AppError::unavailable)?),
        };
        let version = fixed::<BigInt>("PRAGMA data_version");
        Ok(on_backend!(conn, |c| prepared(version).get_result(c))?)
    }
}
