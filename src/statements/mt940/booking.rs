//! One booking of an MT940 file, from its fields to a row.

use super::super::clean::{self, LONGEST_TEXT, folded, present};
use super::super::row::{LeftOut, Reason, Record, Rejected, Row};
use super::details::details;
use super::entry::{self, Entry};
use super::message::Message;
use super::parts::Details;
use super::subfields::numbered_details;

/// A booking whose fields are being read: places in the text.
#[derive(Debug)]
pub struct Booking {
    pub line: u64,
    pub start: usize,
    pub end: usize,
    /// `:61:` without its tag.
    pub entry: (usize, usize),
    pub supplement: Vec<(usize, usize)>,
    pub details: Vec<(usize, usize)>,
    pub is_in_details: bool,
    /// Whether the details are `:NS:`.
    pub has_numbered_lines: bool,
}

impl Booking {
    /// The row; its places are in `text`.
    pub fn record(&self, text: &str, message: &Message) -> Record {
        let raw = &text[self.start..self.end];
        let rejected = |value: &str, reason| {
            Record::Rejected(Rejected {
                line: self.line,
                column: ":61:".to_owned(),
                value: folded(value),
                reason,
                raw: clean::raw(raw),
            })
        };
        let entry_text = &text[self.entry.0..self.entry.1];
        if raw.len() > LONGEST_TEXT {
            return rejected("", Reason::TooLong);
        }
        let part = |(start, end): &(usize, usize)| &text[*start..*end];
        let mut supplement: Vec<&str> = self.supplement.iter().map(part).collect();
        let mut entry = entry::entry(entry_text, self.entry.1 < text.len());
        // Some banks cut the field before the amount.
        if let (Err(Reason::MissingAmount), [first, ..]) = (&entry, &supplement[..]) {
            entry = entry::entry(&format!("{entry_text}{first}"), self.end < text.len());
            supplement.remove(0);
        }
        let entry = match entry {
            Ok(entry) => entry,
            Err(reason) => return rejected(entry_text, reason),
        };
        let lines: Vec<&str> = self.details.iter().map(part).collect();
        let mut details = if self.has_numbered_lines {
            numbered_details(&lines)
        } else {
            details(&lines)
        };
        let supplement = supplement.join(" ");
        details.find_name(&supplement);
        Record::Row(row(message, self.line, &entry, &details, &supplement))
    }
}

fn row(message: &Message, line: u64, entry: &Entry, details: &Details, supplement: &str) -> Row {
    let left_out = if entry.is_expected || message.is_announcement {
        Some(LeftOut::Pending)
    } else {
        entry.amount.is_zero().then_some(LeftOut::Zero)
    };
    let mut texts = vec![details.name.as_str(), &details.text, &details.posting, supplement];
    // Text without a label stands for too many things to be read before the bank's own word for the booking.
    if !details.posting.is_empty() && !details.is_labelled {
        texts.swap(1, 2);
    }
    let references = details.references.iter().chain(&entry.references);
    let description = texts.iter().copied().find_map(present);
    let description = description
        .or_else(|| entry.references.first().map(|text| folded(text)))
        .unwrap_or_else(|| folded(&entry.kind));
    let memo = texts
        .into_iter()
        .chain(references.map(String::as_str))
        .filter(|text| folded(text) != description);
    Row {
        line,
        date: Some(entry.date),
        amount: entry.amount,
        currency: message.currency.clone(),
        memo: clean::joined(memo),
        description,
        category: None,
        // The reference of the bank is new with every export at some banks, and counts within the day at others.
        source_id: None,
        account: message.account.clone(),
        left_out,
        is_income: None,
        raw: None,
    }
}
