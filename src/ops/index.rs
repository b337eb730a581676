//! The background task that updates the search index, in batches.

use std::time::Duration;

use crate::db::TxScope;
use crate::error::AppError;
use crate::ledger::search::{BATCH, index_pending, is_due};
use crate::state::State;

/// Between two checks for pending changes.
const INTERVAL: Duration = Duration::from_millis(500);

/// Runs until the server stops.
pub async fn run(state: State) {
    loop {
        if let Err(error) = once(&state).await {
            if state.db.is_closing() {
                return;
            }
            tracing::warn!(%error, "the search index could not be updated; it will be tried again");
        }
        tokio::time::sleep(INTERVAL).await;
    }
}

/// Indexes batches while enough changes are pending.
pub async fn once(state: &State) -> Result<(), AppError> {
    while state.db.read_shared(is_due).await? {
        // One transaction per batch, so that other writes wait for at most one batch.
        state
            .db
            .write_shared_in(TxScope::Own, |conn| index_pending(conn, BATCH))
            .await?;
    }
    Ok(())
}
