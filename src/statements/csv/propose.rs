//! What a file seems to be: a complete description, and questions where two readings fit.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::amount_columns::{self, Amounts};
use super::columns::Columns;
use super::date::Format;
use super::decode::{decode, detect};
use super::direction::{self, Direction};
use super::fold::{cell_text, fold};
use super::layout::position;
use super::limits::{MAX_CELLS, MAX_ROWS};
use super::number::{Marks, POINT};
use super::own;
use super::read_as::{AmountAs, Choices, DateAs, ReadAs};
use super::settle::{self, Settled};
use super::split::Splitter;
use super::start::{delimiter, skip_to_rows};
use super::table::{self, Table};
use super::tally::Tally;
use super::totals::begins_with_total;
use super::unreadable::{self, Unreadable};

/// How a file may be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Proposal {
    /// Complete, with the first of the options wherever there is a question.
    pub read_as: ReadAs,
    /// What only a person knows. Nothing may be imported while one is open.
    pub questions: Vec<Question>,
    /// What each column of the file is called in `read_as`.
    pub columns: Vec<String>,
}

/// Something that two readings fit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "about", rename_all = "snake_case")]
pub enum Question {
    /// No column is one of dates for sure.
    DateColumn {
        options: Vec<String>,
    },
    /// Several columns may be the amount, or none.
    AmountColumn {
        options: Vec<String>,
    },
    /// Formats, the more likely first, and a date of the file that they read differently.
    DateOrder {
        options: Vec<String>,
        example: String,
    },
    DecimalMark {
        options: Vec<char>,
        example: String,
    },
    /// The modes of [`AmountAs`] that fit.
    Direction {
        options: Vec<String>,
    },
}

/// Looks at all rows of `bytes`. What was chosen is taken as it is, and the rest is found to fit it.
pub fn propose(bytes: &[u8], choices: &Choices) -> Result<Proposal, Unreadable> {
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
    let mut draft = Draft {
        columns,
        rows,
        delimiter,
        choices,
        questions: Vec::new(),
    };
    draft.fill(&mut start)?;
    Ok(Proposal {
        read_as: start,
        columns: (0..draft.columns.count())
            .map(|at| draft.columns.name(at))
            .collect(),
        questions: draft.questions,
    })
}

/// A description of which only the place of the table is right.
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
        // Titles and remarks are no rows. A row with a cell too few would count in the wrong columns.
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

/// A description in the making.
struct Draft<'a> {
    columns: Columns,
    rows: Splitter<'a>,
    delimiter: u8,
    choices: &'a Choices,
    questions: Vec<Question>,
}

