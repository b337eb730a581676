//! Recurring entries: rent, subscriptions, a salary. Their rows, dates and postings are in `ledger::schedule`.

pub mod clockwork;
pub mod fields;

use crate::slice::Slice;

/// What this slice registers with the app.
pub const SLICE: Slice = Slice { ..Slice::EMPTY };
