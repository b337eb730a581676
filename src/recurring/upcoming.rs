//! What the feed and the API share about dates to come.

use time::Date;

use crate::db::BookId;
use crate::error::AppError;
use crate::ledger::schedule;
use crate::period::{LAST_DAY, Recurrence, RepeatUnit};
use crate::state::State;

/// How far ahead dates are listed.
pub const MONTHS_AHEAD: u8 = 13;

/// The last day of the months from `today` on whose dates are listed.
pub fn latest_from(today: Date) -> Date {
    let months = Recurrence {
        first: today,
        unit: RepeatUnit::Month,
        every: MONTHS_AHEAD,
        until: None,
        times: None,
    };
    months.date(1).unwrap_or(LAST_DAY)
}

/// Enters what is due in a book before it is read or changed.
pub async fn catch_up(state: &State, book: BookId) -> Result<(), AppError> {
    let now = state.clock.now();
    let is_due = state
        .db
        .read(book, move |conn| schedule::is_due(conn, book, now))
        .await?;
    if is_due {
        schedule::catch_up(state, book).await;
    }
    Ok(())
}
