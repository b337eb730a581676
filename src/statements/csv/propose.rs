//! Proposes how to read a file: a complete description, and questions where several readings fit.

use std::borrow::Cow;

use serde::Serialize;

use super::columns::Columns;
use super::decode::{decode, detect};
use super::fold::{cell_text, fold};
use super::limits::{MAX_CELLS, MAX_ROWS};
use super::question::Question;
use super::read_as::{AmountAs, Choices, DateAs, ReadAs};
use super::read_as_builder::ReadAsBuilder;
use super::split::Splitter;
use super::start::{delimiter, skip_to_rows};
use super::table::{self, Table};
use super::tally::Tally;
use super::totals::begins_with_total;
use super::unreadable::{self, Unreadable};

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Proposal {
    /// Complete; a question is answered with its first option.
    pub read_as: ReadAs,
    /// Nothing can be imported while a question is open.
    pub questions: Vec<Question>,
    /// The name in `read_as` of each column of the file.
    pub columns: Vec<String>,
}

/// Reads all rows of `bytes`. Choices are used as they are; the rest is determined to fit them. `decimals` are those of the
/// currency, if it is known: `1,234` can't be an amount with three decimals where there are at most two.
pub fn propose(bytes: &[u8], choices: &Choices, decimals: Option<u8>) -> Result<Proposal, Unreadable> {
    unreadable::check(bytes)?;
    let encoding = match &choices.encoding {
        Some(encoding) => encoding.clone(),
        None => detect(bytes)?,
    };
    let decoded = decode(bytes, &encoding)?;
    let delimiter = match choices.delimiter {
        Some(chosen) => delimiter(chosen)?,
        None => table::delimiter(&decoded.text),
    };
    let mut start = start(&decoded.text, delimiter, choices);
    start.encoding = encoding;
    let mut rows = Splitter::new(&decoded.text, delimiter);
    let header = skip_to_rows(&mut rows, &start);
    let columns = count(rows.clone(), header)?;
    let mut builder = ReadAsBuilder {
        columns,
        rows,
        delimiter,
        choices,
        decimals,
        questions: Vec::new(),
    };
    builder.fill(&mut start)?;
    Ok(Proposal {
        read_as: start,
        columns: (0..builder.columns.count())
            .map(|at| builder.columns.name(at))
            .collect(),
        questions: builder.questions,
    })
}

/// A description in which only the position of the table is final.
fn start(text: &str, delimiter: u8, choices: &Choices) -> ReadAs {
    let found = table::find(text, delimiter);
    let table = match choices.header_line {
        Some(None) if found.header_line.is_some() => Table {
            first_row_line: found.header_line,
            header_line: None,
            ..found
        },
        Some(chosen @ Some(_)) => Table {
            first_row_line: None,
            header_line: chosen,
            ..found
        },
        _ => found,
    };
    ReadAs {
        encoding: String::new(),
        delimiter: char::from(delimiter),
        header_line: table.header_line,
        first_row_line: match table.header_line {
            None => choices.first_row_line.or(table.first_row_line),
            Some(_) => None,
        },
        decimal: '.',
        thousands: None,
        date: DateAs::default(),
        amount: AmountAs::Signed {
            column: String::new(),
        },
        description: Vec::new(),
        category: None,
        currency: None,
        id: None,
        account: None,
        status: choices.status.clone(),
    }
}

/// Counts the cells of all rows.
fn count(mut rows: Splitter<'_>, header: Vec<String>) -> Result<Columns, Unreadable> {
    let folded: Vec<String> = header.iter().map(|cell| fold(cell)).collect();
    let (mut tallies, mut count, mut records) = (Vec::<Tally>::new(), 0, 0);
    let mut cells: Vec<Cow<'_, str>> = Vec::new();
    while rows.next(&mut cells).is_some() {
        records += 1;
        if records > MAX_ROWS {
            return Err(Unreadable::TooManyRows);
        }
        let filled = cells.iter().filter(|cell| !cell_text(cell).is_empty()).count();
        let is_header =
            !folded.is_empty() && folded.iter().zip(&cells).all(|(name, cell)| *name == fold(cell));
        // Skips titles and remarks. The cells of a row with too few of them would count in the wrong columns.
        let is_short = cells.len() < header.iter().filter(|cell| !cell.is_empty()).count();
        if filled < 2 || is_header || is_short || cells.len() > MAX_CELLS || begins_with_total(&cells) {
            continue;
        }
        count += 1;
        if tallies.len() < cells.len() {
            tallies.resize_with(cells.len(), Tally::default);
        }
        for (tally, cell) in tallies.iter_mut().zip(&cells) {
            tally.add(cell);
        }
    }
    tallies.resize_with(tallies.len().max(header.len()), Tally::default);
    Ok(Columns {
        header,
        tallies,
        rows: count,
    })
}
