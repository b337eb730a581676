//! A lock per key. Sign-in locks the address, so that password checks of one address run one after the other: each sees the
//! failures counted before it, and a correct password is not refused because of unfinished checks.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

/// The locks in use, by key.
#[derive(Debug, Default)]
pub struct KeyedLock(Mutex<HashMap<String, Weak<AsyncMutex<()>>>>);

impl KeyedLock {
    /// Waits for the lock of `key`, which is released when the guard is dropped.
    pub async fn lock(&self, key: &str) -> OwnedMutexGuard<()> {
        let lock = {
            let mut locks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            // Removes the locks that no task holds or waits for; the few others remain.
            locks.retain(|_, lock| lock.strong_count() > 0);
            if let Some(lock) = locks.get(key).and_then(Weak::upgrade) {
                lock
            } else {
                let lock = Arc::new(AsyncMutex::default());
                locks.insert(key.to_owned(), Arc::downgrade(&lock));
                lock
            }
        };
        lock.lock_owned().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn one_address_waits_for_itself_and_for_no_other() {
        let locks = KeyedLock::default();
        let first = locks.lock("a@example.com").await;
        let other = locks.lock("b@example.com").await;
        let waiting = tokio::time::timeout(std::time::Duration::from_millis(20), locks.lock("a@example.com"));
        assert!(waiting.await.is_err());
        drop((first, other));
        drop(locks.lock("a@example.com").await);
        drop(locks.lock("c@example.com").await);
        assert_eq!(locks.0.lock().unwrap().len(), 1);
    }
}
