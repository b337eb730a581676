//! Reads the date, amount and texts of one row.

use time::Date;

use super::amount;
use super::cells::{Cells, Problem};
use super::currency;
use super::exclusion_words::{Says, exclusion};
use super::file_stats::FileStats;
use super::fold::fold;
use super::split::Extent;
use crate::statements::decimal::Decimal;
use crate::statements::row::{LeftOut, Reason, Row};

/// Separates texts in the memo.
const BETWEEN: &str = " · ";

/// A row that could be read.
pub(super) struct ParsedRow {
    date: Option<Date>,
    pub amount: Decimal,
    pub left_out: Option<LeftOut>,
    /// The column that excludes it.
    said_by: Option<usize>,
}

impl ParsedRow {
    /// Reads the required parts of the row; `said` is the reason to exclude it, and the column with it.
    pub fn read(
        row: &Cells<'_, '_>,
        stats: &FileStats,
        said: Option<(LeftOut, usize)>,
    ) -> Result<Self, Problem> {
        let said = said.or_else(|| word_for_date(row));
        let date = read_date(row, said)?;
        let (amount, by_direction) = amount::read(row, stats)?;
        // The total of a split has no amount; otherwise "split into two" is ordinary text.
        let said = said.filter(|(left_out, _)| *left_out != LeftOut::Split || amount.is_zero());
        let zero = amount.is_zero().then_some(LeftOut::Zero);
        Ok(Self {
            date,
            amount,
            left_out: said.map(|(left_out, _)| left_out).or(by_direction).or(zero),
            said_by: said.map(|(_, column)| column),
        })
    }

    pub fn into_row(self, row: &Cells<'_, '_>, extent: &Extent<'_>) -> Row {
        let layout = row.layout;
        let text = |column: usize| {
            if layout.is_own {
                row.text(column).to_owned()
            } else {
                row.line(column)
            }
        };
        let mut texts = layout
            .description
            .iter()
            .map(|column| text(*column))
            .filter(|text| !text.is_empty());
        // A row without a text shows the cell that excludes it.
        let said = || self.said_by.map(|column| row.line(column));
        let description = texts.next().or_else(said).unwrap_or_default();
        let mut memo = String::new();
        for text in texts.filter(|text| *text != description) {
            if !memo.is_empty() {
                memo.push_str(BETWEEN);
            }
            memo.push_str(&text);
        }
        let optional = |column: Option<usize>| {
            column
                .map(|column| row.line(column))
                .filter(|text| !text.is_empty())
        };
        Row {
            line: extent.line,
            date: self.date,
            amount: self.amount,
            currency: layout
                .currency
                .and_then(|column| currency::named(row.text(column))),
            description,
            memo,
            category: optional(layout.category),
            source_id: optional(layout.id)
                .map(|id| id.trim_matches('\'').to_owned())
                .filter(|id| !id.is_empty()),
            account: optional(layout.account),
            left_out: self.left_out,
            is_income: layout.kind.map(|column| fold(row.text(column)) == "income"),
            raw: Some(extent.raw.to_owned()),
        }
    }
}

/// What stands in the place of the date, as of a pending booking: "offen".
fn word_for_date(row: &Cells<'_, '_>) -> Option<(LeftOut, usize)> {
    let at = row.layout.date;
    let cell = row.text(at);
    if cell.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    exclusion(Says::Status, cell).map(|left_out| (left_out, at))
}

/// The date; `None` for a row that is left out and has none.
fn read_date(row: &Cells<'_, '_>, said: Option<(LeftOut, usize)>) -> Result<Option<Date>, Problem> {
    let layout = row.layout;
    let cell = row.text(layout.date);
    if let Some(date) = layout.format.read(cell) {
        return Ok(Some(date));
    }
    // A pending or failed booking has no booking date, but a date on which it began.
    let other = || {
        layout
            .other_dates
            .iter()
            .find_map(|column| layout.format.read(row.text(*column)))
    };
    if said.is_some_and(|(_, column)| column == layout.date) {
        return Ok(other());
    }
    if cell.is_empty()
        && said.is_some()
        && let Some(date) = other()
    {
        return Ok(Some(date));
    }
    let reason = if cell.is_empty() {
        Reason::MissingDate
    } else {
        Reason::WrongDate
    };
    Err((layout.date, reason))
}
