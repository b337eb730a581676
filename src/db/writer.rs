//! The single writer thread of an `SQLite` database: waiting writes share a commit, and each is acknowledged after it.

use std::cell::Cell;
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
use super::generations::Generations;
use super::statement::{execute_sql, sql};
use super::unit_of_work::{Changes, TxScope};
use super::work::Work;
use crate::error::AppError;

/// Writes that share one commit.
const MAX_BATCH: usize = 256;
/// Writes that wait in the channel; further senders wait for room in it.
const QUEUE_LENGTH: usize = 1024;
/// A larger file is not vacuumed at the end: it would delay the stop.
const MAX_VACUUM_BYTES: u64 = 32 << 20;

thread_local! {
    static ONLY_ENTRIES: Cell<bool> = const { Cell::new(false) };
}

/// Whether the calling thread runs a write that promised to change nothing but the entries of a book. For tests.
pub fn changes_only_entries() -> bool {
    ONLY_ENTRIES.get()
}

/// What the writer thread and the rest of the program know of each other.
pub(super) struct Records {
    /// Counts the commits.
    pub(super) commits: Arc<AtomicU64>,
    /// Set when rows were deleted for good: the writer erases their traces from the file when it ends.
    pub(super) removed: Arc<AtomicBool>,
    /// Counts what they changed.
    pub(super) generations: Arc<Generations>,
}

/// A handle to the writer thread, which ends after [`Writer::stop`] or when the last handle is dropped.
#[derive(Debug, Clone)]
pub(super) struct Writer {
    queue: mpsc::Sender<Message>,
}

enum Message {
    Write(TxScope, Box<dyn Job>),
    /// Messages before it are still written, none after it.
    Stop,
}

impl Writer {
    /// Starts the thread, which owns `conn` (opened by `manager`).
    pub(super) fn start(
        manager: Manager,
        conn: Conn,
        records: Records,
    ) -> std::io::Result<(Self, thread::JoinHandle<()>)> {
        let (queue, waiting) = mpsc::channel::<Message>(QUEUE_LENGTH);
        let thread = thread::Builder::new().name("writer".to_owned()).spawn(move || {
            let conn = write_until_stopped(&manager, conn, waiting, &records);
            if let (true, Some(mut conn)) = (records.removed.load(Ordering::Relaxed), conn) {
                erase_deleted_rows(&mut conn, &manager);
            }
        })?;
        Ok((Self { queue }, thread))
    }

    /// Runs `work` in a transaction and returns once the commit is on disk. Work that has not started after `patience` is
    /// withdrawn.
    ///
    /// Work on many rows has its own transaction and no savepoint: with one, `SQLite` records each changed page and visits
    /// all of them after each statement.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        scope: TxScope,
        changes: Changes,
        patience: Duration,
        work: impl Work<T>,
    ) -> Result<T, AppError> {
        let (reply, answer) = oneshot::channel();
        let is_settled = Arc::new(AtomicBool::new(false));
        let job = Box::new(Write {
            is_settled: Arc::clone(&is_settled),
            changes,
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
            Err(_) if is_settled.swap(true, Ordering::Relaxed) => written.await,
            Err(_) => Err(AppError::unavailable("too many writes were waiting")),
        }
    }

    /// Whether the thread has not ended.
    pub(super) fn is_running(&self) -> bool {
        !self.queue.is_closed()
    }

    /// Ends the thread after the writes that are waiting now. Later writes are refused.
    pub(super) async fn stop(&self) {
        // An error means that the thread has already ended.
        let _ = self.queue.send(Message::Stop).await;
    }
}

/// The loop of the writer thread; returns its connection, unless the last batch has failed.
fn write_until_stopped(
    manager: &Manager,
    conn: Conn,
    mut waiting: mpsc::Receiver<Message>,
    records: &Records,
) -> Option<Conn> {
    let mut conn = Some(conn);
    let mut batch = Vec::with_capacity(MAX_BATCH);
    // A message that arrived while a batch was collected and can't be part of it.
    let mut next_message = None;
    while let Some(message) = next_message.take().or_else(|| waiting.blocking_recv()) {
        match message {
            Message::Stop => break,
            Message::Write(TxScope::Own, job) => batch.push(job),
            Message::Write(TxScope::Shared, first) => {
                batch.push(first);
                while batch.len() < MAX_BATCH
                    && next_message.is_none()
                    && let Ok(next) = waiting.try_recv()
                {
                    match next {
                        Message::Write(TxScope::Shared, job) => batch.push(job),
                        other => next_message = Some(other),
                    }
                }
            }
        }
        // After a failure of the whole batch the state of the connection is unknown, so a new one is opened.
        let open = conn.take().map_or_else(|| manager.open(), Ok);
        conn = match open {
            Ok(mut open) => commit_catching_panics(&mut open, &mut batch, records, manager).then_some(open),
            Err(error) => {
                answer_all(&mut batch, Some(&AppError::unavailable(error)));
                None
            }
        };
    }
    conn
}

trait Job: Send {
    /// Does the work. `Err(None)`: its changes must be rolled back. `Err(Some(_))`: the database itself failed (disk full,
    /// I/O error), so the whole batch must be rolled back with this error.
    fn run(&mut self, conn: &mut Conn) -> Result<(), Option<AppError>>;
    /// What the work may change.
    fn changes(&self) -> Changes;
    /// Sends the result to the waiting request.
    fn answer(self: Box<Self>, committed: Result<(), AppError>);
}

