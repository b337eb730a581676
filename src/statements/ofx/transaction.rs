//! One transaction of an OFX file, from its tags to a row.

use std::collections::BTreeMap;

use super::super::clean::{self, LONGEST_TEXT, folded, present};
use super::super::day;
use super::super::decimal::Decimal;
use super::super::number::{self, Mark};
use super::super::row::{LeftOut, Reason, Record, Rejected, Row};

/// Currencies with three decimals, for which `1,234` can be less than two.
const THREE_DECIMALS: [&str; 7] = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Booked,
    Pending,
    /// A purchase or sale of securities.
    Investment,
}

/// The values between the tags of one transaction.
#[derive(Debug)]
pub struct Transaction {
    pub kind: Kind,
    /// The tag that opened it.
    pub name: String,
    pub line: u64,
    pub start: usize,
    /// The first value of each tag that counts.
    values: BTreeMap<&'static str, String>,
    /// Inside `CURRENCY`, which says in what currency the amount is; inside `ORIGCURRENCY` it is converted already.
    is_in_currency: bool,
    is_too_long: bool,
}

/// The tags that are read; an account number in a transaction is the other party's.
const TAGS: [&str; 16] = [
    "TRNTYPE",
    "DTPOSTED",
    "DTTRAN",
    "DTTRADE",
    "TRNAMT",
    "TOTAL",
    "FITID",
    "CHECKNUM",
    "NAME",
    "EXTDNAME",
    "MEMO",
    "CURSYM",
    "CORRECTACTION",
    "REFNUM",
    "CATEGORY",
    "SIC",
];

impl Transaction {
    pub fn new(kind: Kind, name: &str, line: u64, start: usize) -> Self {
        Self {
            kind,
            name: name.to_owned(),
            line,
            start,
            values: BTreeMap::new(),
            is_in_currency: false,
            is_too_long: false,
        }
    }

    pub fn set(&mut self, name: &str, value: &str) {
        match name {
            "CURRENCY" => self.is_in_currency = true,
            "ORIGCURRENCY" => self.is_in_currency = false,
            "CURSYM" if !self.is_in_currency => {}
            _ => {
                let Some(tag) = TAGS.iter().find(|tag| **tag == name) else {
                    return;
                };
                self.is_too_long |= value.len() > LONGEST_TEXT;
                let known = self.values.entry(tag).or_default();
                if known.is_empty() {
                    *known = folded(&value[..value.floor_char_boundary(LONGEST_TEXT)]);
                }
            }
        }
    }

