//! The cells of one record.

use std::borrow::Cow;

use super::file_stats::FileStats;
use super::fold::one_line;
use super::layout::Layout;
use crate::statements::row::Reason;

/// An invalid column, and the reason.
pub(super) type Problem = (usize, Reason);

/// The cleaned cells of one record.
pub(super) struct Cells<'r, 'a> {
    pub cells: &'r [Cow<'a, str>],
    pub layout: &'r Layout,
}

impl Cells<'_, '_> {
    /// The text of a column; empty if the row ends before it.
    pub fn text(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", |cell| cell)
    }

    pub fn line(&self, column: usize) -> String {
        one_line(self.text(column))
    }

    /// How many cells are not empty.
    pub fn filled(&self) -> usize {
        self.cells.iter().filter(|cell| !cell.is_empty()).count()
    }

    /// Fails if the row as a whole is invalid.
    pub fn problem(&self, stats: &FileStats, is_broken: bool) -> Result<(), Problem> {
        if self.cells.len() < stats.least_width {
            return Err((self.cells.len(), Reason::TooFewCells));
        }
        let surplus = self
            .cells
            .iter()
            .skip(stats.most_width)
            .position(|cell| !cell.is_empty());
        if let Some(at) = surplus {
            return Err((stats.most_width + at, Reason::TooLong));
        }
        if is_broken && let Some(at) = self.cells.iter().position(|cell| cell.contains('\u{fffd}')) {
            return Err((at, Reason::NotText));
        }
        Ok(())
    }
}
