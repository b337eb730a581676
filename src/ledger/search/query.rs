//! What a search looks for.

use crate::db::UserId;
use crate::period::DateRange;

/// Live expenses of one owner whose description holds a text.
#[derive(Debug, Clone)]
pub(crate) struct TextSearch<'a> {
    pub(crate) owner: UserId,
    pub(crate) days: DateRange,
    /// Only this category.
    pub(crate) category: Option<i64>,
    /// None of these categories and amounts: they are found by other ways.
    pub(crate) except: (&'a [i64], &'a [i64]),
    /// As [`text::search_text`] writes it; not empty.
    pub(crate) folded: &'a str,
}
