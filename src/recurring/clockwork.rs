//! The background task that enters what recurring entries have due, book by book.

use std::time::Duration;

use crate::books::book;
use crate::db::{BookId, set_owner};
use crate::error::AppError;
use crate::ledger::schedule::{is_due, post_book};
use crate::state::State;

/// Between two rounds. Somebody who opens a book meanwhile does not wait for it.
const INTERVAL: Duration = Duration::from_mins(10);
/// After a failure.
const RETRY_DELAY: Duration = Duration::from_mins(1);
/// Books that are read in one unit of work.
const BOOKS_PER_READ: i64 = 100;

/// Runs until the server stops.
pub async fn run(state: State) {
    loop {
        let wait = match once(&state).await {
            Ok(_) => INTERVAL,
            Err(error) => {
                tracing::warn!(%error, "recurring entries could not be entered; it will be tried again");
                RETRY_DELAY
            }
        };
        tokio::time::sleep(wait).await;
    }
}

/// One round; returns how many expenses it has entered. Each book is a unit of work of its own, so that nobody waits long.
pub async fn once(state: &State) -> Result<usize, AppError> {
    let (mut last, mut posted) = (BookId(0), 0);
    loop {
        let now = state.clock.now();
        let (due, end) = state
            .db
            .read_shared(move |conn| {
                let books = book::after(conn, last, BOOKS_PER_READ)?;
                let mut due = Vec::new();
                for book in &books {
                    set_owner(conn, *book)?;
                    if is_due(conn, *book, now)? {
                        due.push(*book);
                    }
                }
                Ok((due, books.last().copied()))
            })
            .await?;
        for book in due {
            match post_book(state, book).await {
                Ok(count) => posted += count,
                Err(error) if error.is_outage() => return Err(error),
                // The books after it must not wait for it.
                Err(error) => {
                    tracing::warn!(book = book.0, %error, "recurring entries could not be entered; it will be tried again");
                }
            }
        }
        match end {
            Some(end) => last = end,
            None => return Ok(posted),
        }
    }
}
