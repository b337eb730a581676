//! The set of running writes that no request waits for, such as the last use of a session.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::unit_of_work::Owner;

/// Concurrent writes; further ones are left to a later request.
const MAX_WRITES: usize = 256;

/// The row that a write changes: its owner, its kind and its id.
pub(super) type Subject = (Owner, &'static str, i64);

/// The running writes.
#[derive(Clone, Default)]
pub(super) struct Background(Arc<Mutex<HashSet<Subject>>>);

impl Background {
    pub(super) fn lock(&self) -> MutexGuard<'_, HashSet<Subject>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Registers a write; false if the same one or too many are running.
    pub(super) fn begin(&self, subject: Subject) -> bool {
        let mut under_way = self.lock();
        under_way.len() < MAX_WRITES && under_way.insert(subject)
    }
}