struct Write<T, F> {
    /// Set by the first of two events: the work starts, or the request stops waiting. The other one then does nothing.
    is_settled: Arc<AtomicBool>,
    changes: Changes,
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
        let withdrawn = self.is_settled.swap(true, Ordering::Relaxed);
        let Some(work) = self.work.take().filter(|_| !withdrawn) else {
            return Err(None);
        };
        ONLY_ENTRIES.set(matches!(self.changes, Changes::Entries(_)));
        let outcome = catch_unwind(AssertUnwindSafe(|| work(conn)))
            .unwrap_or_else(|_| Err(AppError::internal("a write panicked")));
        ONLY_ENTRIES.set(false);
        let kept = match &outcome {
            Ok(_) => Ok(()),
            Err(error) => Err(Some(error.clone()).filter(AppError::is_outage)),
        };
        self.outcome = Some(outcome);
        kept
    }

    fn changes(&self) -> Changes {
        self.changes
    }

    fn answer(self: Box<Self>, committed: Result<(), AppError>) {
        let outcome = match (self.outcome, committed) {
            (Some(Err(own)), _) => Err(own),
            (_, Err(shared)) => Err(shared),
            (Some(done), Ok(())) => done,
            (None, Ok(())) => Err(AppError::stopped()),
        };
        // The request may have been dropped (its client hung up); the write is committed nevertheless.
        let _ = self.reply.send(outcome);
    }
}

/// [`commit_batch`], but a panic outside the writes themselves (for example when a returned value is dropped) affects
/// this batch only and does not end the thread.
fn commit_catching_panics(
    conn: &mut Conn,
    batch: &mut Vec<Box<dyn Job>>,
    records: &Records,
    manager: &Manager,
) -> bool {
    let outcome = catch_unwind(AssertUnwindSafe(|| commit_batch(conn, batch, records, manager)));
    outcome.unwrap_or_else(|_| {
        tracing::error!("the writer panicked; it continues with a new connection");
        batch.clear();
        false
    })
}

/// Writes and commits the batch in one transaction and answers each job. Returns false if the connection must not be
/// used again.
fn commit_batch(
    conn: &mut Conn,
    batch: &mut Vec<Box<dyn Job>>,
    records: &Records,
    manager: &Manager,
) -> bool {
    let written = write_all(conn, batch).and_then(|is_to_commit| {
        if !is_to_commit {
            return Ok(());
        }
        let pending = records.generations.announce();
        on_backend!(conn, |c| AnsiTransactionManager::commit_transaction(c))?;
        // A commit to a file that has been deleted or replaced meanwhile is lost, so it is reported as a failure.
        let here = manager.file.as_ref().map_or(Ok(()), FileIdentity::check);
        here.map_err(AppError::unavailable)?;
        pending.finish(conn, batch.iter().map(|job| job.changes()));
        records.commits.fetch_add(1, Ordering::Relaxed);
        Ok(())
    });
    let failure = written.err();
    if let Some(failure) = &failure {
        // An error means that SQLite has already rolled back by itself.
        let _ = on_backend!(conn, |c| AnsiTransactionManager::rollback_transaction(c));
        tracing::error!(error = %failure, writes = batch.len(), "a commit failed; its writes were rolled back");
    }
    answer_all(batch, failure.as_ref());
    failure.is_none()
}

sql! { Savepoint: "SAVEPOINT job" }
sql! { RollbackToSavepoint: "ROLLBACK TO job" }
sql! { ReleaseSavepoint: "RELEASE job" }

/// Runs all jobs in one transaction, each of several in its own savepoint, so that the failure of one leaves the others
/// intact. Returns whether there is something to commit; if not, the transaction has ended.
fn write_all(conn: &mut Conn, batch: &mut [Box<dyn Job>]) -> Result<bool, AppError> {
    // Through diesel's transaction manager: otherwise a batch INSERT, which asks it, would begin another transaction.
    on_backend!(conn, |c| AnsiTransactionManager::begin_transaction_sql(
        c,
        "BEGIN IMMEDIATE"
    ))?;
    if let [alone] = batch {
        // A single job needs no savepoint: its rollback is that of the transaction.
        return match alone.run(conn) {
            Ok(()) => Ok(true),
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
            Err(None) => execute_sql(conn, RollbackToSavepoint)?,
            // When the disk is full, SQLite may have rolled back the whole transaction by itself; later jobs would then
            // run outside of any.
            Err(Some(outage)) => return Err(outage),
        }
        execute_sql(conn, ReleaseSavepoint)?;
    }
    Ok(true)
}

fn answer_all(batch: &mut Vec<Box<dyn Job>>, failure: Option<&AppError>) {
    for job in batch.drain(..) {
        job.answer(failure.map_or(Ok(()), |failure| Err(failure.clone())));
    }
}

/// Rewrites the file without the traces of deleted rows. `secure_delete` overwrites a row where it is deleted, but not the
/// copies that `SQLite` leaves in unused parts of pages when it moves rows; and the search index keeps the words of
/// deleted rows until it is merged.
fn erase_deleted_rows(conn: &mut Conn, manager: &Manager) {
    let size = manager.url.file().and_then(|path| std::fs::metadata(path).ok());
    if size.is_none_or(|meta| meta.len() > MAX_VACUUM_BYTES) {
        return;
    }
    let written = conn.batch_execute("INSERT INTO search_index (search_index) VALUES ('optimize'); VACUUM");
    if let Err(error) = written {
        tracing::warn!(%error, "traces of deleted entries may be left in unused parts of the file");
    }
}
