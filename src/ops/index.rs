//! The search index in the background: rows that wait are put into it, a piece at a time.

use std::time::Duration;

use crate::db::TxScope;
use crate::error::AppError;
use crate::ledger::search::{PIECE, is_due, settle};
use crate::state::State;

/// How often it is looked for.
const INTERVAL: Duration = Duration::from_millis(500);

/// Runs until the server stops.
pub async fn keep(state: State) {
    loop {
        if let Err(error) = once(&state).await {
            tracing::warn!(%error, "the search index will be kept later");
        }
        tokio::time::sleep(INTERVAL).await;
    }
}

/// Puts into the index what waits, as long as it is many rows; a few may wait on.
pub async fn once(state: &State) -> Result<(), AppError> {
    while state.db.read_shared(is_due).await? {
        state
            .db
            .write_shared_in(TxScope::Own, |conn| settle(conn, PIECE))
            .await?;
    }
    Ok(())
}
