//! A number of permits, of which each key (a person, a book) can have only a part at the same time.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

/// The permits.
#[derive(Debug)]
pub struct Permits<K> {
    all: Arc<Semaphore>,
    max_per_key: usize,
    /// Of each key that has a permit or waits for one.
    keys: Mutex<HashMap<K, Weak<Semaphore>>>,
}

/// A permit. It is given back when it is dropped.
#[derive(Debug)]
pub struct Permit(#[expect(dead_code, reason = "only held")] Vec<OwnedSemaphorePermit>);

impl<K: Copy + Eq + Hash> Permits<K> {
    pub fn new(all: usize, max_per_key: usize) -> Self {
        Self {
            all: Arc::new(Semaphore::new(all)),
            max_per_key,
            keys: Mutex::default(),
        }
    }

    /// Waits for a permit that counts for each of `keys`. Those who wait for a key don't wait in the queue of all.
    pub async fn acquire(&self, keys: impl IntoIterator<Item = K>) -> Result<Permit, AcquireError> {
        let mut held = Vec::new();
        for key in keys {
            held.push(self.of_key(key).acquire_owned().await?);
        }
        held.push(Arc::clone(&self.all).acquire_owned().await?);
        Ok(Permit(held))
    }

    /// A permit for `key` if one is free now.
    pub fn try_acquire(&self, key: K) -> Option<Permit> {
        let of_key = self.of_key(key).try_acquire_owned().ok()?;
        let of_all = Arc::clone(&self.all).try_acquire_owned().ok()?;
        Some(Permit(vec![of_key, of_all]))
    }

    /// How many permits are free.
    pub fn free(&self) -> usize {
        self.all.available_permits()
    }

    fn of_key(&self, key: K) -> Arc<Semaphore> {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        keys.retain(|_, permits| permits.strong_count() > 0);
        if let Some(permits) = keys.get(&key).and_then(Weak::upgrade) {
            return permits;
        }
        let permits = Arc::new(Semaphore::new(self.max_per_key));
        keys.insert(key, Arc::downgrade(&permits));
        permits
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    #[actix_web::test]
    async fn each_key_has_its_part_of_the_permits_and_is_forgotten_with_their_use() {
        let permits = Permits::new(3, 2);
        let is_free = async |keys: &[u8]| {
            let acquired = timeout(Duration::from_millis(10), permits.acquire(keys.to_vec())).await;
            acquired.is_ok()
        };
        let one = permits.acquire([1]).await.unwrap();
        let both = permits.acquire([1, 2]).await.unwrap();
        assert!(!is_free(&[1]).await, "it has two");
        assert!(!is_free(&[2, 1]).await, "each key counts");
        assert!(is_free(&[2]).await && is_free(&[]).await);
        let last = permits.acquire([3]).await.unwrap();
        assert!(!is_free(&[]).await, "all three are in use");
        drop((one, both, last));
        assert!(is_free(&[1]).await && permits.free() == 3);
        drop(permits.acquire([4]).await);
        assert_eq!(permits.keys.lock().unwrap().len(), 1);
    }
}
