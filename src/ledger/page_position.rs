//! Where a page of rows begins.

use time::Date;

/// Which rows of an order by `Key` and id, newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PagePosition<Key = Date> {
    /// The newest.
    Start,
    /// The rows older than this one.
    After(Key, i64),
    /// The rows newer than this one, the nearest of them.
    Before(Key, i64),
}
