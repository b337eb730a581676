//! Finds the table in a file: its delimiter and its header, which can follow titles and lines about the account.

use std::borrow::Cow;

use super::date;
use super::fold::{cell_text, fold, without_brackets};
use super::header_words::{self, Role};
use super::limits::MAX_PREAMBLE;
use super::number::{self, COMMA, POINT};
use super::split::Splitter;

const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Records in which the delimiter and the header are searched.
const SAMPLE: usize = 120;

/// The beginning of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Table {
    /// The physical line of the header.
    pub header_line: Option<u64>,
    /// The physical line of the first row, if there is no header.
    pub first_row_line: Option<u64>,
    /// The cells of the header, trimmed.
    pub header: Vec<String>,
}

/// One record of the sample.
struct Sampled {
    line: u64,
    cells: Vec<String>,
    /// Whether it has a date and a number.
    is_row: bool,
}

impl Sampled {
    fn width(&self) -> usize {
        width(&self.cells)
    }

    fn filled(&self) -> usize {
        self.cells.iter().filter(|cell| !cell.is_empty()).count()
    }
}

/// The number of cells up to the last non-empty one.
fn width(cells: &[String]) -> usize {
    cells
        .iter()
        .rposition(|cell| !cell.is_empty())
        .map_or(0, |at| at + 1)
}

fn sample(text: &str, delimiter: u8) -> Vec<Sampled> {
    let mut splitter = Splitter::new(text, delimiter);
    let mut cells: Vec<Cow<'_, str>> = Vec::new();
    let mut found = Vec::new();
    while found.len() < SAMPLE {
        let Some(extent) = splitter.next(&mut cells) else {
            break;
        };
        let cells: Vec<String> = cells.iter().map(|cell| cell_text(cell).to_owned()).collect();
        let is_date = |cell: &String| date::parts(cell).is_some_and(is_some_date);
        let dates = cells.iter().filter(|cell| is_date(cell)).count();
        let numbers = cells
            .iter()
            .filter(|cell| !is_date(cell) && is_number(cell))
            .count();
        found.push(Sampled {
            line: extent.line,
            is_row: dates > 0 && numbers > 0,
            cells,
        });
    }
    found
}

fn is_some_date(parts: date::Parts) -> bool {
    use date::Order;
    [Order::Year, Order::Day, Order::Month]
        .into_iter()
        .any(|order| parts.read(order).is_some())
}

fn is_number(cell: &str) -> bool {
    number::parse(cell, POINT)
        .or_else(|| number::parse(cell, COMMA))
        .is_some()
}

/// The delimiter with which most records are rows of the same width.
pub(super) fn delimiter(text: &str) -> u8 {
    // Some spreadsheets write this line.
    if let Some(rest) = text.strip_prefix("sep=")
        && let Some(delimiter) = rest.bytes().next().filter(|byte| DELIMITERS.contains(byte))
    {
        return delimiter;
    }
    let score = |delimiter: &u8| {
        let records = sample(text, *delimiter);
        let usual = usual_width(records.iter());
        let of_width = |record: &&Sampled| record.cells.len() == usual && usual > 1;
        let rows = records
            .iter()
            .filter(of_width)
            .filter(|record| record.is_row)
            .count();
        let headers: usize = records
            .iter()
            .take(MAX_PREAMBLE)
            .map(|record| roles(&record.cells))
            .max()
            .unwrap_or(0);
        let alike = records.iter().filter(of_width).count();
        (rows, headers, alike, usual)
    };
    // The first of several with the same score.
    DELIMITERS.into_iter().rev().max_by_key(score).unwrap_or(b',')
}

fn usual_width<'a>(records: impl Iterator<Item = &'a Sampled>) -> usize {
    let mut counts: Vec<(usize, usize)> = Vec::new();
    for record in records {
        let width = record.cells.len();
        match counts.iter_mut().find(|(known, _)| *known == width) {
            Some((_, count)) => *count += 1,
            None => counts.push((width, 1)),
        }
    }
    counts
        .into_iter()
        .max_by_key(|(width, count)| (*count, *width))
        .map_or(0, |(width, _)| width)
}

/// The number of roles that a header names; 0 if it has neither a date nor an amount.
fn roles(cells: &[String]) -> usize {
    let names: Vec<Vec<String>> = cells.iter().map(|cell| names(cell)).collect();
    let has = |role: Role| {
        names
            .iter()
            .any(|names| names.iter().any(|name| header_words::rank(role, name).is_some()))
    };
    let has_amount = has(Role::Amount) || has(Role::Debit) && has(Role::Credit);
    if !has(Role::Date) && !has_amount {
        return 0;
    }
    let others = [
        Role::Payee,
        Role::Text,
        Role::Category,
        Role::Currency,
        Role::Balance,
        Role::Account,
    ];
    usize::from(has(Role::Date))
        + usize::from(has_amount)
        + others.into_iter().filter(|role| has(*role)).count()
}

