//! Footers: rows that sum up others.

use std::borrow::Cow;

use super::fold::fold;
use super::words::TOTALS;

/// Whether the first text of a row names a total. The date of a booking is no text.
pub(super) fn is_total(cells: &[Cow<'_, str>], date: usize) -> bool {
    let is_text = |cell: &str| cell.chars().any(char::is_alphabetic) && cell.len() <= 80;
    let mut texts = cells
        .iter()
        .enumerate()
        .filter(|(at, cell)| *at == date || is_text(cell));
    // A footer may have the date of the export.
    texts.by_ref().take(2).any(|(_, cell)| {
        let folded = fold(cell);
        TOTALS.iter().any(|word| {
            folded
                .strip_prefix(word)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        })
    })
}
