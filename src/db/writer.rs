//! The one writer of an `SQLite` database: waiting writes share a commit, and each is answered only after it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use diesel::connection::{AnsiTransactionManager, SimpleConnection as _, TransactionManager as _};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::connection::{Conn, Manager, on_backend};
use super::file_identity::FileIdentity;
use super::statement::{execute_sql, sql};
use super::unit_of_work::TxScope;
use crate::error::AppError;

/// Most writes that share one commit.
const BATCH: usize = 256;
/// Writes that may wait before their senders do.
const QUEUE: usize = 1024;
/// Up to this size the whole file is written again after rows were removed for good; a larger one would keep a stop
/// waiting.
const REWRITTEN: u64 = 32 << 20;

/// A handle to the writer thread; the thread ends when it is told to, or when the last handle is gone.
#[derive(Debug, Clone)]
pub(super) struct Writer {
    queue: mpsc::Sender<Message>,
}

enum Message {
    Write(TxScope, Box<dyn Job>),
    /// Everything before it is still written, nothing after it.
    Stop,
}

impl Writer {
    /// Starts the thread that owns `conn`, opened by `manager`, and counts its `commits`. When it ends, it leaves nothing
    /// in the file of rows that were `removed`.
    pub(super) fn start(
        manager: Manager,
        conn: Conn,
        commits: Arc<AtomicU64>,
        removed: Arc<AtomicBool>,
    ) -> std::io::Result<(Self, thread::JoinHandle<()>)> {
        let (queue, mut waiting) = mpsc::channel::<Message>(QUEUE);
        let thread = thread::Builder::new().name("writer".to_owned()).spawn(move || {
            let mut conn = Some(conn);
            let mut batch = Vec::with_capacity(BATCH);
            // What came while a batch was gathered, and has no place in it.
            let mut held = None;
            while let Some(message) = held.take().or_else(|| waiting.blocking_recv()) {
                match message {
                    Message::Stop => break,
                    Message::Write(TxScope::Own, job) => batch.push(job),
                    Message::Write(TxScope::Shared, first) => {
                        batch.push(first);
                        while batch.len() < BATCH
                            && held.is_none()
                            && let Ok(next) = waiting.try_recv()
                        {
                            match next {
                                Message::Write(TxScope::Shared, job) => batch.push(job),
                                other => held = Some(other),
                            }
                        }
                    }
                }
                // After a failure of the whole batch nobody can say in which state the connection is.
                let open = conn.take().map_or_else(|| manager.open(), Ok);
                conn = match open {
                    Ok(mut open) => {
                        commit_or_survive(&mut open, &mut batch, &commits, &manager).then_some(open)
                    }
                    Err(error) => {
                        answer_all(&mut batch, Some(&AppError::unavailable(error)));
                        None
                    }
                };
            }
            if let (true, Some(conn)) = (removed.load(Ordering::Relaxed), &mut conn) {
                forget_removed(conn, &manager);
            }
        })?;
        Ok((Self { queue }, thread))
    }

    /// Runs `work` in a transaction; the answer comes after the commit is on disk. Work that has not begun after
    /// `patience` is withdrawn.
    ///
    /// Work on many rows has one of its own: `SQLite` remembers each page that has changed since a savepoint, and goes
    /// through all of them at the end of each statement; without one it has nothing to remember.
    pub(super) async fn run<T, F>(&self, scope: TxScope, patience: Duration, work: F) -> Result<T, AppError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T, AppError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let decided = Arc::new(AtomicBool::new(false));
        let job = Box::new(Write {
            decided: Arc::clone(&decided),
            work: Some(work),
            outcome: None,
            reply,
        });
        let mut written = pin!(async {
            self.queue
                .send(Message::Write(scope, job))
                .await
                .map_err(|_| AppError::stopped())?;
            answer.await.map_err(|_| AppError::stopped())?
        });
        match timeout(patience, &mut written).await {
            Ok(outcome) => outcome,
            Err(_) if decided.swap(true, Ordering::Relaxed) => written.await,
            Err(_) => Err(AppError::unavailable("too many writes were waiting")),
        }
    }

    /// Whether the thread has not ended.
    pub(super) fn is_running(&self) -> bool {
        !self.queue.is_closed()
    }

    /// Has the thread end once it has written what is waiting now; later writes are refused.
    pub(super) async fn stop(&self) {
        // An error says that it has ended already.
        let _ = self.queue.send(Message::Stop).await;
    }
}

trait Job: Send {
    /// Does the work; an error when its changes must not stay. It holds the failure that all of the batch shares, if it
    /// is one of the database as a whole.
    fn run(&mut self, conn: &mut Conn) -> Result<(), Option<AppError>>;
    /// Tells the waiting request how it ended.
    fn answer(self: Box<Self>, committed: Result<(), AppError>);
}

struct Write<T, F> {
    /// Set by whichever comes first: the work begins, or the request has waited long enough.
    decided: Arc<AtomicBool>,
    work: Option<F>,
    outcome: Option<Result<T, AppError>>,
    reply: oneshot::Sender<Result<T, AppError>>,
}

