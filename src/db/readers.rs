//! The readers of an `SQLite` database: a few threads, each with a connection of its own, that take what is asked for
//! in turn.
//!
//! The thread that was busy last is woken first, so that a quiet server reads with one warm connection and opens
//! the others only when it needs them.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle, Thread};

use tokio::sync::oneshot;
use tokio::time::timeout;

use super::PATIENCE;
use super::connection::{Conn, Manager};
use super::statement::{say, words};
use crate::error::AppError;

/// Reads that run side by side at most.
const MOST: usize = 4;

/// A handle to the threads; they end when the last handle is gone.
#[derive(Clone)]
pub(super) struct Readers(Arc<Handle>);

struct Handle {
    manager: Manager,
    desk: Arc<Desk>,
}

/// Where work waits for a thread, or threads for work.
#[derive(Default)]
struct Desk(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    jobs: VecDeque<Job>,
    idle: Vec<Thread>,
    threads: Vec<JoinHandle<()>>,
    closed: bool,
}

/// What a thread does with its connection, or with the reason why it has none.
type Job = Box<dyn FnOnce(Result<&mut Conn, AppError>) + Send>;

impl Readers {
    /// No thread yet; each opens its connection by `manager` when it has its first work.
    pub(super) fn new(manager: Manager) -> Self {
        Self(Arc::new(Handle {
            manager,
            desk: Arc::default(),
        }))
    }

    /// Runs `work` in one snapshot.
    pub(super) async fn run<T, F>(&self, work: F) -> Result<T, AppError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T, AppError> + Send + 'static,
    {
        let (reply, mut answer) = oneshot::channel();
        let has_begun = Arc::new(AtomicBool::new(false));
        let begins = Arc::clone(&has_begun);
        self.submit(Box::new(move |conn| {
            // The request may be gone, or tired of waiting.
            if reply.is_closed() {
                return;
            }
            begins.store(true, Ordering::Relaxed);
            let outcome = catch_unwind(AssertUnwindSafe(|| conn.and_then(|conn| snapshot(conn, work))));
            match outcome {
                Ok(outcome) => drop(reply.send(outcome)),
                Err(panic) => {
                    let _ = reply.send(Err(AppError::internal("a read panicked")));
                    resume_unwind(panic);
                }
            }
        }))?;
        let answered = match timeout(PATIENCE, &mut answer).await {
            Ok(answered) => answered,
            Err(_) if has_begun.load(Ordering::Relaxed) => answer.await,
            Err(_) => return Err(AppError::unavailable("too many reads were waiting")),
        };
        answered.map_err(|_| AppError::stopped())?
    }

    fn submit(&self, job: Job) -> Result<(), AppError> {
        let mut waiting = self.0.desk.lock();
        if waiting.closed {
            return Err(AppError::stopped());
        }
        waiting.jobs.push_back(job);
        if let Some(idle) = waiting.idle.pop() {
            idle.unpark();
        } else if waiting.threads.len() < MOST {
            let (manager, desk) = (self.0.manager.clone(), Arc::clone(&self.0.desk));
            let started = thread::Builder::new()
                .name("reader".to_owned())
                .spawn(move || serve(&manager, &desk));
            match started {
                Ok(thread) => waiting.threads.push(thread),
                Err(error) => {
                    // Without any thread the work would wait for ever.
                    if waiting.threads.is_empty() {
                        waiting.jobs.clear();
                    }
                    return Err(AppError::unavailable(error));
                }
            }
        }
        Ok(())
    }

    /// Waits until what was asked for is read and every connection is closed; later reads are refused.
    pub(super) fn close(&self) {
        for thread in self.0.desk.close() {
            // One that panicked has closed its connection, too.
            let _ = thread.join();
        }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        drop(self.desk.close());
    }
}

impl Desk {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has the threads end once nothing waits; they are handed over.
    fn close(&self) -> Vec<JoinHandle<()>> {
        let mut waiting = self.lock();
        waiting.closed = true;
        for idle in waiting.idle.drain(..) {
            idle.unpark();
        }
        std::mem::take(&mut waiting.threads)
    }

    /// The next job; waits for one. `None` when there will be no more.
    fn next(&self) -> Option<Job> {
        let mut waiting = self.lock();
        loop {
            if let Some(job) = waiting.jobs.pop_front() {
                return Some(job);
            }
            if waiting.closed {
                return None;
            }
            waiting.idle.push(thread::current());
            drop(waiting);
            thread::park();
            waiting = self.lock();
            // A park that ended by itself leaves the name behind.
            let me = thread::current().id();
            waiting.idle.retain(|idle| idle.id() != me);
        }
    }
}

fn serve(manager: &Manager, desk: &Desk) {
    let mut conn = None;
    while let Some(job) = desk.next() {
        let open = match conn.take() {
            Some(conn) => Ok(conn),
            None => manager.open().map_err(AppError::unavailable),
        };
        match open {
            Ok(mut open) => {
                let whole = catch_unwind(AssertUnwindSafe(|| job(Ok(&mut open)))).is_ok();
                // After a panic nobody can say in which state the connection is.
                conn = Some(open).filter(|_| whole);
            }
            Err(error) => job(Err(error)),
        }
    }
}

words! { Begin: "BEGIN" }
words! { RollBack: "ROLLBACK" }
words! { Commit: "COMMIT" }

fn snapshot<T>(conn: &mut Conn, work: impl FnOnce(&mut Conn) -> Result<T, AppError>) -> Result<T, AppError> {
    // What a failure may have left open.
    if say(conn, Begin).is_err() {
        say(conn, RollBack)?;
        say(conn, Begin)?;
    }
    let outcome = work(conn);
    // Nothing was written, so both end it alike.
    let ended = say(conn, Commit);
    let found = outcome?;
    ended?;
    Ok(found)
}
