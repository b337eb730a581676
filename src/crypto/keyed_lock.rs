//! One password check at a time for each address: tries side by side all count, and right ones never meet a limit
//! that only their neighbours' unfinished checks have filled.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{Mutex as Turn, OwnedMutexGuard};

/// Whose turn it is, by address.
#[derive(Debug, Default)]
pub struct Turns(Mutex<HashMap<String, Weak<Turn<()>>>>);

impl Turns {
    /// Waits until nobody else's password is being checked for `key`; the turn ends when the guard goes.
    pub async fn take(&self, key: &str) -> OwnedMutexGuard<()> {
        let turn = {
            let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            // Only checks under way are kept, and those are few.
            turns.retain(|_, turn| turn.strong_count() > 0);
            if let Some(turn) = turns.get(key).and_then(Weak::upgrade) {
                turn
            } else {
                let turn = Arc::new(Turn::default());
                turns.insert(key.to_owned(), Arc::downgrade(&turn));
                turn
            }
        };
        turn.lock_owned().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn one_address_waits_for_itself_and_for_no_other() {
        let turns = Turns::default();
        let first = turns.take("a@example.com").await;
        let other = turns.take("b@example.com").await;
        let waiting = tokio::time::timeout(std::time::Duration::from_millis(20), turns.take("a@example.com"));
        assert!(waiting.await.is_err());
        drop((first, other));
        drop(turns.take("a@example.com").await);
        drop(turns.take("c@example.com").await);
        assert_eq!(turns.0.lock().unwrap().len(), 1);
    }
}