/// The folded forms of a header, the most exact first: unchanged, without brackets, with `ae`, `oe` and `ue` as umlauts, and
/// each side of a slash.
pub(super) fn names(cell: &str) -> Vec<String> {
    let plain = fold(&without_brackets(cell));
    let mut names = vec![fold(cell)];
    let mut add = |name: String| {
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    };
    add(plain.replace("ae", "a").replace("oe", "o").replace("ue", "u"));
    add(plain);
    if cell.contains('/') {
        cell.split('/')
            .for_each(|side| add(fold(&without_brackets(side))));
    }
    names
}

/// Finds the header, if there is one.
pub(super) fn find(text: &str, delimiter: u8) -> Table {
    let records = sample(text, delimiter);
    let usual = usual_width(records.iter().filter(|record| record.is_row));
    let is_first = |record: &Sampled| record.is_row && record.cells.len() == usual;
    let first = records.iter().position(is_first);
    // An empty export has a header and no rows.
    let before = &records[..first.unwrap_or(records.len()).min(MAX_PREAMBLE + 10)];
    let is_text = |record: &&Sampled| record.filled() > 1 && !record.cells.iter().any(|cell| is_value(cell));
    let by_words = before
        .iter()
        .filter(is_text)
        .map(|record| (roles(&record.cells), record))
        .filter(|(roles, _)| *roles > 1)
        // The last of several with the same score: the first is a table about the account.
        .max_by_key(|(roles, _)| *roles);
    // A header of unknown words is directly before the rows and has one name per column.
    let by_shape = || {
        let rows_have = records.get(first?)?.width();
        before.iter().rev().take(3).find(|record| {
            is_text(record) && record.width() >= rows_have && record.filled() + 1 >= record.width()
        })
    };
    match by_words.map(|(_, record)| record).or_else(by_shape) {
        Some(record) => Table {
            header_line: Some(record.line),
            first_row_line: None,
            header: record.cells.clone(),
        },
        None => Table {
            header_line: None,
            first_row_line: Some(first.map_or(1, |at| records[at].line)),
            header: Vec::new(),
        },
    }
}

/// Whether a cell is a date or an amount, and so no header. `2` and `Description 2` can be headers.
fn is_value(cell: &str) -> bool {
    date::parts(cell).is_some_and(is_some_date) || cell.len() > 2 && is_number(cell)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delimiter_is_the_one_that_makes_rows() {
        for (text, expected) in [
            (
                "Datum;Text;Betrag\n01.02.2025;a, b, c;-1,50\n02.02.2025;d, e;-2,50\n",
                b';',
            ),
            ("Date,Text,Amount\n01/02/2025,a; b,-1.50\n", b','),
            ("Date\tText\tAmount\n01/02/2025\ta, b\t-1.50\n", b'\t'),
            ("Date|Text|Amount\n01/02/2025|a, b|-1.50\n", b'|'),
            ("sep=;\nDate;Amount\n", b';'),
            ("Date;Text;Amount\n", b';'),
            (
                "\"01.02.2025\",\"a\",\"-1,50\"\n\"02.02.2025\",\"a\",\"-1,50\"\n",
                b',',
            ),
        ] {
            assert_eq!(delimiter(text) as char, expected as char, "{text}");
        }
    }

    #[test]
    fn the_header_is_the_one_of_the_rows() {
        for (text, line) in [
            ("Date,Text,Amount\n2025-02-01,a,1\n", Some(1)),
            ("My account\n\nDate,Text,Amount\n2025-02-01,a,1\n", Some(3)),
            (
                "Description,,Summary Amt.\nBeginning balance as of 01/01/2025,,\"1,000.00\"\n\nDate,Description,Amount\n01/02/2025,a,1.00\n",
                Some(4),
            ),
            ("Hari;Wang;Nota\n2025-02-01;-1,50;a\n", Some(1)),
            ("2025-02-01,a,1\n", None),
            ("Account,x,1.00\n2025-02-01,a,1,b\n2025-02-02,a,1,b\n", None),
            ("Date,Text,Amount\n", Some(1)),
        ] {
            assert_eq!(
                find(text, if text.contains(';') { b';' } else { b',' }).header_line,
                line,
                "{text}"
            );
        }
    }
}
