//! The reader threads of an `SQLite` database: each has its own connection and takes jobs from a shared queue.
//!
//! The thread that became idle last is woken first, so that a quiet server reads through one warm connection and opens
//! the others only under load.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::timeout;

use super::connection::{Conn, Manager};
use super::limit::Limit;
use super::read_queue::{Job, Queue};
use super::statement::{execute_sql, sql};
use super::unit_of_work::{Owner, PATIENCE};
use super::work::Work;
use crate::error::AppError;

/// Concurrent reads.
const MAX_READERS: usize = 4;

/// A handle to the threads; they end when the last handle is dropped.
#[derive(Clone)]
pub(super) struct Readers(Arc<Inner>);

struct Inner {
    manager: Manager,
    queue: Arc<Queue>,
}

/// Cancels a read when the request that waits for it is dropped.
#[derive(Default)]
pub(super) struct CancelOnDrop(pub(super) Arc<AtomicBool>);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Readers {
    /// Starts no thread yet; each is started, and opens its connection with `manager`, when a job needs it.
    pub(super) fn new(manager: Manager) -> Self {
        Self(Arc::new(Inner {
            manager,
            queue: Arc::default(),
        }))
    }

    /// Runs `work` in one snapshot. Once started it is cancelled after `max_time`, see [`Limit`]; a read that waits
    /// longer than [`PATIENCE`] for a thread is refused.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        owner: Option<Owner>,
        max_time: Duration,
        work: impl Work<T>,
    ) -> Result<T, AppError> {
        let (reply, mut answer) = oneshot::channel();
        let has_started = Arc::new(AtomicBool::new(false));
        let started_flag = Arc::clone(&has_started);
        let request = CancelOnDrop::default();
        let ends = [Arc::clone(&request.0), Arc::clone(&self.0.queue.closing)];
        let read = move |conn: Result<&mut Conn, AppError>| {
            // The request was dropped, or has stopped waiting.
            if reply.is_closed() {
                return;
            }
            started_flag.store(true, Ordering::Relaxed);
            let outcome = catch_unwind(AssertUnwindSafe(|| {
                let conn = conn?;
                Limit::new(max_time, ends).apply(|| snapshot(conn, work))
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
            read: Box::new(read),
        })?;
        let answered = match timeout(PATIENCE, &mut answer).await {
            Ok(answered) => answered,
            Err(_) if has_started.load(Ordering::Relaxed) => answer.await,
            Err(_) => return Err(AppError::unavailable("too many reads were waiting")),
        };
        answered.map_err(|_| AppError::stopped())?
    }

    fn submit(&self, job: Job) -> Result<(), AppError> {
        let mut waiting = self.0.queue.lock();
        if waiting.closed {
            return Err(AppError::stopped());
        }
        waiting.jobs.push_back(job);
        if let Some(idle) = waiting.idle.pop() {
            idle.unpark();
        } else if waiting.threads.len() < MAX_READERS {
            let (manager, queue) = (self.0.manager.clone(), Arc::clone(&self.0.queue));
            let started = thread::Builder::new()
                .name("reader".to_owned())
                .spawn(move || run_thread(&manager, &queue));
            match started {
                Ok(thread) => waiting.threads.push(thread),
                Err(error) => {
                    // Without any thread the job would never be taken.
                    if waiting.threads.is_empty() {
                        waiting.jobs.clear();
                    }
                    return Err(AppError::unavailable(error));
                }
            }
        }
        Ok(())
    }

    /// Cancels running reads and waits until every connection is closed; later reads are refused.
    pub(super) fn close(&self) {
        for thread in self.0.queue.close() {
            // An error means that the thread panicked, which has closed its connection, too.
            let _ = thread.join();
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        drop(self.queue.close());
    }
}

fn run_thread(manager: &Manager, queue: &Queue) {
    let mut conn = None;
    while let Some(Job { owner, read }) = queue.next() {
        let open = match conn.take() {
            Some(conn) => Ok(conn),
            None => manager.open().map_err(AppError::unavailable),
        };
        match open {
            Ok(mut open) => {
                let is_intact = catch_unwind(AssertUnwindSafe(|| read(Ok(&mut open)))).is_ok();
                // After a panic the state of the connection is unknown.
                conn = Some(open).filter(|_| is_intact);
            }
            Err(error) => read(Err(error)),
        }
        queue.lock().finish(owner);
    }
}

sql! { BeginRead: "BEGIN" }
sql! { RollbackRead: "ROLLBACK" }
sql! { CommitRead: "COMMIT" }

fn snapshot<T>(conn: &mut Conn, work: impl FnOnce(&mut Conn) -> Result<T, AppError>) -> Result<T, AppError> {
    // BEGIN fails if an earlier failure left a transaction open.
    if execute_sql(conn, BeginRead).is_err() {
        execute_sql(conn, RollbackRead)?;
        execute_sql(conn, BeginRead)?;
    }
    let outcome = work(conn);
    // A read has nothing to roll back, so COMMIT ends it after an error, too.
    let ended = execute_sql(conn, CommitRead);
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
    use super::super::unit_of_work::BookId;
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
                actix_web::rt::spawn(async move { readers.run(Some(BookId(1).into()), LONG, endless).await })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(50)).await;
        for owner in [Some(BookId(2).into()), None] {
            assert!(readers.run(owner, LONG, |_| Ok(())).await.is_ok(), "{owner:?}");
        }
        for task in greedy {
            task.abort();
        }
    }
}
