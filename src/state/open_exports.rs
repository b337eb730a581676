//! Limits the open exports: each takes memory until its client has read it to the end, and a connection to the database while
//! it reads a page of rows.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::timeout;

use crate::db::UserId;
use crate::error::AppError;
use crate::permits::{Permit, Permits};

/// Open exports of one person.
const MAX_PER_PERSON: usize = 4;
/// Open exports of all people.
const MAX_OPEN: usize = 64;
/// Exports that read a page at the same time, of all people and of one person; further ones wait.
const READING: (usize, usize) = (4, 2);

/// The number of open exports by person, and the permits to read.
#[derive(Debug, Clone)]
pub struct OpenExports {
    by_person: Arc<Mutex<HashMap<UserId, usize>>>,
    reading: Arc<Permits<UserId>>,
}

impl Default for OpenExports {
    fn default() -> Self {
        Self {
            by_person: Arc::default(),
            reading: Arc::new(Permits::new(READING.0, READING.1)),
        }
    }
}

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

    /// How many read a page now.
    pub fn reading(&self) -> u32 {
        u32::try_from(READING.0 - self.reading.free()).unwrap_or(u32::MAX)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<UserId, usize>> {
        self.by_person.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl OpenExport {
    /// The permit to read one page. After `patience` it is [`AppError::Busy`].
    pub async fn permit_to_read(&self, patience: Duration) -> Result<Permit, AppError> {
        match timeout(patience, self.all.reading.acquire([self.person])).await {
            Ok(permit) => permit.map_err(|_| AppError::stopped()),
            Err(_) => Err(AppError::Busy(
                "Other exports have to finish first. Wait a moment, then try again.",
            )),
        }
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

    #[actix_web::test]
    async fn one_person_reads_two_pages_at_a_time_and_a_wait_ends() {
        const SHORT: Duration = Duration::from_millis(20);
        let open = OpenExports::default();
        let of = |person| open.open(UserId(person)).unwrap();
        let (one, same, third, other) = (of(1), of(1), of(1), of(2));
        let held = (
            one.permit_to_read(SHORT).await.unwrap(),
            same.permit_to_read(SHORT).await.unwrap(),
        );
        assert_eq!(open.reading(), 2);
        let refused = third.permit_to_read(SHORT).await;
        assert!(matches!(refused, Err(AppError::Busy(_))), "{refused:?}");
        assert!(other.permit_to_read(SHORT).await.is_ok());
        drop(held);
        assert!(third.permit_to_read(SHORT).await.is_ok());
    }
}
