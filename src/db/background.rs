//! Small writes that no request waits for: that a session or a token was used.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::unit_of_work::UserId;

/// Most writes under way at one time; further ones are left to a later request.
const MAX_WRITES: usize = 256;

/// What a write is about: the id of a row, and the kind of row.
pub(super) type Subject = (UserId, &'static str, i64);

/// The writes that are under way.
#[derive(Clone, Default)]
pub(super) struct Background(Arc<Mutex<HashSet<Subject>>>);

impl Background {
    pub(super) fn lock(&self) -> MutexGuard<'_, HashSet<Subject>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a write; false where it is under way already, or too many are.
    pub(super) fn begin(&self, subject: Subject) -> bool {
        let mut under_way = self.lock();
        under_way.len() < MAX_WRITES && under_way.insert(subject)
    }
}
