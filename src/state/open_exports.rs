//! Limits the open exports: each takes memory until its client has read it to the end.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::db::BookId;
use crate::error::AppError;

/// Open exports of one person.
const MAX_PER_OWNER: usize = 4;
/// Open exports of all people.
const MAX_OPEN: usize = 64;

/// The number of open exports by person.
#[derive(Debug, Clone, Default)]
pub struct OpenExports(Arc<Mutex<HashMap<BookId, usize>>>);

/// An open export; it counts until it is dropped.
#[derive(Debug)]
pub struct OpenExport {
    all: OpenExports,
    owner: BookId,
}

impl OpenExports {
    /// Counts one more export of `owner`, or returns [`AppError::TooManyAtOnce`].
    pub fn open(&self, owner: BookId) -> Result<OpenExport, AppError> {
        let mut open = self.lock();
        let own = open.get(&owner).copied().unwrap_or_default();
        if own >= MAX_PER_OWNER {
            return Err(AppError::TooManyAtOnce(
                "You already have 4 exports running. Wait until one is finished, or cancel one, then try again.",
            ));
        }
        if open.values().sum::<usize>() >= MAX_OPEN {
            return Err(AppError::TooManyAtOnce(
                "The server is busy with other people's exports. Wait a moment, then try again.",
            ));
        }
        open.insert(owner, own + 1);
        Ok(OpenExport {
            all: self.clone(),
            owner,
        })
    }

    pub fn count(&self) -> usize {
        self.lock().values().sum()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<BookId, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for OpenExport {
    fn drop(&mut self) {
        let mut open = self.all.lock();
        match open.get_mut(&self.owner) {
            Some(own) if *own > 1 => *own -= 1,
            _ => {
                open.remove(&self.owner);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_person_opens_four_and_all_of_them_sixty_four() {
        let open = OpenExports::default();
        let mut held: Vec<OpenExport> = Vec::new();
        for owner in 0..16 {
            held.extend((0..4).map(|_| open.open(BookId(owner)).unwrap()));
            assert!(matches!(
                open.open(BookId(owner)),
                Err(AppError::TooManyAtOnce(_))
            ));
        }
        assert_eq!(open.count(), 64);
        assert!(matches!(open.open(BookId(16)), Err(AppError::TooManyAtOnce(_))));
        held.truncate(61);
        assert!(open.open(BookId(16)).is_ok(), "one that is over makes room");
        assert_eq!(open.count(), 61);
        drop(held);
        assert!(
            open.lock().is_empty(),
            "nothing is kept of people without exports"
        );
    }
}
