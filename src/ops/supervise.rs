//! Background tasks: one that panics is logged, counted and started again.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use actix_web::rt;

use crate::state::State;

/// How long a task that has panicked is down.
pub const PAUSE: Duration = Duration::from_secs(30);

/// How the background tasks of this process are.
#[derive(Debug, Default)]
pub struct Tasks(Mutex<BTreeMap<&'static str, Task>>);

#[derive(Debug, Default, Clone, Copy)]
struct Task {
    panics: u64,
    is_down: bool,
}

impl Tasks {
    /// How often each task has panicked.
    pub fn panics(&self) -> Vec<(&'static str, u64)> {
        let tasks = self.lock();
        tasks.iter().map(|(name, task)| (*name, task.panics)).collect()
    }

    /// The tasks that wait to be started again.
    pub fn down(&self) -> Vec<&'static str> {
        let tasks = self.lock();
        let down = tasks.iter().filter(|(_, task)| task.is_down);
        down.map(|(name, _)| *name).collect()
    }

    fn started(&self, name: &'static str) {
        self.lock().entry(name).or_default().is_down = false;
    }

    fn panicked(&self, name: &'static str) {
        let mut tasks = self.lock();
        let task = tasks.entry(name).or_default();
        task.panics += 1;
        task.is_down = true;
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<&'static str, Task>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs a task until it ends by itself; after a panic it is started again when `pause` is over.
pub async fn supervise<F>(state: State, name: &'static str, pause: Duration, task: impl Fn(State) -> F)
where
    F: Future<Output = ()> + 'static,
{
    loop {
        state.tasks.started(name);
        match rt::spawn(task(state.clone())).await {
            Err(error) if error.is_panic() => {
                tracing::error!(
                    task = name,
                    "a background task panicked; it will be started again"
                );
                state.tasks.panicked(name);
                rt::time::sleep(pause).await;
            }
            // It has nothing to do with these settings, or the server stops.
            _ => return,
        }
    }
}
