//! Finds the cells that exclude a row.

use std::collections::HashMap;

use super::cells::Cells;
use super::exclusion_words::{Says, direction, exclusion};
use super::file_stats::FileStats;
use super::layout::{Layout, key};
use crate::statements::row::LeftOut;

/// Cached texts of one column.
const MAX_KNOWN: usize = 1_000;
/// The maximum length of a cached text in bytes.
const MAX_KNOWN_TEXT: usize = 64;

/// The columns that can exclude a row, with cached exclusions.
#[derive(Debug)]
pub(super) struct Exclusions {
    columns: Vec<Column>,
}

#[derive(Debug)]
struct Column {
    at: usize,
    says: Says,
    /// Whether all words of the column are directions, including "transfer".
    is_direction: bool,
    known: HashMap<String, Option<LeftOut>>,
}

impl Exclusions {
    pub fn new(layout: &Layout, stats: &FileStats) -> Self {
        let column = |(at, says): &(usize, Says)| Column {
            at: *at,
            says: *says,
            is_direction: stats.directions.contains(at),
            known: HashMap::new(),
        };
        Self {
            columns: layout.says.iter().map(column).collect(),
        }
    }

    /// The strongest reason to exclude the row, and its column.
    pub fn of(&mut self, row: &Cells<'_, '_>) -> Option<(LeftOut, usize)> {
        let found = self.columns.iter_mut().filter_map(|column| {
            let cell = row.text(column.at);
            (!cell.is_empty())
                .then(|| column.exclusion(cell))?
                .map(|found| (found, column.at))
        });
        // The first of several with the same strength.
        found.reduce(|one, other| {
            if strength(other.0) > strength(one.0) {
                other
            } else {
                one
            }
        })
    }
}

impl Column {
    fn exclusion(&mut self, cell: &str) -> Option<LeftOut> {
        if let Some(known) = self.known.get(cell) {
            return *known;
        }
        let by_direction = || self.is_direction.then(|| direction(&key(cell)))?;
        let found = exclusion(self.says, cell).or_else(by_direction);
        if cell.len() <= MAX_KNOWN_TEXT && self.known.len() < MAX_KNOWN {
            self.known.insert(cell.to_owned(), found);
        }
        found
    }
}

fn strength(left_out: LeftOut) -> u8 {
    match left_out {
        LeftOut::Pending => 6,
        LeftOut::Reverted => 5,
        LeftOut::Split => 4,
        LeftOut::OpeningBalance => 3,
        LeftOut::Transfer => 2,
        LeftOut::Neutral => 1,
        LeftOut::Zero => 0,
    }
}
