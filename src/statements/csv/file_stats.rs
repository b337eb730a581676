//! A pass over all rows for properties of the whole file: the width of rows, whether money out is negative, and which columns
//! have kinds.

use std::borrow::Cow;

use super::exclusion_words::{self, Says};
use super::fold::cell_text;
use super::layout::{AmountColumns, Layout, key};
use super::limits::{MAX_CELLS, MAX_ROWS};
use super::number::{self, Sign};
use super::split::Splitter;
use super::unreadable::Unreadable;
use super::words::{IN, OUT};
use super::{currency, date};

/// The result of [`file_stats`].
#[derive(Clone, Debug)]
pub(super) struct FileStats {
    /// A row with fewer cells is missing one.
    pub least_width: usize,
    /// A row with text beyond this has too many cells.
    pub most_width: usize,
    /// Money out already has a minus, so its sign is ignored.
    pub is_out_negative: bool,
    /// Money in is negative, as on some cards, so its sign is ignored.
    pub is_in_negative: bool,
    /// Columns whose words are all directions, including "transfer".
    pub directions: Vec<usize>,
}

/// Surveys the rows that `splitter` reads.
pub(super) fn file_stats(mut splitter: Splitter<'_>, layout: &Layout) -> Result<FileStats, Unreadable> {
    let mut widths = vec![Width::default(); MAX_CELLS + 1];
    let (mut out, mut into, mut rows) = (Signs::default(), Signs::default(), 0_usize);
    let kinds = layout.says.iter().filter(|(_, says)| *says == Says::Kind);
    let mut directions: Vec<Directions> = kinds.map(|(column, _)| Directions::new(*column)).collect();
    let mut cells: Vec<Cow<'_, str>> = Vec::new();
    while splitter.next(&mut cells).is_some() {
        rows += 1;
        if rows > MAX_ROWS {
            return Err(Unreadable::TooManyRows);
        }
        if let Some(width) = widths.get_mut(cells.len()) {
            width.add(cells.last().map_or("", |cell| cell_text(cell)));
        }
        for column in &mut directions {
            column.add(cells.get(column.column).map_or("", |cell| cell_text(cell)));
        }
        let (out_column, in_column) = one_way(&cells, layout);
        out.add(out_column.and_then(|column| cells.get(column)));
        into.add(in_column.and_then(|column| cells.get(column)));
    }
    let usual = (1..widths.len())
        .max_by_key(|width| (widths[*width].rows, *width))
        .unwrap_or(0);
    let header = &layout.header;
    let named = header
        .iter()
        .rposition(|cell| !cell.is_empty())
        .map_or(usual, |at| at + 1);
    let full = named.min(usual);
    let least_width = if widths[full].may_be_cut() {
        layout.last() + 1
    } else {
        full
    };
    Ok(FileStats {
        least_width: least_width.min(full),
        most_width: header.len().max(usual),
        is_out_negative: out.is_negative(),
        is_in_negative: into.is_negative(),
        directions: directions
            .into_iter()
            .filter(Directions::is_right)
            .map(|found| found.column)
            .collect(),
    })
}

/// Rows of one width.
#[derive(Clone, Debug, Default)]
struct Width {
    rows: usize,
    empty_ends: usize,
    /// Rows that end with a number, a date or a currency. In a shifted row these would be in another column.
    typed_ends: usize,
}

impl Width {
    fn add(&mut self, last: &str) {
        self.rows += 1;
        self.empty_ends += usize::from(last.is_empty());
        let is_typed = last.bytes().all(|byte| byte.is_ascii_digit())
            || number::parts(last).is_some()
            || date::parts(last).is_some()
            || currency::code(last).is_some();
        self.typed_ends += usize::from(is_typed && !last.is_empty());
    }

    /// Whether the file omits empty cells at the end of rows. Then no row ends with one.
    fn may_be_cut(&self) -> bool {
        self.rows > 0 && self.empty_ends == 0 && self.typed_ends == 0
    }
}

/// The columns with money out and with money in of this row.
fn one_way(cells: &[Cow<'_, str>], layout: &Layout) -> (Option<usize>, Option<usize>) {
    match &layout.amount {
        AmountColumns::DebitCredit { debit, credit } => (Some(*debit), Some(*credit)),
        // A negative amount in an export of this app is a refund.
        AmountColumns::Indicator { .. } if layout.is_own => (None, None),
        AmountColumns::Indicator {
            column,
            indicator,
            out,
            ..
        } => {
            let word = cells.get(*indicator).map(|cell| key(cell));
            (word.filter(|word| out.contains(word)).map(|_| *column), None)
        }
        AmountColumns::Signed(_) | AmountColumns::SpentPositive(_) => (None, None),
    }
}

/// The signs of amounts with the same direction.
#[derive(Default)]
struct Signs {
    negative: u32,
    positive: u32,
}

impl Signs {
    fn add(&mut self, cell: Option<&Cow<'_, str>>) {
        let Some(parts) = cell.and_then(|cell| number::parts(cell_text(cell))) else {
            return;
        };
        if parts.digits.bytes().any(|byte| matches!(byte, b'1'..=b'9')) {
            match parts.sign {
                Sign::Minus => self.negative += 1,
                Sign::None | Sign::Plus => self.positive += 1,
            }
        }
    }

    fn is_negative(&self) -> bool {
        self.negative > self.positive
    }
}

/// A column that can have directions.
struct Directions {
    column: usize,
    has_way: bool,
    has_other: bool,
    last: String,
}

impl Directions {
    fn new(column: usize) -> Self {
        Self {
            column,
            has_way: false,
            has_other: false,
            last: String::new(),
        }
    }

    fn add(&mut self, cell: &str) {
        if self.has_other || cell.is_empty() || cell == self.last {
            return;
        }
        self.last.clear();
        self.last.push_str(cell);
        let word = key(cell);
        if OUT.contains(&word.as_str()) || IN.contains(&word.as_str()) {
            self.has_way = true;
        } else if exclusion_words::direction(&word).is_none() {
            self.has_other = true;
        }
    }

    fn is_right(&self) -> bool {
        self.has_way && !self.has_other
    }
}
