//! The background task that removes old trash, expired sessions and the rows of closed accounts, in batches.

use std::sync::Arc;
use std::time::Duration as Wait;

use time::{Duration, PrimitiveDateTime};

use crate::accounts::{attempts, closing, sessions, users};
use crate::books::{book, member};
use crate::db::{BookId, Conn, TxScope, UserId, WritableBook, WriteOwner, purge_until, set_owner};
use crate::error::AppError;
use crate::ledger::search::index_pending;
use crate::slice::Slices;
use crate::state::State;

/// Between two rounds.
const INTERVAL: Wait = Wait::from_hours(1);
/// How far a round may follow a clock that has jumped ahead. The first round after a start does not follow it at all:
/// otherwise a server that restarts often could advance by a year.
const MAX_CLOCK_STEP: Duration = Duration::days(1);
/// After a failure, for example because a long write was running.
const RETRY_DELAY: Wait = Wait::from_mins(5);
/// Rows that are removed in one unit of work, so that other writes don't wait long.
const BATCH: i64 = 500;
/// Rows of a closed book that are removed in one unit of work.
const BOOK_BATCH: i64 = 1_000;
/// People, or books, that are read in one unit of work.
const OWNERS_PER_READ: i64 = 100;

/// Runs until the server stops.
pub async fn run(state: State) {
    let mut outcome = careful(&state, Duration::ZERO).await;
    let mut next = tokio::time::Instant::now() + INTERVAL;
    loop {
        if let Err(error) = &outcome {
            tracing::warn!(%error, "the purge will be tried again");
            next = next.min(tokio::time::Instant::now() + RETRY_DELAY);
        }
        outcome = tokio::select! {
            () = tokio::time::sleep_until(next) => {
                next = tokio::time::Instant::now() + INTERVAL;
                careful(&state, MAX_CLOCK_STEP).await
            }
            () = state.closed_account.notified() => remove_closed(&state).await,
        };
    }
}

/// One round that does not trust a clock that has jumped ahead by days, because removed rows can't be restored.
pub async fn careful(state: &State, step: Duration) -> Result<(), AppError> {
    let now = state.clock.now();
    let until = state
        .db
        .write_shared(move |conn| purge_until(conn, now, step))
        .await?;
    if until < now {
        tracing::warn!(
            days = (now - until).whole_days(),
            "the clock is far ahead of the last purge, so the purge advances by one day each hour"
        );
    }
    round(state, until).await
}

/// One round at the time of the clock.
pub async fn once(state: &State) -> Result<(), AppError> {
    round(state, state.clock.now()).await
}

/// One round. Each statement is about one person or book, so that it runs on one shard.
async fn round(state: &State, now: PrimitiveDateTime) -> Result<(), AppError> {
    state
        .db
        .write_shared(move |conn| attempts::remove_old(conn, now))
        .await?;
    let mut last = UserId(0);
    while let Some(end) = state
        .db
        .write_shared_in(TxScope::Own, move |conn| end_sessions(conn, last, now))
        .await?
    {
        last = end;
    }
    let slices = state.site.slices;
    let mut last = BookId(0);
    loop {
        let books = state
            .db
            .read_shared(move |conn| book::after(conn, last, OWNERS_PER_READ))
            .await?;
        let Some(end) = books.last() else { break };
        last = *end;
        let books = Arc::new(books);
        loop {
            let books = Arc::clone(&books);
            let removed = state
                .db
                .write_shared_in(TxScope::Own, move |conn| {
                    remove_expired(conn, slices, &books, now)
                })
                .await?;
            if removed > 0 {
                state.db.note_removal();
            }
            if removed < BATCH {
                break;
            }
        }
    }
    remove_closed(state).await
}

/// Removes the expired sessions of the next people after the id `last`. Returns the id of the last one, or `None` if there
/// are no more people.
fn end_sessions(conn: &mut Conn, last: UserId, now: PrimitiveDateTime) -> Result<Option<UserId>, AppError> {
    let people = users::after(conn, last, OWNERS_PER_READ)?;
    for user in &people {
        set_owner(conn, *user)?;
        sessions::remove_expired(conn, *user, now)?;
    }
    Ok(people.last().copied())
}

/// Removes the rows of closed books and of closed accounts.
async fn remove_closed(state: &State) -> Result<(), AppError> {
    let slices = state.site.slices;
    for book in state.db.read_shared(book::closed).await? {
        while !state
            .db
            .write_in(
                TxScope::Own,
                WriteOwner::book_and_members(WritableBook::unchecked(book)),
                move |conn| remove_piece(conn, slices, book),
            )
            .await?
        {}
        state.db.note_removal();
    }
    for user in state.db.read_shared(closing::closed).await? {
        state
            .db
            .write_in(TxScope::Own, user, move |conn| closing::remove(conn, user))
            .await?;
        state.db.note_removal();
    }
    // Also removes the rows from the search index, even if few changes are pending.
    while state
        .db
        .write_shared_in(TxScope::Own, |conn| index_pending(conn, BATCH))
        .await?
        > 0
    {}
    Ok(())
}

/// Removes the expired rows of some books; returns how many were removed, at most [`BATCH`].
fn remove_expired(
    conn: &mut Conn,
    slices: Slices,
    books: &[BookId],
    now: PrimitiveDateTime,
) -> Result<i64, AppError> {
    let mut removed = 0;
    for book in books {
        set_owner(conn, *book)?;
        removed += slices.purge(conn, *book, now, BATCH - removed)?;
    }
    Ok(removed)
}

/// Removes one batch of a closed book; returns true when nothing is left.
pub fn remove_piece(conn: &mut Conn, slices: Slices, book: BookId) -> Result<bool, AppError> {
    if slices.remove(conn, book, BOOK_BATCH)? {
        return Ok(false);
    }
    member::remove_all(conn, book)?;
    book::remove(conn, book)?;
    Ok(true)
}
