//! Converts one entry of a CAMT file to rows.

use time::Date;

use super::super::balance::Sum;
use super::super::clean::{self, LONGEST_TEXT, folded, present};
use super::super::decimal::Decimal;
use super::super::row::{LeftOut, Reason, Record, Rejected, Row};
use super::super::{day, number};
use super::detail::Detail;

/// More transactions than any batch has. Bounds the memory.
const MOST_DETAILS: usize = 50_000;

/// The account of the entries.
#[derive(Debug, Default)]
pub struct Account {
    pub id: Option<String>,
    pub owner: Option<String>,
}

#[derive(Debug)]
pub struct Entry {
    pub line: u64,
    pub start: usize,
    amount: String,
    currency: String,
    direction: String,
    status: String,
    booked_on: String,
    valid_on: String,
    source_id: String,
    text: String,
    details: Vec<Detail>,
    is_too_long: bool,
}

impl Entry {
    pub fn new(line: u64, start: usize) -> Self {
        Self {
            line,
            start,
            amount: String::new(),
            currency: String::new(),
            direction: String::new(),
            status: String::new(),
            booked_on: String::new(),
            valid_on: String::new(),
            source_id: String::new(),
            text: String::new(),
            details: Vec::new(),
            is_too_long: false,
        }
    }

    pub fn add_detail(&mut self, line: u64) {
        if self.details.len() < MOST_DETAILS {
            self.details.push(Detail::new(line));
        } else {
            self.is_too_long = true;
        }
    }

    /// Stores the text of the element at `path` below the entry.
    pub fn set(&mut self, path: &str, text: &str, currency: Option<&str>) {
        self.is_too_long |= text.len() > LONGEST_TEXT;
        let text = &text[..text.floor_char_boundary(LONGEST_TEXT)];
        // Before version 2 the details are in the entry itself.
        let inside = path.strip_prefix("NtryDtls/").unwrap_or(path);
        if let Some(path) = inside.strip_prefix("TxDtls/") {
            if let Some(detail) = self.details.last_mut() {
                detail.set(path, text, currency);
            }
            return;
        }
        let field = match path {
            "Amt" => {
                currency.unwrap_or_default().clone_into(&mut self.currency);
                &mut self.amount
            }
            "CdtDbtInd" => &mut self.direction,
            "Sts" | "Sts/Cd" | "Sts/Prtry" => &mut self.status,
            "BookgDt/Dt" | "BookgDt/DtTm" => &mut self.booked_on,
            "ValDt/Dt" | "ValDt/DtTm" => &mut self.valid_on,
            "AcctSvcrRef" => &mut self.source_id,
            "AddtlNtryInf" => &mut self.text,
            _ => return,
        };
        if field.is_empty() {
            *field = folded(text);
        }
    }

    /// The rows. `raw` is the text of the entry; `is_whole` is false if the file ends inside it.
    pub fn records(self, account: &Account, raw: &str, is_whole: bool) -> Vec<Record> {
        match self.checked(is_whole) {
            Ok((date, amount)) => self
                .rows(account, date, amount)
                .into_iter()
                .map(Record::Row)
                .collect(),
            Err((column, value, reason)) => vec![Record::Rejected(Rejected {
                line: self.line,
                column: column.to_owned(),
                value: value.to_owned(),
                reason,
                raw: clean::raw(raw),
            })],
        }
    }

    fn checked(&self, is_whole: bool) -> Result<(Date, Decimal), (&'static str, &str, Reason)> {
        if self.is_too_long {
            return Err(("Ntry", "", Reason::TooLong));
        }
        if !is_whole {
            return Err(("Ntry", "", Reason::TooFewCells));
        }
        // A pending entry can have no booking date.
        let (column, date) = if self.booked_on.is_empty() {
            ("ValDt", &self.valid_on)
        } else {
            ("BookgDt", &self.booked_on)
        };
        if date.is_empty() {
            return Err(("BookgDt", "", Reason::MissingDate));
        }
        let date = day::leading(date).ok_or((column, date.as_str(), Reason::WrongDate))?;
        if self.amount.is_empty() {
            return Err(("Amt", "", Reason::MissingAmount));
        }
        let amount = size(&self.amount).ok_or(("Amt", self.amount.as_str(), Reason::WrongAmount))?;
        let amount = in_direction(amount, &self.direction);
        Ok((
            date,
            amount.ok_or(("CdtDbtInd", self.direction.as_str(), Reason::UnknownDirection))?,
        ))
    }

