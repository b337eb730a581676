//! Small writes that no request waits for: that a session or a token was used.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Conn, Db, UserId};
use crate::error::AppError;

/// Most of them that are under way at one time; further ones are left to a later request.
const MOST: usize = 256;

/// What a write is about: the id of a row, and the kind of row.
type Subject = (UserId, &'static str, i64);

/// The writes that are under way.
#[derive(Clone, Default)]
pub(super) struct Background(Arc<Mutex<HashSet<Subject>>>);

impl Background {
    fn lock(&self) -> MutexGuard<'_, HashSet<Subject>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(&self, subject: Subject) -> bool {
        let mut under_way = self.lock();
        under_way.len() < MOST && under_way.insert(subject)
    }
}

impl Db {
    /// How many writes of [`Db::write_later`] are under way.
    pub fn under_way(&self) -> usize {
        self.background.lock().len()
    }

    /// Writes rows of `owner` while the request goes on; false where the same write, named by `kind` and `id`, is under
    /// way already. A failure is logged: the write has to be one that a later request asks for again.
    pub fn write_later<F>(&self, owner: UserId, kind: &'static str, id: i64, work: F) -> bool
    where
        F: FnOnce(&mut Conn) -> Result<(), AppError> + Send + 'static,
    {
        let subject = (owner, kind, id);
        if !self.background.begin(subject) {
            return false;
        }
        let db = self.clone();
        actix_web::rt::spawn(async move {
            if let Err(error) = db.write(owner, work).await {
                tracing::warn!(%error, "the use of a {kind} was not noted; the next use will be");
            }
            db.background.lock().remove(&subject);
        });
        true
    }
}
