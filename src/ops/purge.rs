//! What goes by itself: old trash, ended sessions, and the rows of closed accounts, a piece at a time.

use std::sync::Arc;
use std::time::Duration;

use time::PrimitiveDateTime;

use crate::accounts::model as accounts;
use crate::api::model as answers;
use crate::app::State;
use crate::db::{Conn, Rows, UserId, turn_to};
use crate::error::AppError;
use crate::expenses::model as expenses;
use crate::expenses::search_copy::settle;

/// How often it is looked for.
const EVERY: Duration = Duration::from_hours(1);
/// How soon after a failure, such as a long write of somebody else that was in the way.
const AGAIN: Duration = Duration::from_mins(5);
/// Rows that go in one piece, so that nobody waits long behind it.
const PIECE: i64 = 500;
/// Accounts that are looked through in one unit of work.
const ACCOUNTS: i64 = 100;

/// Runs until the server stops.
pub async fn run(state: State) {
    loop {
        let pause = match once(&state).await {
            Ok(()) => EVERY,
            Err(error) => {
                tracing::warn!(%error, "the purge will be tried again");
                AGAIN
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = state.closed_account.notified() => {}
        }
    }
}

/// One round: account by account, so that no statement looks across all of them.
pub async fn once(state: &State) -> Result<(), AppError> {
    let now = state.clock.now();
    state
        .db
        .write_shared(move |conn| accounts::forget_failures(conn, now))
        .await?;
    let mut last = UserId(0);
    loop {
        let owners = state
            .db
            .read_shared(move |conn| accounts::after(conn, last, ACCOUNTS))
            .await?;
        let Some(end) = owners.last() else { break };
        last = *end;
        let owners = Arc::new(owners);
        loop {
            let owners = Arc::clone(&owners);
            let gone = state
                .db
                .write_shared_rows(Rows::Many, move |conn| forget(conn, &owners, now))
                .await?;
            if gone < PIECE {
                break;
            }
        }
    }
    for owner in state.db.read_shared(accounts::closed).await? {
        while !state
            .db
            .write_rows(Rows::Many, owner, move |conn| accounts::remove_piece(conn, owner))
            .await?
        {}
    }
    // What is gone for good is gone from the search's copy and index, too, however little it is.
    while state
        .db
        .write_shared_rows(Rows::Many, |conn| settle(conn, PIECE))
        .await?
        > 0
    {}
    Ok(())
}

/// Removes what has run out of some accounts; how many expenses went, at most [`PIECE`].
fn forget(conn: &mut Conn, owners: &[UserId], now: PrimitiveDateTime) -> Result<i64, AppError> {
    let mut gone = 0;
    for owner in owners {
        turn_to(conn, *owner)?;
        accounts::forget_ended(conn, *owner, now)?;
        answers::forget_old(conn, *owner, now)?;
        gone += expenses::purge(conn, *owner, now, PIECE - gone)?;
    }
    Ok(gone)
}
