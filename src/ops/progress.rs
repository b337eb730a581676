//! Shows the progress of a command on many expenses.

use std::io::{IsTerminal as _, Write as _};

use super::log;

/// Expenses between two lines of [`progress_of_copy`].
const LOGGED_EVERY: u64 = 20_000;

pub(super) fn progress(expenses: u64) {
    if std::io::stderr().is_terminal() {
        let _ = write!(std::io::stderr(), "\r{expenses} expenses ");
    }
}

/// Like [`progress`], but without a terminal it writes lines.
pub(super) fn progress_of_copy() -> impl Fn(u64) {
    let logged = std::cell::Cell::new(0);
    move |expenses| {
        progress(expenses);
        if !std::io::stderr().is_terminal() && expenses / LOGGED_EVERY > logged.get() {
            logged.set(expenses / LOGGED_EVERY);
            log::print(format_args!("{expenses} expenses"));
        }
    }
}
