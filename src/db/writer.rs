//! The one writer of an `SQLite` database: waiting writes share a commit, and each is answered only after it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
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

/// A handle to the writer thread; the thread ends when it is told to, or when the last handle is gone.
#[derive(Debug, Clone)]
pub(super) struct Writer {
    queue: mpsc::Sender<Message>,
}

enum Message {
    Write(Box<dyn Job>),
    /// Everything before it is still written, nothing after it.
    Stop,
}

impl Writer {
    /// Starts the thread that owns `conn` and counts its `commits`.
    pub(super) fn start(
        mut conn: Conn,
        commits: Arc<AtomicU64>,
    ) -> std::io::Result<(Self, thread::JoinHandle<()>)> {
        let (queue, mut waiting) = mpsc::channel::<Message>(QUEUE);
        let thread = thread::Builder::new().name("writer".to_owned()).spawn(move || {
            let mut batch = Vec::with_capacity(BATCH);
            let mut stopping = false;
            while !stopping && let Some(Message::Write(first)) = waiting.blocking_recv() {
                batch.push(first);
                while batch.len() < BATCH
                    && let Ok(next) = waiting.try_recv()
                {
                    match next {
                        Message::Write(job) => batch.push(job),
                        Message::Stop => {
                            stopping = true;
                            break;
                        }
                    }
                }
                commit_together(&mut conn, &mut batch, &commits);
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
        self.queue
            .send(Message::Write(job))
            .await
            .map_err(|_| AppError::stopped())?;
        answer.await.map_err(|_| AppError::stopped())?
    }

    /// Has the thread end once it has written what is waiting now; later writes are refused.
    pub(super) async fn stop(&self) {
        // An error says that it has ended already.
        let _ = self.queue.send(Message::Stop).await;
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
fn commit_together(conn: &mut Conn, batch: &mut Vec<Box<dyn Job>>, commits: &AtomicU64) {
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
    if result.is_ok() {
        commits.fetch_add(1, Ordering::Relaxed);
    }
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
