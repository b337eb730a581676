//! Enters what is due of a book, up to today in the time zone of the book.

use std::time::Duration;

use actix_web::rt;
use time::{Date, PrimitiveDateTime};

use super::post::{MOST_AT_ONCE, post_due};
use super::row;
use crate::books::zone;
use crate::db::{self, BookId, Conn, WritableBook};
use crate::error::AppError;
use crate::period::clamp_day;
use crate::state::State;

/// How long a page waits for what is due. After that it is shown without, and the rest is entered behind it.
const PATIENCE: Duration = Duration::from_millis(300);

/// Enters everything that is due in a book, a unit of work at a time; returns how many expenses. A book with an amount
/// that can't be entered keeps it: pages show it as due.
pub async fn post_book(state: &State, book: BookId) -> Result<usize, AppError> {
    let mut all = 0;
    while let Some(posted) = post_unit(state, book).await? {
        all += posted;
    }
    Ok(all)
}

/// One unit of work of [`post_book`]; `None` when nothing is left.
async fn post_unit(state: &State, book: BookId) -> Result<Option<usize>, AppError> {
    let (ids, now, today) = (state.ids.clone(), state.clock.now(), today(state, book).await?);
    let is_due = move |conn: &mut Conn| row::has_due(conn, book, today);
    if !state.db.read(book, is_due).await? {
        return Ok(None);
    }
    let work = move |conn: &mut Conn| post_due(conn, book, today, &ids, now);
    match state.db.write(WritableBook::unchecked(book), work).await {
        Ok(0) | Err(AppError::Invalid(_) | AppError::NotFound) => Ok(None),
        Ok(posted) => Ok(Some(posted)),
        Err(error) => Err(error),
    }
}

/// Enters what is due after a change, one unit of work; the rest is entered behind the response. Returns how many expenses
/// the change has waited for.
pub async fn post_now(state: &State, book: BookId) -> Result<usize, AppError> {
    let posted = post_unit(state, book).await?.unwrap_or(0);
    if posted == MOST_AT_ONCE {
        spawn(state, book);
    }
    Ok(posted)
}

/// Enters what is due before a page is shown, if that is quick. A failure is logged: the page is shown anyway, and the
/// clockwork tries again.
pub async fn catch_up(state: &State, book: BookId) {
    // After the timeout the task keeps running.
    let _ = tokio::time::timeout(PATIENCE, spawn(state, book)).await;
}

/// Enters everything that is due on a task of its own. A failure is logged.
fn spawn(state: &State, book: BookId) -> rt::task::JoinHandle<()> {
    let state = state.clone();
    db::spawn(async move {
        if let Err(error) = post_book(&state, book).await {
            tracing::warn!(%error, "recurring entries could not be entered; it will be tried again");
        }
    })
}

/// Whether a book may have something due at `now`, UTC: a time zone is up to 14 hours ahead.
pub fn is_due(conn: &mut Conn, book: BookId, now: PrimitiveDateTime) -> Result<bool, AppError> {
    let today = clamp_day((now + time::Duration::hours(14)).date());
    row::has_due(conn, book, today)
}

/// Today in the time zone of a book.
pub async fn today(state: &State, book: BookId) -> Result<Date, AppError> {
    let zone = state.db.read(book, move |conn| zone::of(conn, book)).await?;
    Ok(state.clock.today(&zone))
}
