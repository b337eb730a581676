//! Reads the records of a file by its description, one row at a time.

use std::borrow::Cow;

use super::cells::Cells;
use super::decode::decode;
use super::exclusions::Exclusions;
use super::file_stats::{FileStats, file_stats};
use super::fold::{cell_text, fold};
use super::layout::Layout;
use super::limits::{MAX_CELL, MAX_CELLS, MAX_ROWS};
use super::parse_row::ParsedRow;
use super::read_as::ReadAs;
use super::running_balance::RunningBalance;
use super::split::{Extent, Position, Splitter};
use super::start::{delimiter, skip_to_rows};
use super::unreadable::{self, Unreadable};
use super::{amount, number, own, totals};
use crate::statements::balance::Balance;
use crate::statements::row::{Reason, Record, Rejected};

/// Reads the data rows of `bytes`, without titles, footers, repeated headers and empty lines.
pub fn rows<'a>(bytes: &'a [u8], read_as: &ReadAs) -> Result<Rows<'a>, Unreadable> {
    unreadable::check(bytes)?;
    let delimiter = delimiter(read_as.delimiter)?;
    let decoded = decode(bytes, &read_as.encoding)?;
    let mut splitter = Splitter::new(&decoded.text, delimiter);
    let header = skip_to_rows(&mut splitter, read_as);
    let position = splitter.position();
    let layout = Layout::new(read_as, header)?;
    let stats = file_stats(splitter, &layout)?;
    Ok(Rows {
        is_broken: decoded.is_broken,
        text: decoded.text,
        delimiter,
        position,
        exclusions: Exclusions::new(&layout, &stats),
        folded_header: layout.header.iter().map(|cell| fold(cell)).collect(),
        layout,
        stats,
        balance: RunningBalance::default(),
        count: 0,
    })
}

/// The records of a file, in its order.
#[derive(Debug)]
pub struct Rows<'a> {
    text: Cow<'a, str>,
    is_broken: bool,
    delimiter: u8,
    position: Position,
    layout: Layout,
    folded_header: Vec<String>,
    stats: FileStats,
    exclusions: Exclusions,
    balance: RunningBalance,
    count: usize,
}

impl Iterator for Rows<'_> {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        // A row borrows from the text, so the text is moved out while it is read.
        let text = std::mem::take(&mut self.text);
        let record = self.next_in(&text);
        self.text = text;
        self.count += 1;
        record.filter(|_| self.count <= MAX_ROWS)
    }
}

impl Rows<'_> {
    /// Whether the rows explain their balances, after the last one was read.
    pub fn balance(&self) -> Option<Balance> {
        self.balance.result()
    }

    fn next_in(&mut self, text: &str) -> Option<Record> {
        let mut splitter = Splitter::resume(text, self.delimiter, self.position);
        let mut cells = Vec::with_capacity(self.layout.header.len());
        while let Some(extent) = splitter.next(&mut cells) {
            self.position = splitter.position();
            if let Some(record) = self.record(&extent, &mut cells) {
                return Some(record);
            }
        }
        self.position = splitter.position();
        None
    }

    /// One record; `None` if it is no data row.
    fn record(&mut self, extent: &Extent<'_>, cells: &mut [Cow<'_, str>]) -> Option<Record> {
        if cells.len() > MAX_CELLS || cells.iter().any(|cell| cell.len() > MAX_CELL) {
            return Some(too_long(extent, cells, &self.layout));
        }
        for cell in &mut *cells {
            clean(cell, self.layout.is_own);
        }
        let row = Cells {
            cells,
            layout: &self.layout,
        };
        if row.filled() == 0 || self.is_header(&row) || is_no_row(&row, self.stats.most_width) {
            return None;
        }
        let parsed = row.problem(&self.stats, self.is_broken).and_then(|()| {
            let said = self.exclusions.of(&row);
            ParsedRow::read(&row, &self.stats, said)
        });
        Some(match parsed {
            Ok(parsed) => {
                self.balance.add(&row, parsed.amount, parsed.left_out);
                Record::Row(parsed.into_row(&row, extent))
            }
            Err((column, reason)) => Record::Rejected(Rejected {
                line: extent.line,
                column: self.layout.name(column),
                value: row.text(column).to_owned(),
                reason,
                raw: extent.raw.to_owned(),
            }),
        })
    }

    fn is_header(&self, row: &Cells<'_, '_>) -> bool {
        self.folded_header.iter().any(|name| !name.is_empty())
            && row.cells.len() >= self.folded_header.len()
            && self
                .folded_header
                .iter()
                .zip(row.cells)
                .all(|(header, cell)| *header == fold(cell))
    }
}

/// Trims a cell and removes its protection against formulas.
fn clean(cell: &mut Cow<'_, str>, is_own: bool) {
    if is_own && let Cow::Owned(text) = own::unguarded(cell) {
        *cell = Cow::Owned(text);
        return;
    }
    let text = cell_text(cell);
    if text.len() == cell.len() {
        return;
    }
    *cell = match cell {
        Cow::Borrowed(whole) => Cow::Borrowed(cell_text(whole)),
        Cow::Owned(_) => Cow::Owned(text.to_owned()),
    };
}

fn too_long(extent: &Extent<'_>, cells: &[Cow<'_, str>], layout: &Layout) -> Record {
    let column = cells
        .iter()
        .position(|cell| cell.len() > MAX_CELL)
        .unwrap_or(MAX_CELLS);
    Record::Rejected(Rejected {
        line: extent.line,
        column: layout.name(column),
        value: first_bytes(cells.get(column).map_or("", |cell| cell), 200).to_owned(),
        reason: Reason::TooLong,
        raw: first_bytes(extent.raw, MAX_CELL).to_owned(),
    })
}

fn first_bytes(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(most)]
}

/// Whether a record is a title, a remark or a footer.
fn is_no_row(row: &Cells<'_, '_>, width: usize) -> bool {
    let layout = row.layout;
    let date = row.text(layout.date);
    let has_date = layout.format.read(date).is_some();
    let has_amount = amount::is_some(row);
    if has_date && has_amount {
        return false;
    }
    let filled = row.filled();
    if filled == 1 && width > 2 && !has_date {
        return true;
    }
    let is_blank = |column: usize| number::is_blank(row.text(column));
    let [first, second] = layout.amount_columns();
    if (!has_date || is_blank(first) && is_blank(second)) && totals::is_total(row.cells, layout.date) {
        return true;
    }
    if has_date || has_amount {
        return false;
    }
    // A broken data row has digits in the column of the date or the amount.
    let has_digit = |column: usize| row.text(column).bytes().any(|byte| byte.is_ascii_digit());
    !(has_digit(layout.date) || has_digit(first) || has_digit(second))
}
