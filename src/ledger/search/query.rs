//! What a search looks for.

use crate::db::UserId;
use crate::period::DateRange;

/// Live expenses of one owner whose description holds a text.
#[derive(Debug, Clone)]
pub(in crate::ledger) struct TextSearch<'a> {
    pub(in crate::ledger) owner: UserId,
    pub(in crate::ledger) days: DateRange,
    /// Only this category.
    pub(in crate::ledger) category: Option<i64>,
    /// None of these categories and amounts: they are found by other ways.
    pub(in crate::ledger) except: (&'a [i64], &'a [i64]),
    /// As [`text::search_text`] writes it; not empty.
    pub(in crate::ledger) folded: &'a str,
}
