//! Hashes and checks passwords on blocking threads, as many concurrently as there are cores.

use std::sync::Arc;
use std::thread::available_parallelism;

use tokio::sync::Semaphore;

use super::{phc, strength};

pub use super::phc::{HashFailed, Verdict};

/// Hashes and checks passwords; clones share the limit.
#[derive(Debug, Clone)]
pub struct Hasher {
    rounds: u32,
    /// One permit per core, so that a flood of sign-ins waits here and can't fill the blocking pool, which the database
    /// needs, too.
    permits: Arc<Semaphore>,
}

impl Hasher {
    /// A hasher with this many rounds (at least 1; the setting `PASSWORD_ROUNDS`).
    pub fn new(rounds: u32) -> Self {
        let cores = available_parallelism().map_or(1, usize::from);
        Self {
            rounds: rounds.max(1),
            permits: Arc::new(Semaphore::new(cores)),
        }
    }

    /// The PHC string of a password, with a new salt. Fails without randomness, or when the server is stopping.
    pub async fn hash(&self, password: String) -> Result<String, HashFailed> {
        let rounds = self.rounds;
        self.run(move || phc::make(&password, rounds)).await?
    }

    /// Whether `stored` is a hash of `password`. For a string that is no hash, the password counts as wrong.
    /// Takes the time of the current rounds even if the stored hash has fewer. Fails when the server is stopping.
    pub async fn verify(&self, password: String, stored: String) -> Result<Verdict, HashFailed> {
        let rounds = self.rounds;
        self.run(move || phc::check(&password, &stored, rounds)).await
    }

    /// Takes as long as one `verify`, for an address without an account. Fails when the server is stopping.
    pub async fn verify_nobody(&self, password: String) -> Result<(), HashFailed> {
        let rounds = self.rounds;
        self.run(move || phc::spend(&password, rounds)).await
    }

    /// Judges a new password by the rules in `strength`; the inner error is the message for the field.
    /// Fails when the server is stopping.
    pub async fn judge(&self, password: String, email: String) -> Result<Result<(), String>, HashFailed> {
        self.run(move || strength::judge(&password, &email)).await
    }

    /// Runs `work` on a blocking thread once a permit is free. The permit moves into the work: a client that disconnects
    /// does not release it while the core is still busy.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, HashFailed> {
        let stopped = |source: String| HashFailed::Stopped(source);
        let permit = Arc::clone(&self.permits)
            .acquire_owned()
            .await
            .map_err(|e| stopped(e.to_string()))?;
        tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work()
        })
        .await
        .map_err(|e| stopped(e.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWORD: &str = "correct horse battery staple";

    #[actix_web::test]
    async fn the_hasher_works_off_the_async_workers() {
        let hasher = Hasher::new(5);
        let phc = hasher.hash(PASSWORD.to_owned()).await.unwrap();
        assert_eq!(
            hasher.verify(PASSWORD.to_owned(), phc).await.unwrap(),
            Verdict {
                ok: true,
                needs_rehash: false
            }
        );
        hasher.verify_nobody(PASSWORD.to_owned()).await.unwrap();
        assert_eq!(
            hasher
                .judge(PASSWORD.to_owned(), "a@b.example".to_owned())
                .await
                .unwrap(),
            Ok(())
        );
    }

    #[actix_web::test]
    async fn work_waits_for_a_permit_and_a_caller_who_leaves_does_not_free_one_early() {
        let hasher = Hasher {
            rounds: 1,
            permits: Arc::new(Semaphore::new(1)),
        };
        let (free, wait) = std::sync::mpsc::channel::<()>();
        let leaver = hasher.clone();
        let task = actix_web::rt::spawn(async move { leaver.run(move || wait.recv()).await });
        while hasher.permits.available_permits() == 1 {
            actix_web::rt::task::yield_now().await;
        }
        // The blocking thread starts its work meanwhile.
        actix_web::rt::time::sleep(std::time::Duration::from_millis(20)).await;
        task.abort();
        assert!(task.await.is_err());
        assert_eq!(hasher.permits.available_permits(), 0);
        free.send(()).unwrap();
        assert_eq!(hasher.run(|| 7).await.unwrap(), 7);
    }
}
