//! How the nightly backups of this process went.

use std::sync::{Mutex, PoisonError};

/// How the backups of this process went.
#[derive(Debug, Default)]
pub struct BackupLog(Mutex<Entries>);

#[derive(Debug, Default, Clone)]
struct Entries {
    failures: u64,
    /// Why the last one failed, until one succeeds.
    last_failure: Option<String>,
}

impl BackupLog {
    /// Notes how a backup went; `failure` is why it failed.
    pub fn record(&self, failure: Option<String>) {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.failures += u64::from(failure.is_some());
        entries.last_failure = failure;
    }

    /// How many have failed since the start.
    pub fn failures(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).failures
    }

    /// Why the last one failed; `None` when it did not.
    pub fn last_failure(&self) -> Option<String> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .last_failure
            .clone()
    }
}
