//! One record of a QIF file, from its lines to rows: a split becomes a row for each part.

use super::super::balance::Sum;
use super::super::clean::{self, LONGEST_TEXT, folded, present};
use super::super::decimal::Decimal;
use super::super::row::{LeftOut, Reason, Record, Rejected, Row};
use super::category::{Category, is_opening_balance, is_split_mark};
use super::marks::Marks;
use super::order::{self, DateOrder};

/// More parts of a split, or lines of an address, than any program writes.
const MOST_LINES: usize = 1_000;

/// A part of a split.
#[derive(Debug, Default)]
struct Part {
    line: u64,
    category: String,
    memo: String,
    amount: String,
}

impl Part {
    /// Quicken writes the empty lines of its split window, too.
    fn is_blank(&self) -> bool {
        let amount = self.amount.trim();
        let is_zero = amount.chars().all(|c| matches!(c, '0' | '.' | ','));
        is_zero && self.category.trim().is_empty() && self.memo.trim().is_empty()
    }
}

/// The lines of a record by their letter; the first of each kind counts.
#[derive(Debug, Default)]
pub struct Lines {
    pub line: u64,
    pub start: usize,
    date: String,
    amount: String,
    /// `U`, which repeats the amount.
    same_amount: String,
    /// `$` of an investment: the cash that moved.
    cash: String,
    payee: String,
    memo: String,
    number: String,
    security: String,
    category: String,
    address: Vec<String>,
    parts: Vec<Part>,
    is_too_long: bool,
    is_empty: bool,
}

/// How the file writes what its records do not say.
#[derive(Clone, Debug)]
pub struct Spelling {
    pub order: DateOrder,
    pub marks: Marks,
}

impl Lines {
    pub fn new(line: u64, start: usize) -> Self {
        Self {
            line,
            start,
            is_empty: true,
            ..Self::default()
        }
    }

    pub fn is_empty(&self) -> bool {
        self.is_empty
    }

    /// Adds a line that starts with `letter`.
    pub fn add(&mut self, letter: char, value: &str, line: u64) {
        self.is_too_long |= value.len() > LONGEST_TEXT || self.parts.len() + self.address.len() > MOST_LINES;
        if self.is_too_long {
            self.is_empty = false;
            return;
        }
        let part = self.parts.last_mut();
        let field = match (letter, part) {
            ('S', _) => {
                self.parts.push(Part {
                    line,
                    category: value.to_owned(),
                    ..Part::default()
                });
                self.is_empty = false;
                return;
            }
            ('E', Some(part)) => &mut part.memo,
            ('$', Some(part)) => &mut part.amount,
            ('D', _) => &mut self.date,
            ('T', _) => &mut self.amount,
            ('U', _) => &mut self.same_amount,
            ('$', None) => &mut self.cash,
            ('P', _) => &mut self.payee,
            ('M', _) => &mut self.memo,
            ('N', _) => &mut self.number,
            ('Y', _) => &mut self.security,
            ('L', _) => &mut self.category,
            ('A', _) => {
                self.address.push(value.to_owned());
                self.is_empty = false;
                return;
            }
            _ => return,
        };
        self.is_empty = false;
        if field.is_empty() {
            value.clone_into(field);
        }
    }

    /// The text of the amount.
    fn amount_text(&self, is_investment: bool) -> &str {
        let texts = [&self.amount, &self.same_amount];
        let text = texts
            .into_iter()
            .map(|text| text.trim())
            .find(|text| !text.is_empty());
        let cash = is_investment
            .then(|| self.cash.trim())
            .filter(|text| !text.is_empty());
        text.or(cash).unwrap_or_default()
    }

    /// Of the list of accounts: the name.
    pub fn name(&self) -> &str {
        &self.number
    }

    pub fn date_text(&self) -> &str {
        self.date.trim()
    }

    /// Every amount, to find how the file writes them.
    pub fn amount_texts(&self) -> impl Iterator<Item = &str> {
        let parts = self.parts.iter().map(|part| part.amount.as_str());
        [
            self.amount.as_str(),
            self.same_amount.as_str(),
            self.cash.as_str(),
        ]
        .into_iter()
        .chain(parts)
    }

    /// The rows of the record; `raw` is the record in the file, which is not `is_whole` where the file ends inside it.
    pub fn records(
        self,
        spelling: &Spelling,
        account: Option<&str>,
        is_investment: bool,
        raw: &str,
        is_whole: bool,
    ) -> Vec<Record> {
        match self.rows(spelling, account, is_investment, is_whole) {
            Ok(rows) => rows.into_iter().map(Record::Row).collect(),
            Err((column, reason)) => {
                let value = match column {
                    "D" => self.date.as_str(),
                    "T" => self.amount_text(is_investment),
                    _ => "",
                };
                vec![Record::Rejected(Rejected {
                    line: self.line,
                    column: column.to_owned(),
                    value: folded(value),
                    reason,
                    raw: clean::raw(raw),
                })]
            }
        }
    }

