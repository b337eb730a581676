//! Long steps that run in this process: their pages show how far they are, and then what came of them.

use std::collections::HashMap;
use std::future::Future;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::db::{self, BookId};
use crate::error::AppError;

/// How long a request waits for its step before it answers with the page that shows how far it is.
const PATIENCE: Duration = Duration::from_secs(1);
/// Outcomes that wait for their page. Beyond it they are dropped, because nobody may ever look.
const MAX_FINISHED: usize = 100;

/// How far a step is.
#[derive(Debug, Clone, Default)]
pub struct Progress(Arc<AtomicI64>);

impl Progress {
    pub fn set(&self, rows: i64) {
        self.0.store(rows, Ordering::Relaxed);
    }

    /// Rows that are done.
    pub fn rows(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Words for people, or an error.
pub type Outcome = Result<String, AppError>;

#[derive(Debug)]
enum Step {
    Running(Progress),
    Finished(Outcome),
}

/// What the page of a step shows.
#[derive(Debug)]
pub enum Shown {
    Running(Progress),
    /// Shown once.
    Finished(Outcome),
}

/// The steps by book and id, at most one for each.
#[derive(Debug, Clone, Default)]
pub struct RunningSteps(Arc<Mutex<HashMap<(BookId, i64), Step>>>);

impl RunningSteps {
    fn lock(&self) -> MutexGuard<'_, HashMap<(BookId, i64), Step>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `work` in a task of its own, because a request is dropped when its client disconnects. Returns its outcome;
    /// `None` if it takes longer than a second or if a step of this id is running already. Then [`RunningSteps::find`]
    /// has it.
    pub async fn run<F>(&self, book: BookId, id: i64, work: impl FnOnce(Progress) -> F) -> Option<Outcome>
    where
        F: Future<Output = Outcome> + 'static,
    {
        let (key, progress) = ((book, id), Progress::default());
        {
            let mut steps = self.lock();
            if matches!(steps.get(&key), Some(Step::Running(_))) {
                return None;
            }
            if steps.len() >= MAX_FINISHED {
                steps.retain(|_, step| matches!(step, Step::Running(_)));
            }
            steps.insert(key, Step::Running(progress.clone()));
        }
        let (steps, work) = (self.clone(), work(progress));
        let (sender, outcome) = oneshot::channel();
        db::spawn(async move {
            // Also if the work panics or is dropped, the step does not run any more.
            let _ended = Ended {
                steps: steps.clone(),
                key,
            };
            let outcome = work.await;
            let mut steps = steps.lock();
            steps.remove(&key);
            if let Err(outcome) = sender.send(outcome) {
                steps.insert(key, Step::Finished(outcome));
            }
        });
        match timeout(PATIENCE, outcome).await {
            Ok(outcome) => Some(outcome.unwrap_or_else(|_| Err(AppError::internal("a step ended early")))),
            Err(_) => None,
        }
    }

    /// The step of this id, if one is running or has ended unseen.
    pub fn find(&self, book: BookId, id: i64) -> Option<Shown> {
        let mut steps = self.lock();
        if let Step::Running(progress) = steps.get(&(book, id))? {
            return Some(Shown::Running(progress.clone()));
        }
        match steps.remove(&(book, id))? {
            Step::Finished(outcome) => Some(Shown::Finished(outcome)),
            Step::Running(progress) => Some(Shown::Running(progress)),
        }
    }
}

/// Removes a step that ends without an outcome.
struct Ended {
    steps: RunningSteps,
    key: (BookId, i64),
}

impl Drop for Ended {
    fn drop(&mut self) {
        let mut steps = self.steps.lock();
        if matches!(steps.get(&self.key), Some(Step::Running(_))) {
            steps.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOOK: BookId = BookId(1);

    #[actix_web::test]
    async fn a_short_step_is_answered_and_a_long_one_is_found() {
        let steps = RunningSteps::default();
        let short = steps.run(BOOK, 7, |_| async { Ok("done".to_owned()) }).await;
        assert_eq!(short.unwrap().unwrap(), "done");
        assert!(steps.find(BOOK, 7).is_none());
        let (end, ended) = oneshot::channel::<()>();
        let long = steps.run(BOOK, 7, |progress| async move {
            progress.set(3);
            let _ = ended.await;
            Ok("late".to_owned())
        });
        assert!(long.await.is_none());
        let Some(Shown::Running(progress)) = steps.find(BOOK, 7) else {
            panic!("it runs");
        };
        assert_eq!(progress.rows(), 3);
        assert!(
            steps
                .run(BOOK, 7, |_| async { Ok("twice".to_owned()) })
                .await
                .is_none()
        );
        end.send(()).unwrap();
        actix_web::rt::time::sleep(Duration::from_millis(50)).await;
        assert!(matches!(steps.find(BOOK, 7), Some(Shown::Finished(Ok(words))) if words == "late"));
        assert!(steps.find(BOOK, 7).is_none());
    }
}
