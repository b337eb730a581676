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
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::timeout;

use super::connection::{Conn, Manager};
use super::limit::Limit;
use super::statement::{execute_sql, sql};
use super::unit_of_work::{PATIENCE, UserId};
use crate::error::AppError;

/// Reads that run side by side at most.
const MAX_READERS: usize = 4;
/// Reads of one owner that run side by side at most, so that nobody can keep everybody else waiting.
const MOST_OF_ONE: usize = 2;

/// A handle to the threads; they end when the last handle is gone.
#[derive(Clone)]
pub(super) struct Readers(Arc<Handle>);

struct Handle {
    manager: Manager,
    desk: Arc<Desk>,
}

/// Where work waits for a thread, or threads for work.
#[derive(Default)]
struct Desk {
    waiting: Mutex<Waiting>,
    /// Ends what runs: nobody waits for it any more.
    closing: Arc<AtomicBool>,
}

#[derive(Default)]
struct Waiting {
    jobs: VecDeque<Job>,
    /// Whose jobs run now, once for each job.
    running: Vec<UserId>,
    idle: Vec<Thread>,
    threads: Vec<JoinHandle<()>>,
    closed: bool,
}

struct Job {
    owner: Option<UserId>,
    work: Work,
}

/// What a thread does with its connection, or with the reason why it has none.
type Work = Box<dyn FnOnce(Result<&mut Conn, AppError>) + Send>;

/// Tells a read that nobody waits for it any more, when it is dropped.
#[derive(Default)]
struct Request(Arc<AtomicBool>);

impl Drop for Request {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Readers {
    /// No thread yet; each opens its connection by `manager` when it has its first work.
    pub(super) fn new(manager: Manager) -> Self {
        Self(Arc::new(Handle {
            manager,
            desk: Arc::default(),
        }))
    }

