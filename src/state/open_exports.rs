//! Limits the open exports: each takes memory until its client has read it to the end.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::db::UserId;
use crate::error::AppError;

/// Open exports of one person.
const MAX_PER_PERSON: usize = 4;
/// Open exports of all people.
const MAX_OPEN: usize = 64;

/// The number of open exports by person.
#[derive(Debug, Clone, Default)]
pub struct OpenExports(Arc<Mutex<HashMap<UserId, usize>>>);

/// An open export; it counts until it is dropped.
#[derive(Debug)]
pub struct OpenExport {
    all: OpenExports,
    person: UserId,
}

impl OpenExports {
    /// Counts one more export of `person`, or returns [`AppError::TooManyAtOnce`].
    pub fn open(&self, person: UserId) -> Result<OpenExport, AppError> {
        let mut open = self.lock();
        let own = open.get(&person).copied().unwrap_or_default();
        if own >= MAX_PER_PERSON {
            return Err(AppError::TooManyAtOnce(
                "You already have 4 exports running. Wait until one is finished, or cancel one, then try again.",
            ));
        }
        if open.values().sum::<usize>() >= MAX_OPEN {
            return Err(AppError::TooManyAtOnce(
                "The server is busy with other people's exports. Wait a moment, then try again.",
            ));
        }
        open.insert(person, own + 1);
        Ok(OpenExport {
            all: self.clone(),
            person,
        })
    }

    pub fn count(&self) -> usize {
        self.lock().values().sum()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<UserId, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for OpenExport {
    fn drop(&mut self) {
        let mut open = self.all.lock();
        match open.get_mut(&self.person) {
            Some(own) if *own > 1 => *own -= 1,
            _ => {
                open.remove(&self.person);
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
        for person in 0..16 {
            held.extend((0..4).map(|_| open.open(UserId(person)).unwrap()));
            assert!(matches!(
                open.open(UserId(person)),
                Err(AppError::TooManyAtOnce(_))
            ));
        }
        assert_eq!(open.count(), 64);
        assert!(matches!(open.open(UserId(16)), Err(AppError::TooManyAtOnce(_))));
        held.truncate(61);
        assert!(open.open(UserId(16)).is_ok(), "one that is over makes room");
        assert_eq!(open.count(), 61);
        drop(held);
        assert!(
            open.lock().is_empty(),
            "nothing is kept of people without exports"
        );
    }
}
