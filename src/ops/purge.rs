//! What goes by itself: old trash, ended sessions, and the rows of closed accounts, a piece at a time.

use std::time::Duration;

use crate::accounts::model as accounts;
use crate::api::model as answers;
use crate::app::State;
use crate::error::AppError;
use crate::expenses::model as expenses;

/// How often it is looked for.
const EVERY: Duration = Duration::from_hours(1);
/// Rows that go in one piece, so that nobody waits long behind it.
const PIECE: i64 = 500;

/// Runs until the server stops.
pub async fn run(state: State) {
    loop {
        if let Err(error) = once(&state).await {
            tracing::warn!(%error, "the purge will be tried again");
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = state.closed_account.notified() => {}
        }
    }
}

/// One round.
pub async fn once(state: &State) -> Result<(), AppError> {
    let now = state.clock.now();
    state
        .db
        .write_shared(move |conn| accounts::forget_expired(conn, now))
        .await?;
    state
        .db
        .write_shared(move |conn| answers::forget_old(conn, now))
        .await?;
    while state
        .db
        .write_shared(move |conn| expenses::purge(conn, now, PIECE))
        .await?
        > 0
    {}
    for owner in state.db.read_shared(accounts::closed).await? {
        while !state
            .db
            .write(owner, move |conn| accounts::remove_piece(conn, owner))
            .await?
        {}
    }
    Ok(())
}
