//! The first reading of a file: how it is read, and what identifies each of its rows.

use std::collections::HashMap;

use time::Date;

use super::booking::Booking;
use super::entry::Entry;
use super::reading::{Choices, Reading};
use crate::ledger::suggestion::History;
use crate::money::Currency;
use crate::statements::balance::Balance;
use crate::statements::csv::Unreadable;

/// The prefix of the ids in the app's own export.
const OWN_ID: char = 'E';

/// What the first pass finds.
pub(super) struct Survey {
    pub(super) reading: Reading,
    /// Of the rows that can be expenses, in the order of the file.
    pub(super) bookings: Vec<Booking>,
    /// Their positions in the file.
    pub(super) positions: Vec<usize>,
    /// The expenses that rows of the app's own export name, by position in `bookings`.
    pub(super) own_ids: HashMap<usize, i64>,
    pub(super) days: Option<(Date, Date)>,
    pub(super) balances: Option<Balance>,
    pub(super) rows: usize,
    /// Wants the descriptions of rows without a category.
    pub(super) history: History,
}

/// Reads the file for the first time.
pub(super) fn survey(bytes: &[u8], choices: &Choices, currency: Currency) -> Result<Survey, Unreadable> {
    let reading = Reading::propose(bytes, choices, currency)?;
    let mut records = reading.records(bytes)?;
    let is_own = reading.is_own_export();
    let (mut bookings, mut positions, mut own_ids) = (Vec::new(), Vec::new(), HashMap::new());
    let mut history = History::default();
    let (mut days, mut rows): (Option<(Date, Date)>, usize) = (None, 0);
    for record in &mut records {
        let entry = Entry::of(record, currency);
        if let Some(booking) = entry.booking() {
            let (first, last) = days.unwrap_or((booking.date, booking.date));
            days = Some((first.min(booking.date), last.max(booking.date)));
            if is_own && let Some(id) = entry.source_id.as_deref().and_then(own_expense) {
                own_ids.insert(bookings.len(), id);
            }
            if entry.category.is_none() {
                history.want(&entry.description);
            }
            bookings.push(booking);
            positions.push(rows);
        }
        rows += 1;
    }
    if records.is_too_long() {
        return Err(Unreadable::TooManyRows);
    }
    Ok(Survey {
        balances: records.balance(),
        reading,
        bookings,
        positions,
        own_ids,
        days,
        rows,
        history,
    })
}

/// The expense that a row of the app's own export names.
pub(super) fn own_expense(source_id: &str) -> Option<i64> {
    let id = source_id.strip_prefix(OWN_ID)?;
    id.parse().ok().filter(|id: &i64| *id > 0)
}
