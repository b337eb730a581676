//! The one writer of an `SQLite` database: waiting writes share a commit, and each is answered only after it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use diesel::connection::{AnsiTransactionManager, Connection as _, TransactionManager as _};
use diesel::result::Error as DieselError;
use tokio::sync::{mpsc, oneshot};

use super::connection::Conn;
use crate::error::AppError;

/// Most writes that share one commit.
const BATCH: usize = 256;
/// Writes that may wait before their senders do.
const QUEUE: usize = 1024;

/// A handle to the writer thread; the thread ends when the last handle is gone.
#[derive(Debug, Clone)]
pub(super) struct Writer {
    queue: mpsc::Sender<Box<dyn Job>>,
}

impl Writer {
    /// Starts the thread that owns `conn`.
    pub(super) fn start(mut conn: Conn) -> std::io::Result<(Self, thread::JoinHandle<()>)> {
        let (queue, mut waiting) = mpsc::channel::<Box<dyn Job>>(QUEUE);
        let thread = thread::Builder::new().name("writer".to_owned()).spawn(move || {
            let mut batch = Vec::with_capacity(BATCH);
            while let Some(first) = waiting.blocking_recv() {
                batch.push(first);
                while batch.len() < BATCH
                    && let Ok(next) = waiting.try_recv()
                {
                    batch.push(next);
                }
                commit_together(&mut conn, &mut batch);
            }
        })?;
        Ok((Self { queue }, thread))
    }

    /// Runs `work` in a transaction; the answer comes after the commit is on disk.
    pub(super) async fn run<T, F>(&self, work: F) -> Result<T, AppError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T, AppError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job = Box::new(Write {
            work: Some(work),
            outcome: None,
            reply,
        });
        self.queue.send(job).await.map_err(|_| AppError::stopped())?;
        answer.await.map_err(|_| AppError::stopped())?
    }
}

trait Job: Send {
    /// Does the work; false when its changes must not stay.
    fn run(&mut self, conn: &mut Conn) -> bool;
    /// Tells the waiting request how it ended.
    fn answer(self: Box<Self>, committed: Result<(), AppError>);
}

struct Write<T, F> {
    work: Option<F>,
    outcome: Option<Result<T, AppError>>,
    reply: oneshot::Sender<Result<T, AppError>>,
}

impl<T, F> Job for Write<T, F>
where
    T: Send,
    F: FnOnce(&mut Conn) -> Result<T, AppError> + Send,
{
    fn run(&mut self, conn: &mut Conn) -> bool {
        let Some(work) = self.work.take() else {
            return false;
        };
        let outcome = catch_unwind(AssertUnwindSafe(|| work(conn)))
            .unwrap_or_else(|_| Err(AppError::internal("a write panicked")));
        let keep = outcome.is_ok();
        self.outcome = Some(outcome);
        keep
    }

    fn answer(self: Box<Self>, committed: Result<(), AppError>) {
        let outcome = self.outcome.unwrap_or_else(|| Err(AppError::stopped()));
        // The request may be gone (its client hung up); the write stands all the same.
        let _ = self.reply.send(match committed {
            Ok(()) => outcome,
            Err(error) => outcome.and(Err(error)),
        });
    }
}

/// One transaction for the whole batch, each job in a savepoint of its own.
fn commit_together(conn: &mut Conn, batch: &mut Vec<Box<dyn Job>>) {
    let result = begin(conn).and_then(|()| {
        for job in batch.iter_mut() {
            let kept = conn.transaction(|conn| {
                if job.run(conn) {
                    Ok(())
                } else {
                    Err(DieselError::RollbackTransaction)
                }
            });
            match kept {
                Ok(()) | Err(DieselError::RollbackTransaction) => {}
                Err(error) => {
                    rollback(conn);
                    return Err(error);
                }
            }
        }
        commit(conn)
    });
    let failure = result.err().map(AppError::from);
    if let Some(failure) = &failure {
        tracing::error!(error = %failure, writes = batch.len(), "a commit failed; none of its writes was kept");
    }
    for job in batch.drain(..) {
        job.answer(failure.as_ref().map_or(Ok(()), |failure| Err(failure.again())));
    }
}

fn begin(conn: &mut Conn) -> Result<(), DieselError> {
    match conn {
        Conn::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE"),
        #[cfg(feature = "_postgres")]
        Conn::Postgres(c) => AnsiTransactionManager::begin_transaction(c),
    }
}

fn commit(conn: &mut Conn) -> Result<(), DieselError> {
    super::connection::on_backend!(conn, |c| AnsiTransactionManager::commit_transaction(c))
        .inspect_err(|_| rollback(conn))
}

fn rollback(conn: &mut Conn) {
    // Where the commit has already rolled back there is nothing left to undo.
    let _ = super::connection::on_backend!(conn, |c| AnsiTransactionManager::rollback_transaction(c));
}
