//! A record of a file, as this book sees it: its amount in minor units, and what speaks against it.

use super::booking::{self, Booking};
use super::verdict::{Reason, Verdict};
use crate::crypto::hash;
use crate::expenses::field_values::LONGEST_DESCRIPTION;
use crate::money::{Currency, Money};
use crate::period::{FIRST_DAY, LAST_DAY};
use crate::statements::row::{Record, Rejected, Row};
use crate::text;

use time::Date;

/// Longest text of a row that is not a description, in characters.
const LONGEST_TEXT: usize = 2_000;
/// Longest row that is kept as it stands in the file, in bytes.
const LONGEST_RAW: usize = 8 * 1024;
const LONGEST_CATEGORY: usize = 60;

/// A data row.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Where it starts in the file, from 1.
    pub line: u64,
    pub date: Option<Date>,
    /// In the direction of the account: negative is money out.
    pub amount: Option<Money>,
    pub currency: Option<String>,
    /// As the expense has it.
    pub description: String,
    pub memo: String,
    /// As the file names it.
    pub category: Option<String>,
    /// Whether the file says that its category is one of income.
    pub is_income: Option<bool>,
    pub source_id: Option<String>,
    pub account: Option<String>,
    /// Why no expense can be made of it.
    pub fault: Option<(Verdict, Reason)>,
    /// As it stands in the file, if it was rejected or shortened.
    pub raw: Option<String>,
}

/// Whether a row that was read is stored as it stands in the file: then its texts were too long for an expense.
pub fn is_shortened(verdict: Verdict, has_raw: bool) -> bool {
    has_raw && verdict != Verdict::Rejected
}

impl Entry {
    /// The record in a book of that currency.
    pub fn of(record: Record, currency: Currency) -> Self {
        match record {
            Record::Row(row) => Self::of_row(row, currency),
            Record::Rejected(rejected) => Self::of_rejected(rejected),
        }
    }

    fn of_row(row: Row, currency: Currency) -> Self {
        let is_foreign = row
            .currency
            .as_deref()
            .is_some_and(|code| !code.eq_ignore_ascii_case(currency.code()));
        let minor = row.amount.minor_units(currency.decimals());
        let amount = minor
            .map(Money::from_minor)
            .filter(|amount| amount.abs() <= Money::LIMIT);
        let date = row.date.filter(|date| (FIRST_DAY..=LAST_DAY).contains(date));
        let rejected = |reason| Some((Verdict::Rejected, reason));
        let fault = if let Some(left_out) = row.left_out {
            Some((Verdict::LeftOut, left_out.into()))
        } else if is_foreign {
            Some((Verdict::LeftOut, Reason::OtherCurrency))
        } else if row.amount.is_zero() {
            Some((Verdict::LeftOut, Reason::Zero))
        } else if date.is_none() {
            rejected(Reason::DateOutOfRange)
        } else if amount.is_none() {
            rejected(if minor.is_none() {
                Reason::TooManyDecimals
            } else {
                Reason::AmountTooLarge
            })
        } else {
            None
        };
        let is_rejected = fault.is_some_and(|(verdict, _)| verdict == Verdict::Rejected);
        let (description, memo) = if row.description.is_empty() {
            (row.memo.clone(), String::new())
        } else {
            (row.description.clone(), row.memo.clone())
        };
        let is_longer = |text: &str, longest: usize| text.trim().chars().nth(longest).is_some();
        let is_shortened = is_longer(&description, LONGEST_DESCRIPTION)
            || row
                .category
                .as_deref()
                .is_some_and(|name| is_longer(name, LONGEST_CATEGORY));
        let raw = (is_rejected || is_shortened).then(|| row.raw.clone().map_or_else(|| as_csv(&row), kept));
        Self {
            line: row.line,
            date,
            // Of another currency it may have more decimals; it is shown as far as it can be.
            amount,
            currency: row.currency,
            description: clean(&description, LONGEST_DESCRIPTION),
            memo: clean(&memo, LONGEST_TEXT),
            is_income: row.is_income,
            category: row
                .category
                .map(|name| clean(&name, LONGEST_CATEGORY).replace(['\n', '\t'], " "))
                .filter(|name| !name.is_empty()),
            source_id: row.source_id.map(|id| clean(&id, LONGEST_TEXT)),
            account: row.account.map(|account| clean(&account, LONGEST_TEXT)),
            fault,
            raw,
        }
    }

    fn of_rejected(rejected: Rejected) -> Self {
        Self {
            line: rejected.line,
            date: None,
            amount: None,
            currency: None,
            description: clean(&rejected.value, LONGEST_DESCRIPTION),
            memo: clean(&rejected.column, LONGEST_TEXT),
            category: None,
            is_income: None,
            source_id: None,
            account: None,
            fault: Some((Verdict::Rejected, rejected.reason.into())),
            raw: Some(kept(rejected.raw)),
        }
    }

    /// What identifies it; `None` for one that can't be an expense.
    pub fn booking(&self) -> Option<Booking> {
        if self.fault.is_some() {
            return None;
        }
        Some(Booking {
            date: self.date?,
            amount: self.amount?,
            text: self.text_key(),
            id: self.source_id.as_deref().and_then(booking::hash_of),
            account: self.account.as_deref().and_then(booking::hash_of),
        })
    }

    pub fn text_key(&self) -> i64 {
        text_key(&self.description)
    }
}

/// Of descriptions that are the same but for case, accents and white space.
pub fn text_key(description: &str) -> i64 {
    folded_key(&text::search_text(description))
}

/// The same of a description that [`text::search_text`] has folded.
pub fn folded_key(folded: &str) -> i64 {
    let words: Vec<&str> = folded.split_whitespace().collect();
    hash::key(&words.join(" "))
}

/// The part of a row of the file that is kept.
fn kept(mut raw: String) -> String {
    raw.truncate(raw.floor_char_boundary(LONGEST_RAW));
    raw.replace('\0', "\u{fffd}")
}

/// A row that was read, but is beyond the limits of the ledger, in a format without lines of its own.
fn as_csv(row: &Row) -> String {
    let amount = row.amount.to_string();
    let date = row.date.map(|date| date.to_string()).unwrap_or_default();
    let cells = [&date, &amount, &row.description, &row.memo].map(|cell| {
        let quoted = cell.replace('"', "\"\"");
        format!("\"{quoted}\"")
    });
    cells.join(",")
}

/// As a description can be typed: trimmed, without control characters, at most `longest` characters.
fn clean(text: &str, longest: usize) -> String {
    let plain: String = text
        .chars()
        .map(|c| {
            if c.is_control() && c != '\n' && c != '\t' {
                ' '
            } else {
                c
            }
        })
        .take(longest)
        .collect();
    plain.trim().to_owned()
}