    fn value(&self, tag: &str) -> Option<&str> {
        self.values
            .get(tag)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// The row; `raw` is its part of the file, which is not `is_whole` where the file ends inside it.
    pub fn record(self, account: Option<&str>, currency: Option<&str>, raw: &str, is_whole: bool) -> Record {
        let currency = self.value("CURSYM").or(currency).and_then(present);
        match self.checked(currency.as_deref(), is_whole) {
            Ok((date, amount)) => Record::Row(Row {
                line: self.line,
                date: Some(date),
                amount,
                description: self.description(),
                memo: self.memo(),
                category: self.category(),
                source_id: self.value("FITID").map(str::to_owned),
                account: account.and_then(present),
                left_out: self.left_out(amount),
                is_income: None,
                raw: None,
                currency,
            }),
            Err((column, reason)) => Record::Rejected(Rejected {
                line: self.line,
                value: self.value(column).unwrap_or_default().to_owned(),
                column: if column.is_empty() {
                    self.name
                } else {
                    column.to_owned()
                },
                reason,
                raw: clean::raw(raw),
            }),
        }
    }

    fn checked(
        &self,
        currency: Option<&str>,
        is_whole: bool,
    ) -> Result<(time::Date, Decimal), (&'static str, Reason)> {
        if self.is_too_long {
            return Err(("", Reason::TooLong));
        }
        if !is_whole {
            return Err(("", Reason::TooFewCells));
        }
        let date_tag = match self.kind {
            Kind::Pending if self.value("DTTRAN").is_some() => "DTTRAN",
            Kind::Booked | Kind::Pending => "DTPOSTED",
            Kind::Investment => "DTTRADE",
        };
        let date = self.value(date_tag).ok_or((date_tag, Reason::MissingDate))?;
        let date = day::leading(date).ok_or((date_tag, Reason::WrongDate))?;
        let amount_tag = if self.kind == Kind::Investment {
            "TOTAL"
        } else {
            "TRNAMT"
        };
        let amount = match (self.value(amount_tag), self.kind) {
            (Some(text), _) => amount(text, currency).ok_or((amount_tag, Reason::WrongAmount))?,
            // A transfer of shares has no amount.
            (None, Kind::Investment) => Decimal { units: 0, scale: 0 },
            (None, _) => return Err((amount_tag, Reason::MissingAmount)),
        };
        Ok((date, amount))
    }

    fn left_out(&self, amount: Decimal) -> Option<LeftOut> {
        let is_hold = self
            .value("TRNTYPE")
            .is_some_and(|word| word.eq_ignore_ascii_case("HOLD"));
        let is_deleted = self
            .value("CORRECTACTION")
            .is_some_and(|word| word.eq_ignore_ascii_case("DELETE"));
        match self.kind {
            Kind::Investment => Some(LeftOut::Neutral),
            Kind::Pending => Some(LeftOut::Pending),
            Kind::Booked if is_hold => Some(LeftOut::Pending),
            Kind::Booked if is_deleted => Some(LeftOut::Reverted),
            Kind::Booked => amount.is_zero().then_some(LeftOut::Zero),
        }
    }

    /// The number of a check; some banks write zeros for none.
    fn check_number(&self) -> Option<&str> {
        self.value("CHECKNUM")
            .filter(|number| number.bytes().any(|byte| byte != b'0'))
    }

    /// Not in the standard, but some programs write one; as an industry code it would be a number.
    fn category(&self) -> Option<String> {
        let is_word = |word: &&str| word.chars().any(char::is_alphabetic) && !word.starts_with("Uncategori");
        let tags = ["CATEGORY", "SIC"];
        tags.into_iter()
            .find_map(|tag| self.value(tag).filter(is_word))
            .map(str::to_owned)
    }

    fn description(&self) -> String {
        if let Some(name) = self.name() {
            return name.to_owned();
        }
        if let Some(memo) = self.value("MEMO") {
            return memo.to_owned();
        }
        let kind = self.value("TRNTYPE").unwrap_or(&self.name);
        match self.check_number() {
            Some(number) => format!("{kind} {number}"),
            None => kind.to_owned(),
        }
    }

    /// The long name where it only goes on where the short one was cut.
    fn name(&self) -> Option<&str> {
        let name = self.value("NAME");
        self.value("EXTDNAME")
            .filter(|long| name.is_none_or(|name| long.starts_with(name)))
            .or(name)
    }

    fn memo(&self) -> String {
        let name = self.name();
        if name.is_none() && self.value("MEMO").is_none() {
            return String::new();
        }
        let number = self.check_number().map(|number| format!("#{number}"));
        let memo = self.value("MEMO").filter(|_| name.is_some());
        let long = self.value("EXTDNAME").filter(|long| Some(*long) != name);
        clean::joined([memo, long, number.as_deref()].into_iter().flatten())
    }
}

/// Point or comma is the decimal mark. `1,234` is read only where the currency has three decimals.
fn amount(text: &str, currency: Option<&str>) -> Option<Decimal> {
    if let Mark::Unclear(mark) = number::mark_of(text)
        && (mark == '.' || currency.is_some_and(|currency| THREE_DECIMALS.contains(&currency)))
    {
        return number::with_mark(text, mark);
    }
    number::either_mark(text)
}
