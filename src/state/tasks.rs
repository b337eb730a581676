//! The state of the background tasks: panics, and which are down.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The state of the background tasks, by name.
#[derive(Debug, Default)]
pub struct Tasks(Mutex<BTreeMap<&'static str, Task>>);

#[derive(Debug, Default, Clone, Copy)]
struct Task {
    panics: u64,
    is_down: bool,
}

impl Tasks {
    /// The number of panics of each task.
    pub fn panics(&self) -> Vec<(&'static str, u64)> {
        let tasks = self.lock();
        tasks.iter().map(|(name, task)| (*name, task.panics)).collect()
    }

    /// The tasks that wait for their restart after a panic.
    pub fn down(&self) -> Vec<&'static str> {
        let tasks = self.lock();
        let down = tasks.iter().filter(|(_, task)| task.is_down);
        down.map(|(name, _)| *name).collect()
    }

    /// Records that a task runs.
    pub fn started(&self, name: &'static str) {
        self.lock().entry(name).or_default().is_down = false;
    }

    /// Records that a task has panicked and waits for its restart.
    pub fn panicked(&self, name: &'static str) {
        let mut tasks = self.lock();
        let task = tasks.entry(name).or_default();
        task.panics += 1;
        task.is_down = true;
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<&'static str, Task>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