    fn rows(
        &self,
        spelling: &Spelling,
        account: Option<&str>,
        is_investment: bool,
        is_whole: bool,
    ) -> Result<Vec<Row>, (&'static str, Reason)> {
        if self.is_too_long {
            return Err(("", Reason::TooLong));
        }
        if !is_whole {
            return Err(("^", Reason::TooFewCells));
        }
        if self.date_text().is_empty() {
            return Err(("D", Reason::MissingDate));
        }
        let date = order::date(&self.date, spelling.order).ok_or(("D", Reason::WrongDate))?;
        let amount = match self.amount_text(is_investment) {
            // A split of shares has no amount.
            "" if is_investment => Decimal { units: 0, scale: 0 },
            "" => return Err(("T", Reason::MissingAmount)),
            text => spelling.marks.amount(text).ok_or(("T", Reason::WrongAmount))?,
        };
        let row = self.whole(date, amount, account, is_investment);
        if is_investment || row.left_out == Some(LeftOut::OpeningBalance) {
            return Ok(vec![row]);
        }
        let parts: Option<Vec<(Decimal, &Part)>> = self
            .parts
            .iter()
            .filter(|part| !part.is_blank())
            .map(|part| Some((spelling.marks.amount(&part.amount)?, part)))
            .collect();
        match parts {
            Some(parts) if adds_up(&parts, amount) => Ok(parts
                .into_iter()
                .map(|(amount, part)| self.part(&row, amount, part))
                .collect()),
            _ => Ok(vec![row]),
        }
    }

    /// The record as one row.
    fn whole(&self, date: time::Date, amount: Decimal, account: Option<&str>, is_investment: bool) -> Row {
        let first = self.parts.first().map(|part| part.category.as_str());
        let named =
            Some(self.category.as_str()).filter(|name| !name.trim().is_empty() && !is_split_mark(name));
        let category = Category::of(named.or(first).unwrap_or_default());
        let description = self.description(category.name.as_deref());
        let parts = self.parts.iter().map(|part| part.memo.as_str());
        let number = self.number_text();
        let memo = [self.memo.as_str(), &number, &category.class, &self.security]
            .into_iter()
            .chain(self.address.iter().map(String::as_str))
            .chain(parts)
            .filter(|text| folded(text) != description);
        Row {
            line: self.line,
            date: Some(date),
            amount,
            currency: None,
            memo: clean::joined(memo),
            left_out: self.left_out(&category, amount, is_investment),
            is_income: None,
            raw: None,
            category: category.name,
            source_id: None,
            account: account.and_then(present),
            description,
        }
    }

    fn part(&self, row: &Row, amount: Decimal, part: &Part) -> Row {
        let category = Category::of(&part.category);
        let number = self.number_text();
        let memo = [part.memo.as_str(), &self.memo, &number, &category.class]
            .into_iter()
            .chain(self.address.iter().map(String::as_str))
            .filter(|text| folded(text) != row.description);
        Row {
            line: part.line,
            amount,
            memo: clean::joined(memo),
            left_out: self.left_out(&category, amount, false),
            category: category.name,
            ..row.clone()
        }
    }

    fn description(&self, category: Option<&str>) -> String {
        let texts = [&self.payee, &self.memo, &self.security, &self.number];
        let text = texts.into_iter().find_map(|text| present(text));
        text.or_else(|| category.map(str::to_owned)).unwrap_or_default()
    }

    /// The number of a check, or a word such as `ATM`.
    fn number_text(&self) -> String {
        let number = folded(&self.number);
        let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        if is_number { format!("#{number}") } else { number }
    }

    fn left_out(&self, category: &Category, amount: Decimal, is_investment: bool) -> Option<LeftOut> {
        if is_investment {
            return Some(LeftOut::Neutral);
        }
        if is_opening_balance(&self.payee) {
            return Some(LeftOut::OpeningBalance);
        }
        if category.is_transfer {
            return Some(LeftOut::Transfer);
        }
        amount.is_zero().then_some(LeftOut::Zero)
    }
}

/// Several parts that are the whole amount. A single one says no more than the record.
fn adds_up(parts: &[(Decimal, &Part)], whole: Decimal) -> bool {
    parts.len() > 1 && Sum::of(parts.iter().map(|(amount, _)| *amount)) == Sum::of([whole])
}