    fn rows(&self, account: &Account, date: Date, amount: Decimal) -> Vec<Row> {
        let row = Row {
            line: self.line,
            date: Some(date),
            amount,
            currency: present(&self.currency),
            description: String::new(),
            memo: String::new(),
            category: None,
            source_id: present(&self.source_id),
            account: account.id.clone(),
            left_out: self.left_out(amount),
            is_income: None,
            raw: None,
        };
        if let Some(parts) = self.parts(amount) {
            return parts
                .into_iter()
                .zip(&self.details)
                .map(|(amount, detail)| {
                    let left_out = row.left_out.or_else(|| amount.is_zero().then_some(LeftOut::Zero));
                    let part = Row {
                        line: detail.line,
                        amount,
                        left_out,
                        ..row.clone()
                    };
                    self.with_texts(part, account, std::slice::from_ref(detail))
                })
                .collect();
        }
        vec![self.with_texts(row, account, &self.details)]
    }

    fn with_texts(&self, row: Row, account: &Account, details: &[Detail]) -> Row {
        let is_out = row.amount.units < 0;
        let owner = account.owner.as_deref();
        let name = shared(details, |detail| detail.party(is_out, owner));
        let purpose = shared(details, Detail::purpose);
        let extra = shared(details, |detail| present(&detail.text));
        let description = name
            .or(purpose)
            .or(extra)
            .or_else(|| present(&self.text))
            .or_else(|| details.iter().find_map(Detail::reference))
            .unwrap_or_else(|| row.source_id.clone().unwrap_or_default());
        let mut memo = Memo::default();
        for detail in details {
            for text in detail.texts(is_out, owner) {
                memo.add(&text, &description);
            }
        }
        memo.add(&self.text, &description);
        let source_id = row.source_id.clone().or_else(|| match details {
            [detail] => present(&detail.source_id),
            _ => None,
        });
        Row {
            description,
            memo: memo.0,
            source_id,
            ..row
        }
    }

    /// The amounts of the parts, if each has one in the entry's currency and they add up.
    fn parts(&self, whole: Decimal) -> Option<Vec<Decimal>> {
        if self.details.len() < 2 {
            return None;
        }
        let amounts = |which: fn(&Detail) -> Option<&(String, String)>| {
            let parts: Option<Vec<Decimal>> = self
                .details
                .iter()
                .map(|detail| {
                    let (amount, currency) = which(detail)?;
                    if *currency != self.currency {
                        return None;
                    }
                    let direction = Some(detail.direction.as_str()).filter(|direction| !direction.is_empty());
                    in_direction(size(amount)?, direction.unwrap_or(&self.direction))
                })
                .collect();
            parts.filter(|parts| Sum::of(parts.iter().copied()) == Sum::of([whole]))
        };
        amounts(Detail::amount).or_else(|| amounts(Detail::instructed))
    }

    fn left_out(&self, amount: Decimal) -> Option<LeftOut> {
        match self.status.as_str() {
            "PDNG" | "FUTR" => Some(LeftOut::Pending),
            "INFO" => Some(LeftOut::Neutral),
            _ => amount.is_zero().then_some(LeftOut::Zero),
        }
    }
}

/// An amount without a sign.
pub fn size(text: &str) -> Option<Decimal> {
    number::either_mark(text)
        .or_else(|| number::plain(text, &['.']))
        .filter(|amount| amount.units >= 0 && !text.starts_with('-'))
}

/// The indicator is the direction of the entry, also if the entry reverses another one.
pub fn in_direction(size: Decimal, indicator: &str) -> Option<Decimal> {
    match indicator {
        "CRDT" => Some(size),
        "DBIT" => Some(size.negated()),
        _ => None,
    }
}

/// The text that is the same in all details.
fn shared(details: &[Detail], text: impl Fn(&Detail) -> Option<String>) -> Option<String> {
    let first = text(details.first()?)?;
    details[1..]
        .iter()
        .all(|detail| text(detail).as_ref() == Some(&first))
        .then_some(first)
}

/// Distinct texts in order, up to the length limit of a row: a batch can have thousands of parts.
#[derive(Default)]
struct Memo(String);

impl Memo {
    const LONGEST: usize = 16 * 1024;

    fn add(&mut self, text: &str, description: &str) {
        let text = folded(text);
        if text.is_empty() || text == description || self.0.len() + text.len() > Self::LONGEST {
            return;
        }
        if self.0.split("; ").any(|known| known == text) {
            return;
        }
        if !self.0.is_empty() {
            self.0.push_str("; ");
        }
        self.0.push_str(&text);
    }
}
