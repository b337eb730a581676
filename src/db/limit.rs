//! When a read on `SQLite` has to end early, and the function by which a search compares texts, which looks for that.
//!
//! Diesel offers neither `sqlite3_interrupt` nor a progress handler. Of all reads only a search can run for long within
//! one statement, and it calls this function for each row that it compares.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{Bool, Text};
use diesel::sqlite::{Sqlite, SqliteConnection};
use memchr::memmem::Finder;

use crate::error::AppError;

thread_local! {
    /// The limit of the read that this thread runs.
    static LIMIT: RefCell<Option<Limit>> = const { RefCell::new(None) };
    /// The text that was looked for last, prepared.
    static FINDER: RefCell<Finder<'static>> = RefCell::new(Finder::new("").into_owned());
}

/// What ends a read.
#[derive(Debug, Clone)]
pub(super) struct Limit {
    until: Instant,
    /// Any of them: the request is gone, the server stops.
    ends: [Arc<AtomicBool>; 2],
}

impl Limit {
    /// Ends a read after `most` from now, or with any of `ends`.
    pub(super) fn new(most: Duration, ends: [Arc<AtomicBool>; 2]) -> Self {
        Self {
            until: Instant::now() + most,
            ends,
        }
    }

    /// Runs `work` under this limit, on this thread.
    pub(super) fn hold<T>(self, work: impl FnOnce() -> Result<T, AppError>) -> Result<T, AppError> {
        LIMIT.set(Some(self.clone()));
        let outcome = work();
        LIMIT.set(None);
        // SQLite passes on that a function failed, not why.
        outcome.map_err(|error| match (error, self.reached()) {
            (AppError::Internal(_), Some(reached)) => reached,
            (error, _) => error,
        })
    }

    /// Why the read has to end, if it has to.
    fn reached(&self) -> Option<AppError> {
        if self.ends.iter().any(|end| end.load(Ordering::Relaxed)) {
            Some(AppError::stopped())
        } else if Instant::now() > self.until {
            Some(AppError::TimedOut)
        } else {
            None
        }
    }
}

diesel::define_sql_function! {
    /// Whether a text holds another, byte for byte.
    fn holds(text: Text, wanted: Text) -> Bool;
}

/// Gives a connection the function `holds(text, wanted)`. `LIKE` would compare the pattern with the text from each of its
/// characters on: with both as long as they may be, a thousand rows would take seconds.
pub(super) fn register(conn: &mut SqliteConnection) -> diesel::QueryResult<()> {
    holds_utils::register_impl(conn, |text: String, wanted: String| {
        let ended = LIMIT.with_borrow(|limit| limit.as_ref().is_some_and(|limit| limit.reached().is_some()));
        if ended {
            return Answer(None);
        }
        FINDER.with_borrow_mut(|finder| {
            if finder.needle() != wanted.as_bytes() {
                *finder = Finder::new(&wanted).into_owned();
            }
            Answer(Some(finder.find(text.as_bytes()).is_some()))
        })
    })
}

/// What the function answers; `None` ends the statement with an error.
#[derive(Debug)]
struct Answer(Option<bool>);

impl ToSql<Bool, Sqlite> for Answer {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        let holds = self.0.ok_or("the read has to end")?;
        out.set_value(i32::from(holds));
        Ok(IsNull::No)
    }
}
