//! Cancels long reads on `SQLite`, from within the function with which a search compares texts.
//!
//! Diesel exposes neither `sqlite3_interrupt` nor a progress handler. Only a search can run for long within one
//! statement, and it calls this function for each row.

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
    /// The last searched text, prepared.
    static FINDER: RefCell<Finder<'static>> = RefCell::new(Finder::new("").into_owned());
}

/// When a read is cancelled.
#[derive(Debug, Clone)]
pub(super) struct Limit {
    until: Instant,
    /// Any of them cancels: the request was dropped, the server stops.
    ends: [Arc<AtomicBool>; 2],
}

impl Limit {
    /// Cancels a read after `max_time` from now, or when any of `ends` is set.
    pub(super) fn new(max_time: Duration, ends: [Arc<AtomicBool>; 2]) -> Self {
        Self {
            until: Instant::now() + max_time,
            ends,
        }
    }

    /// Runs `work` under this limit, on this thread.
    pub(super) fn apply<T>(self, work: impl FnOnce() -> Result<T, AppError>) -> Result<T, AppError> {
        LIMIT.set(Some(self.clone()));
        let outcome = work();
        LIMIT.set(None);
        // SQLite reports that a function failed, not why.
        outcome.map_err(|error| match (error, self.reached()) {
            (AppError::Internal(_), Some(reached)) => reached,
            (error, _) => error,
        })
    }

    /// Why the read must end now, if it must.
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

/// Registers the function `holds(text, wanted)`. `LIKE` takes time proportional to the product of both lengths: with both
/// at their limits, a thousand rows would take seconds.
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

/// The result of the function; `None` fails the statement.
#[derive(Debug)]
struct Answer(Option<bool>);

impl ToSql<Bool, Sqlite> for Answer {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        let holds = self.0.ok_or("the read has to end")?;
        out.set_value(i32::from(holds));
        Ok(IsNull::No)
    }
}