impl<T, F> Job for Write<T, F>
where
    T: Send,
    F: FnOnce(&mut Conn) -> Result<T, AppError> + Send,
{
    fn run(&mut self, conn: &mut Conn) -> Result<(), Option<AppError>> {
        let withdrawn = self.decided.swap(true, Ordering::Relaxed);
        let Some(work) = self.work.take().filter(|_| !withdrawn) else {
            return Err(None);
        };
        let outcome = catch_unwind(AssertUnwindSafe(|| work(conn)))
            .unwrap_or_else(|_| Err(AppError::internal("a write panicked")));
        let kept = match &outcome {
            Ok(_) => Ok(()),
            Err(error) => Err(Some(error.clone()).filter(AppError::is_outage)),
        };
        self.outcome = Some(outcome);
        kept
    }

    fn answer(self: Box<Self>, committed: Result<(), AppError>) {
        let outcome = match (self.outcome, committed) {
            (Some(Err(own)), _) => Err(own),
            (_, Err(shared)) => Err(shared),
            (Some(done), Ok(())) => done,
            (None, Ok(())) => Err(AppError::stopped()),
        };
        // The request may be gone (its client hung up); the write stands all the same.
        let _ = self.reply.send(outcome);
    }
}

/// [`commit_together`], where a panic outside of the writes themselves (in dropping what one has returned, say) costs the
/// batch its answers, and no later write anything.
fn commit_or_survive(
    conn: &mut Conn,
    batch: &mut Vec<Box<dyn Job>>,
    commits: &AtomicU64,
    manager: &Manager,
) -> bool {
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        commit_together(conn, batch, commits, manager)
    }));
    outcome.unwrap_or_else(|_| {
        tracing::error!("the writer panicked; it goes on with a new connection");
        batch.clear();
        false
    })
}

/// One transaction for the whole batch, each of several jobs in a savepoint of its own. False when the connection is
/// not to be used again.
fn commit_together(
    conn: &mut Conn,
    batch: &mut Vec<Box<dyn Job>>,
    commits: &AtomicU64,
    manager: &Manager,
) -> bool {
    let written = write_all(conn, batch).and_then(|committed| {
        // Nobody is told of a commit in a file that was deleted meanwhile.
        let here = manager.file.as_ref().map_or(Ok(()), FileIdentity::check);
        here.map(|()| committed).map_err(AppError::unavailable)
    });
    let failure = match written {
        Ok(committed) => {
            commits.fetch_add(u64::from(committed), Ordering::Relaxed);
            None
        }
        Err(failure) => Some(failure),
    };
    if let Some(failure) = &failure {
        // Where the commit has already rolled back there is nothing left to undo.
        let _ = on_backend!(conn, |c| AnsiTransactionManager::rollback_transaction(c));
        tracing::error!(error = %failure, writes = batch.len(), "a commit failed; none of its writes was kept");
    }
    answer_all(batch, failure.as_ref());
    failure.is_none()
}

sql! { Savepoint: "SAVEPOINT job" }
sql! { RollBack: "ROLLBACK TO job" }
sql! { Release: "RELEASE job" }

/// Whether there was anything to commit.
fn write_all(conn: &mut Conn, batch: &mut [Box<dyn Job>]) -> Result<bool, AppError> {
    // By diesel's manager: an INSERT of many rows looks there whether it has to begin a transaction of its own.
    on_backend!(conn, |c| AnsiTransactionManager::begin_transaction_sql(
        c,
        "BEGIN IMMEDIATE"
    ))?;
    if let [alone] = batch {
        // Nobody else is in the transaction: it is the savepoint.
        return match alone.run(conn) {
            Ok(()) => commit(conn),
            Err(None) => {
                on_backend!(conn, |c| AnsiTransactionManager::rollback_transaction(c))?;
                Ok(false)
            }
            Err(Some(outage)) => Err(outage),
        };
    }
    for job in batch.iter_mut() {
        execute_sql(conn, Savepoint)?;
        match job.run(conn) {
            Ok(()) => {}
            Err(None) => execute_sql(conn, RollBack)?,
            // With the disk full SQLite may have rolled back everything by itself; what came after would stand
            // outside of the transaction.
            Err(Some(outage)) => return Err(outage),
        }
        execute_sql(conn, Release)?;
    }
    commit(conn)
}

fn commit(conn: &mut Conn) -> Result<bool, AppError> {
    on_backend!(conn, |c| AnsiTransactionManager::commit_transaction(c))?;
    Ok(true)
}

fn answer_all(batch: &mut Vec<Box<dyn Job>>, failure: Option<&AppError>) {
    for job in batch.drain(..) {
        job.answer(failure.map_or(Ok(()), |failure| Err(failure.clone())));
    }
}

/// Writes the file again without what removed rows have left in it. `secure_delete` overwrites a row where it is deleted,
/// but not the copies that `SQLite` leaves in the unused part of a page when it moves rows to another one; and the index
/// of the search keeps the letters of removed rows until it is merged.
fn forget_removed(conn: &mut Conn, manager: &Manager) {
    let size = manager.url.file().and_then(|path| std::fs::metadata(path).ok());
    if size.is_none_or(|meta| meta.len() > REWRITTEN) {
        return;
    }
    let written = conn.batch_execute("INSERT INTO search_index (search_index) VALUES ('optimize'); VACUUM");
    if let Err(error) = written {
        tracing::warn!(%error, "traces of removed entries may be left in the unused parts of the file");
    }
}
