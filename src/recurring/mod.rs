//! Recurring entries: rent, subscriptions, a salary. Their rows, dates and postings are in `ledger::schedule`.

pub mod clockwork;
pub mod date_action;
pub mod fields;
mod pages;
pub mod view;

use crate::slice::Slice;

/// What this slice registers with the app.
pub const SLICE: Slice = Slice {
    book_routes: pages::routes,
    ..Slice::EMPTY
};
