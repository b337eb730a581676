//! The queue between the requests that read from an `SQLite` database and the reader threads.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle, Thread};

use super::connection::Conn;
use super::unit_of_work::Owner;
use crate::error::AppError;

/// Concurrent reads of one person, in all of their books, so that nobody can block all others. Without a person the owner of
/// the rows counts.
const MAX_PER_OWNER: usize = 2;

/// Where jobs wait for a thread, and threads for jobs.
#[derive(Default)]
pub(super) struct Queue {
    state: Mutex<QueueState>,
    /// Cancels the reads that are running.
    pub(super) closing: Arc<AtomicBool>,
}

#[derive(Default)]
pub(super) struct QueueState {
    pub(super) jobs: VecDeque<Job>,
    /// The owners of the running jobs, one entry per job.
    running: Vec<Owner>,
    pub(super) idle: Vec<Thread>,
    pub(super) threads: Vec<JoinHandle<()>>,
    pub(super) closed: bool,
}

pub(super) struct Job {
    /// For whom it counts; see `acting.rs`.
    pub(super) owner: Option<Owner>,
    pub(super) read: Read,
}

/// Receives the connection, or the error with which it could not be opened.
pub(super) type Read = Box<dyn FnOnce(Result<&mut Conn, AppError>) + Send>;

impl Queue {
    pub(super) fn lock(&self) -> MutexGuard<'_, QueueState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the threads once the queue is empty, and returns them to be joined.
    pub(super) fn close(&self) -> Vec<JoinHandle<()>> {
        self.closing.store(true, Ordering::Relaxed);
        let mut waiting = self.lock();
        waiting.closed = true;
        for idle in waiting.idle.drain(..) {
            idle.unpark();
        }
        std::mem::take(&mut waiting.threads)
    }

    /// Waits for the next job; `None` once the queue is closed and empty.
    ///
    /// A job whose owner is at the limit needs no wake-up of its own: the thread that finishes one of that owner's jobs
    /// calls this function again and takes it.
    pub(super) fn next(&self) -> Option<Job> {
        let mut waiting = self.lock();
        loop {
            if let Some(job) = waiting.take_next() {
                return Some(job);
            }
            if waiting.closed {
                return None;
            }
            waiting.idle.push(thread::current());
            drop(waiting);
            // An `unpark` between the unlock and this line is not lost: `park` then returns immediately.
            thread::park();
            waiting = self.lock();
            // `park` may return without an `unpark`; then this thread is still in the list and would be woken twice.
            let me = thread::current().id();
            waiting.idle.retain(|idle| idle.id() != me);
        }
    }
}

impl QueueState {
    /// Removes the first job whose owner is below the limit, and counts it as running.
    fn take_next(&mut self) -> Option<Job> {
        let at = self.jobs.iter().position(|job| {
            job.owner.is_none_or(|owner| {
                self.running.iter().filter(|running| **running == owner).count() < MAX_PER_OWNER
            })
        })?;
        let job = self.jobs.remove(at)?;
        self.running.extend(job.owner);
        Some(job)
    }

    /// Stops counting a job as running.
    pub(super) fn finish(&mut self, owner: Option<Owner>) {
        if let Some(at) = self.running.iter().position(|running| Some(*running) == owner) {
            self.running.swap_remove(at);
        }
    }
}
