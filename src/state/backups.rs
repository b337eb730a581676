//! The results of the nightly backups of this process.

use std::sync::{Mutex, PoisonError};

/// The results of the nightly backups.
#[derive(Debug, Default)]
pub struct BackupLog(Mutex<Entries>);

#[derive(Debug, Default, Clone)]
struct Entries {
    failures: u64,
    last_failure: Option<String>,
}

impl BackupLog {
    /// Records a result; `failure` is the reason of a failure.
    pub fn record(&self, failure: Option<String>) {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.failures += u64::from(failure.is_some());
        entries.last_failure = failure;
    }

    /// Failed backups since the start.
    pub fn failures(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).failures
    }

    /// Why the last backup failed; `None` if it succeeded.
    pub fn last_failure(&self) -> Option<String> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .last_failure
            .clone()
    }
}
