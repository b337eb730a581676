//! QIF: lines of a letter and a value, a caret behind each record.
//!
//! A file says neither in which order it writes day and month nor its decimal mark. [`survey`] finds what fits, and
//! [`read`] takes what was chosen.

mod category;
mod marks;
mod order;
mod record;

use std::borrow::Cow;
use std::collections::VecDeque;

use self::marks::{MarkEvidence, Marks};
pub use self::order::DateOrder;
use self::order::Evidence;
use self::record::{Lines, Spelling};
use super::clean::present;
use super::decode::decoded;
use super::lines::{LineCounter, line_at};
use super::row::Record;

/// What all dates and amounts of a file say of how they are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    /// The orders of day, month and year that fit the dates, the likeliest first. More than one is a question.
    pub date_orders: Vec<DateOrder>,
    /// The decimal mark, where the amounts settle it.
    pub decimal: Option<char>,
    /// An amount for which it has to be asked.
    pub open_amount: Option<String>,
}

/// Reads all dates and amounts. `decimals` are those of the currency, if it is known.
///
/// A few programs write the order of dates at the top (`!Option:MDY`).
pub fn survey(bytes: &[u8], decimals: Option<u8>) -> Survey {
    let text = decoded(bytes, None, None);
    let (mut dates, mut marks) = (Evidence::default(), MarkEvidence::default());
    let mut sections = Sections::new();
    while let Some(found) = sections.next(&text) {
        dates.add(found.lines.date_text());
        found.lines.amount_texts().for_each(|amount| marks.add(amount));
    }
    Survey {
        date_orders: sections
            .stated_order
            .map_or_else(|| dates.orders(), |order| vec![order]),
        decimal: marks.marks(decimals).decimal,
        open_amount: marks.open_example(decimals).map(str::to_owned),
    }
}

/// A record for each booking of the file, and for each part of a split. Without a decimal mark, an amount that could mean
/// two is rejected.
pub fn read(bytes: &[u8], order: DateOrder, decimal: Option<char>) -> Reader<'_> {
    let text = decoded(bytes, None, None);
    let mut evidence = MarkEvidence::default();
    let mut sections = Sections::new();
    while let Some(found) = sections.next(&text) {
        found.lines.amount_texts().for_each(|amount| evidence.add(amount));
    }
    let found = evidence.marks(None);
    let marks = Marks {
        decimal: decimal.or(found.decimal),
        ..found
    };
    Reader {
        text,
        sections: Sections::new(),
        spelling: Spelling { order, marks },
        parts: VecDeque::new(),
    }
}

#[derive(Debug)]
pub struct Reader<'a> {
    text: Cow<'a, str>,
    sections: Sections,
    spelling: Spelling,
    /// The parts of a split that are still to come.
    parts: VecDeque<Record>,
}

impl Iterator for Reader<'_> {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        while self.parts.is_empty() {
            let found = self.sections.next(&self.text)?;
            let raw = &self.text[found.lines.start..found.end];
            let account = self.sections.account.as_deref();
            let is_investment = found.section == Section::Investments;
            self.parts.extend(found.lines.records(
                &self.spelling,
                account,
                is_investment,
                raw,
                found.is_whole,
            ));
        }
        self.parts.pop_front()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Section {
    Bookings,
    Investments,
    /// The list of accounts, which names the account of the bookings that follow.
    Accounts,
    /// Categories, classes, securities, prices: their letters mean other things.
    Other,
}

impl Section {
    /// Of a header in small letters.
    fn of(header: &str, before: Self) -> Self {
        let Some(kind) = header.strip_prefix("!type:") else {
            return if header == "!account" {
                Self::Accounts
            } else {
                before
            };
        };
        match kind.trim() {
            "bank" | "cash" | "ccard" | "oth a" | "oth l" | "otha" | "othl" => Self::Bookings,
            "invst" | "port" | "401(k)/403(b)" => Self::Investments,
            _ => Self::Other,
        }
    }
}

/// A record that is a booking.
struct Found {
    lines: Lines,
    section: Section,
    end: usize,
    is_whole: bool,
}

/// Goes through the records of a file and knows in which section they are.
#[derive(Debug)]
struct Sections {
    position: usize,
    counter: LineCounter,
    section: Section,
    account: Option<String>,
    stated_order: Option<DateOrder>,
}

impl Sections {
    fn new() -> Self {
        Self {
            position: 0,
            counter: LineCounter::new(),
            // Some programs write no header at all.
            section: Section::Bookings,
            account: None,
            stated_order: None,
        }
    }

    fn next(&mut self, text: &str) -> Option<Found> {
        let mut lines: Option<Lines> = None;
        while let Some((whole_line, next)) = line_at(text, self.position) {
            let start = self.position;
            let line = whole_line.trim_start_matches(['\u{feff}', ' ', '\t']);
            let is_header = line.starts_with('!');
            if (is_header || line.trim_end() == "^")
                && let Some(lines) = lines.take().filter(|lines| !lines.is_empty())
            {
                // A header without a caret before it ends the record, too, and is read next.
                self.position = if is_header { start } else { next };
                if let Some(found) = self.found(lines, self.position, true) {
                    return Some(found);
                }
                continue;
            }
            self.position = next;
            if is_header {
                self.header(line.trim());
                continue;
            }
            let mut characters = line.chars();
            let Some(letter) = characters.next().filter(|letter| *letter != '^') else {
                continue;
            };
            let line_number = self.counter.line_of(text.as_bytes(), start);
            lines.get_or_insert_with(|| Lines::new(line_number, start)).add(
                letter,
                characters.as_str(),
                line_number,
            );
        }
        // Without a caret the last line may be cut; with its end it is whole.
        let is_whole = text.ends_with(['\n', '\r']);
        let lines = lines.filter(|lines| !lines.is_empty())?;
        self.found(lines, text.len(), is_whole)
    }

    fn header(&mut self, line: &str) {
        match line.to_ascii_lowercase().as_str() {
            // What stood before was a list of all accounts.
            "!clear:autoswitch" => self.account = None,
            "!option:mdy" => self.stated_order = Some(DateOrder::MonthFirst),
            "!option:dmy" => self.stated_order = Some(DateOrder::DayFirst),
            "!option:ymd" => self.stated_order = Some(DateOrder::YearFirst),
            header => self.section = Section::of(header, self.section),
        }
    }

    /// The record, where its section has bookings.
    fn found(&mut self, lines: Lines, end: usize, is_whole: bool) -> Option<Found> {
        match self.section {
            Section::Bookings | Section::Investments => Some(Found {
                lines,
                section: self.section,
                end,
                is_whole,
            }),
            Section::Accounts => {
                self.account = present(lines.name());
                None
            }
            Section::Other => None,
        }
    }
}
