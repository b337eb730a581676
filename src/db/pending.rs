//! Limits the units of work of one person that run or wait, so that their requests don't fill the server while the database
//! is slow or hangs.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::acting::Load;
use super::unit_of_work::Owner;
use crate::error::AppError;
use crate::permits::{Permit, Permits};

/// Units of work of one person, or of one book without a person, that run or wait; more are refused. Far fewer fill the
/// connections and readers that one person can use.
const MAX_PENDING: usize = 64;

#[derive(Clone)]
pub(super) struct PendingUnits(Arc<Permits<Owner>>);

impl Default for PendingUnits {
    fn default() -> Self {
        Self(Arc::new(Permits::new(Semaphore::MAX_PERMITS, MAX_PENDING)))
    }
}

impl PendingUnits {
    /// Counts a unit of work until the permit is dropped. Refused at once if there are too many.
    pub(super) fn begin(&self, load: Load) -> Result<Option<Permit>, AppError> {
        let Some(key) = load.key() else { return Ok(None) };
        match self.0.try_acquire(key) {
            Some(permit) => Ok(Some(permit)),
            None => Err(AppError::Busy(
                "Many of your requests are still waiting for an answer. Wait a moment, then try again.",
            )),
        }
    }
}