impl Draft<'_> {
    fn fill(&mut self, read_as: &mut ReadAs) -> Result<(), Unreadable> {
        read_as.date = self.date()?;
        let date = position(&self.columns.header, &read_as.date.column).ok();
        let amounts = match &self.choices.amount {
            Some(chosen) => self.chosen_amounts(chosen)?,
            None => self.amounts(date),
        };
        let marks = self.marks(&amounts);
        (read_as.decimal, read_as.thousands) = (marks.decimal, marks.thousands);
        read_as.amount = match &self.choices.amount {
            Some(chosen) => chosen.clone(),
            None => self.amount(&amounts, marks),
        };
        let columns = &self.columns;
        let name = |at: usize| columns.name(at);
        let amount = amounts.first().copied().unwrap_or(0);
        let choices = self.choices;
        read_as.category = choices
            .category
            .clone()
            .unwrap_or_else(|| columns.category().map(name));
        read_as.currency = choices
            .currency
            .clone()
            .unwrap_or_else(|| columns.currency(amount).map(name));
        read_as.id = choices.id.clone().unwrap_or_else(|| columns.id().map(name));
        read_as.account = choices
            .account
            .clone()
            .unwrap_or_else(|| columns.account().map(name));
        let optional = [
            &read_as.category,
            &read_as.currency,
            &read_as.id,
            &read_as.account,
        ];
        let named = optional
            .into_iter()
            .flatten()
            .filter_map(|name| position(&columns.header, name).ok());
        let taken: Vec<usize> = named.chain(amounts).chain(date).collect();
        let found = || columns.description(&taken).into_iter().map(name).collect();
        read_as.description = choices.description.clone().unwrap_or_else(found);
        Ok(())
    }

    fn date(&mut self) -> Result<DateAs, Unreadable> {
        let choice = self.choices.date.clone().unwrap_or_default();
        let found = match &choice.column {
            Some(name) => Some(position(&self.columns.header, name)?),
            None => self.columns.date(),
        };
        let Some(at) = found else {
            let options = self.names();
            let column = options.first().cloned().unwrap_or_else(|| "#1".to_owned());
            self.questions.push(Question::DateColumn { options });
            return Ok(DateAs {
                column,
                format: choice.format.unwrap_or_else(|| "YYYY-MM-DD".to_owned()),
            });
        };
        let column = choice.column.unwrap_or_else(|| self.columns.name(at));
        if let Some(format) = choice.format {
            Format::parse(&format)?;
            return Ok(DateAs { column, format });
        }
        let format = match settle::date_format(&self.columns, at) {
            Some(Settled::Sure(format)) => format.to_string(),
            Some(Settled::Open { options, example }) => {
                let options: Vec<String> = options.iter().map(Format::to_string).collect();
                let first = options[0].clone();
                self.questions.push(Question::DateOrder { options, example });
                first
            }
            None => "YYYY-MM-DD".to_owned(),
        };
        Ok(DateAs { column, format })
    }

    fn names(&self) -> Vec<String> {
        (0..self.columns.count())
            .map(|at| self.columns.name(at))
            .collect()
    }

    fn chosen_amounts(&self, chosen: &AmountAs) -> Result<Vec<usize>, Unreadable> {
        let names = match chosen {
            AmountAs::Signed { column }
            | AmountAs::SpentPositive { column }
            | AmountAs::Indicator { column, .. } => vec![column],
            AmountAs::DebitCredit { debit, credit } => vec![debit, credit],
        };
        names
            .into_iter()
            .map(|name| position(&self.columns.header, name))
            .collect()
    }

    /// The column of the amount, or those of money out and money in.
    fn amounts(&mut self, date: Option<usize>) -> Vec<usize> {
        match amount_columns::find(&self.columns, date, &self.rows, self.delimiter) {
            Amounts::Sure(columns) => columns,
            Amounts::Open(possible) => {
                let options = if possible.is_empty() {
                    self.names()
                } else {
                    possible.iter().map(|at| self.columns.name(*at)).collect()
                };
                self.questions.push(Question::AmountColumn { options });
                vec![possible.first().copied().unwrap_or(0)]
            }
        }
    }

    fn marks(&mut self, amounts: &[usize]) -> Marks {
        let settled = settle::marks(&self.columns, amounts, self.delimiter);
        if let Settled::Open { options, example } = &settled
            && self.choices.decimal.is_none()
        {
            self.questions.push(Question::DecimalMark {
                options: options.iter().map(|marks| marks.decimal).collect(),
                example: example.clone(),
            });
        }
        let mut marks = settled.or_first().unwrap_or(POINT);
        if let Some(decimal) = self.choices.decimal {
            marks.decimal = decimal;
            if matches!(marks.thousands, Some('.' | ',')) {
                marks.thousands = Some(if decimal == '.' { ',' } else { '.' });
            }
        }
        if let Some(thousands) = self.choices.thousands {
            marks.thousands = thousands;
        }
        marks
    }

    fn amount(&mut self, amounts: &[usize], marks: Marks) -> AmountAs {
        let columns = &self.columns;
        if let [debit, credit] = amounts[..] {
            return AmountAs::DebitCredit {
                debit: columns.name(debit),
                credit: columns.name(credit),
            };
        }
        let at = amounts.first().copied().unwrap_or(0);
        let column = columns.name(at);
        if own::is_own(&columns.header) {
            return own::amount(&columns.header);
        }
        match direction::find(columns, at, marks, &self.rows) {
            Direction::Signed => AmountAs::Signed { column },
            Direction::SpentPositive => AmountAs::SpentPositive { column },
            Direction::Indicator(indicator) => {
                let (out, into) = direction::words(columns, indicator);
                AmountAs::Indicator {
                    column,
                    indicator: columns.name(indicator),
                    out,
                    into,
                }
            }
            Direction::Open => {
                let options = vec!["signed".to_owned(), "spent_positive".to_owned()];
                self.questions.push(Question::Direction { options });
                AmountAs::Signed { column }
            }
        }
    }
}