    /// Runs `work` in one snapshot, for at most `most` once it has begun; see [`Limit`].
    pub(super) async fn run<T, F>(
        &self,
        owner: Option<UserId>,
        most: Duration,
        work: F,
    ) -> Result<T, AppError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T, AppError> + Send + 'static,
    {
        let (reply, mut answer) = oneshot::channel();
        let has_begun = Arc::new(AtomicBool::new(false));
        let begins = Arc::clone(&has_begun);
        let request = Request::default();
        let ends = [Arc::clone(&request.0), Arc::clone(&self.0.desk.closing)];
        let read = move |conn: Result<&mut Conn, AppError>| {
            // The request may be gone, or tired of waiting.
            if reply.is_closed() {
                return;
            }
            begins.store(true, Ordering::Relaxed);
            let outcome = catch_unwind(AssertUnwindSafe(|| {
                let conn = conn?;
                Limit::new(most, ends).hold(|| snapshot(conn, work))
            }));
            match outcome {
                Ok(outcome) => drop(reply.send(outcome)),
                Err(panic) => {
                    let _ = reply.send(Err(AppError::internal("a read panicked")));
                    resume_unwind(panic);
                }
            }
        };
        self.submit(Job {
            owner,
            work: Box::new(read),
        })?;
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
        } else if waiting.threads.len() < MAX_READERS {
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

    /// Ends what is being read and waits until every connection is closed; later reads are refused.
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
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has the threads end once nothing waits; they are handed over.
    fn close(&self) -> Vec<JoinHandle<()>> {
        self.closing.store(true, Ordering::Relaxed);
        let mut waiting = self.lock();
        waiting.closed = true;
        for idle in waiting.idle.drain(..) {
            idle.unpark();
        }
        std::mem::take(&mut waiting.threads)
    }

    /// The next job; waits for one. `None` when there will be no more.
    ///
    /// A job that has to wait because its owner has enough that run is taken by a thread that ends one of those.
    fn next(&self) -> Option<Job> {
        let mut waiting = self.lock();
        loop {
            if let Some(job) = waiting.begin() {
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

impl Waiting {
    /// The first job that may run, counted as running.
    fn begin(&mut self) -> Option<Job> {
        let at = self.jobs.iter().position(|job| {
            job.owner.is_none_or(|owner| {
                self.running.iter().filter(|running| **running == owner).count() < MOST_OF_ONE
            })
        })?;
        let job = self.jobs.remove(at)?;
        self.running.extend(job.owner);
        Some(job)
    }

    /// Counts a job as ended.
    fn end(&mut self, owner: Option<UserId>) {
        if let Some(at) = self.running.iter().position(|running| Some(*running) == owner) {
            self.running.swap_remove(at);
        }
    }
}

fn serve(manager: &Manager, desk: &Desk) {
    let mut conn = None;
    while let Some(Job { owner, work }) = desk.next() {
        let open = match conn.take() {
            Some(conn) => Ok(conn),
            None => manager.open().map_err(AppError::unavailable),
        };
        match open {
            Ok(mut open) => {
                let whole = catch_unwind(AssertUnwindSafe(|| work(Ok(&mut open)))).is_ok();
                // After a panic nobody can say in which state the connection is.
                conn = Some(open).filter(|_| whole);
            }
            Err(error) => work(Err(error)),
        }
        desk.lock().end(owner);
    }
}

sql! { Begin: "BEGIN" }
sql! { RollBack: "ROLLBACK" }
sql! { Commit: "COMMIT" }

fn snapshot<T>(conn: &mut Conn, work: impl FnOnce(&mut Conn) -> Result<T, AppError>) -> Result<T, AppError> {
    // What a failure may have left open.
    if execute_sql(conn, Begin).is_err() {
        execute_sql(conn, RollBack)?;
        execute_sql(conn, Begin)?;
    }
    let outcome = work(conn);
    // Nothing was written, so both end it alike.
    let ended = execute_sql(conn, Commit);
    let found = outcome?;
    ended?;
    Ok(found)
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use diesel::prelude::*;
    use diesel::sql_query;

    use super::super::connection::Purpose;
    use super::*;
    use crate::settings::DatabaseUrl;

    const LONG: Duration = Duration::from_mins(1);

    fn readers(folder: &tempfile::TempDir) -> Readers {
        Readers::new(Manager {
            url: DatabaseUrl::Sqlite(folder.path().join("expenses.db")),
            purpose: Purpose::Write,
            file: None,
            #[cfg(feature = "_postgres")]
            statement_timeout: None,
        })
    }

    /// A search that would never end.
    fn endless(conn: &mut Conn) -> Result<usize, AppError> {
        let rows = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT COUNT(*) FROM r";
        Ok(sql_query(format!("{rows} WHERE holds('a' || n, 'b')")).execute(conn)?)
    }

    #[actix_web::test]
    async fn a_search_that_takes_too_long_ends_and_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let readers = readers(&folder);
        let outcome = readers.run(None, Duration::from_millis(50), endless).await;
        assert!(matches!(outcome, Err(AppError::TimedOut)), "{outcome:?}");
        let after = readers.run(None, LONG, |_| Ok(7)).await;
        assert_eq!(after.unwrap(), 7, "the connection is as good as before");
    }

    #[actix_web::test]
    async fn a_search_that_nobody_waits_for_ends() {
        let folder = tempfile::tempdir().unwrap();
        let readers = readers(&folder);
        let hung_up = timeout(Duration::from_millis(50), readers.run(None, LONG, endless)).await;
        assert!(hung_up.is_err());
        let began = Instant::now();
        readers.close();
        assert!(began.elapsed() < LONG / 2);
    }

    #[actix_web::test]
    async fn a_stop_ends_searches() {
        let folder = tempfile::tempdir().unwrap();
        let readers = readers(&folder);
        let closing = readers.clone();
        let (outcome, ()) = tokio::join!(readers.run(None, LONG, endless), async {
            tokio::time::sleep(Duration::from_millis(50)).await;
            actix_web::web::block(move || closing.close()).await.unwrap();
        });
        assert!(matches!(outcome, Err(AppError::Unavailable(_))), "{outcome:?}");
    }

    #[actix_web::test]
    async fn one_person_never_takes_all_readers() {
        let folder = tempfile::tempdir().unwrap();
        let readers = readers(&folder);
        let greedy: Vec<_> = (0..2 * MAX_READERS)
            .map(|_| {
                let readers = readers.clone();
                actix_web::rt::spawn(async move { readers.run(Some(UserId(1)), LONG, endless).await })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(50)).await;
        for owner in [Some(UserId(2)), None] {
            assert!(readers.run(owner, LONG, |_| Ok(())).await.is_ok(), "{owner:?}");
        }
        for task in greedy {
            task.abort();
        }
    }
}
