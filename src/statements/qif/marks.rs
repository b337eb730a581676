//! The decimal mark of a QIF file, which all its numbers together show.

use super::super::decimal::Decimal;
use super::super::number::{self, Mark};

/// An amount by the decimal mark of the file; where it is not settled, only what it can't change.
pub fn amount(text: &str, mark: Option<char>) -> Option<Decimal> {
    let text = text.trim();
    match mark {
        Some(mark) => number::with_mark(text, mark),
        None => number::either_mark(text),
    }
}

/// Finds the decimal mark of a file in its numbers.
#[derive(Debug, Default)]
pub struct MarkEvidence {
    point: bool,
    comma: bool,
    unclear_commas: usize,
}

impl MarkEvidence {
    pub fn add(&mut self, text: &str) {
        match number::mark_of(text.trim()) {
            Mark::Decimal('.') | Mark::Thousands(',') => self.point = true,
            Mark::Decimal(_) | Mark::Thousands(_) => self.comma = true,
            Mark::Unclear(',') => self.unclear_commas += 1,
            Mark::None | Mark::Unclear(_) => {}
        }
    }

    /// `None` where nothing settles it, or where the file contradicts itself.
    pub fn mark(&self) -> Option<char> {
        match (self.point, self.comma) {
            (true, false) => Some('.'),
            (false, true) => Some(','),
            // Amounts without decimals, as of yen: three decimals everywhere are no other currency's with a comma.
            (false, false) if self.unclear_commas > 2 => Some('.'),
            _ => None,
        }
    }
}
