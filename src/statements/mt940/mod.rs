//! MT940, also inside SWIFT blocks and between the banners of banks, and MT942.

mod details;
mod entry;
mod labels;

use std::borrow::Cow;

use self::details::Details;
use super::balance::{self, Statement, Sum};
use super::clean::{self, LONGEST_TEXT, folded, present};
use super::decimal::Decimal;
use super::decode::decoded;
use super::lines::{LineCounter, line_at};
use super::number;
use super::row::{LeftOut, Reason, Record, Rejected, Row};

/// The fields of these messages. Any other line goes on with the field before it: texts may begin with `:12:`.
const TAGS: [&str; 22] = [
    "20", "21", "25", "25P", "28", "28C", "60F", "60M", "61", "62F", "62M", "64", "65", "86", "13", "13D",
    "34F", "90C", "90D", "NS", "940", "942",
];

/// Countries by their currency, where banks write older encodings.
const REGIONS: [(&str, &str); 7] = [
    ("PLN", "pl"),
    ("CZK", "cz"),
    ("HUF", "hu"),
    ("RON", "ro"),
    ("BGN", "bg"),
    ("RUB", "ru"),
    ("UAH", "ua"),
];

/// A record for each booking of the file.
pub fn read(bytes: &[u8]) -> Reader<'_> {
    Reader {
        text: decoded(bytes, None, region(bytes)),
        position: 0,
        lines: LineCounter::new(),
        message: Message::default(),
        open: None,
        statements: Vec::new(),
    }
}

#[derive(Debug)]
pub struct Reader<'a> {
    text: Cow<'a, str>,
    position: usize,
    lines: LineCounter,
    message: Message,
    open: Option<Open>,
    statements: Vec<Statement>,
}

/// What the fields before the bookings say.
#[derive(Debug, Default)]
struct Message {
    line: Option<u64>,
    account: Option<String>,
    currency: Option<String>,
    opening: Option<Decimal>,
    booked: Sum,
    /// German banks send what is not booked yet under a name of its own.
    is_announcement: bool,
}

/// A booking whose fields are being read: places in the text.
#[derive(Debug)]
struct Open {
    line: u64,
    start: usize,
    end: usize,
    /// `:61:` without its tag.
    entry: (usize, usize),
    supplement: Vec<(usize, usize)>,
    details: Vec<(usize, usize)>,
    is_in_details: bool,
    /// Whether the details are `:NS:`.
    has_numbered_lines: bool,
}

impl Reader<'_> {
    /// The statements read so far.
    pub fn statements(&self) -> &[Statement] {
        &self.statements
    }
}

impl Iterator for Reader<'_> {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        let text = std::mem::take(&mut self.text);
        let record = self.next_in(&text);
        self.text = text;
        record
    }
}

impl Reader<'_> {
    fn next_in(&mut self, text: &str) -> Option<Record> {
        while let Some((line, next)) = line_at(text, self.position) {
            let inner = line.trim_matches(|c: char| (c.is_control() && c != '\t') || c == '\u{feff}');
            let start = self.position + (inner.as_ptr() as usize - line.as_ptr() as usize);
            let tag = tag(inner);
            let ends = tag.is_some_and(|(tag, _)| !matches!(tag, "86" | "NS"))
                || is_end(inner)
                || inner.starts_with("{1:");
            if ends && let Some(open) = self.open.take() {
                return Some(self.finish(text, &open));
            }
            self.position = next;
            if let Some(block) = inner.rfind("{4:").filter(|_| inner.starts_with(['{', '-', '$'])) {
                self.end_statement(None);
                // A field may follow on the same line.
                self.message = Message::default();
                self.position = start + block + 3;
                continue;
            }
            match tag {
                Some((tag, value)) => {
                    let value_at = start + (value.as_ptr() as usize - inner.as_ptr() as usize);
                    self.apply(text, tag, value, start, value_at);
                }
                None if is_end(inner) => self.end_statement(None),
                None => self.go_on(inner, start),
            }
        }
        let open = self.open.take();
        let record = open.map(|open| self.finish(text, &open));
        if record.is_none() {
            self.end_statement(None);
        }
        record
    }

    fn apply(&mut self, text: &str, tag: &str, value: &str, start: usize, value_at: usize) {
        let place = (value_at, value_at + value.len());
        match tag {
            "20" => {
                self.end_statement(None);
                self.message = Message {
                    line: Some(self.lines.line_of(text.as_bytes(), start)),
                    is_announcement: value.trim().starts_with("STARTDISP"),
                    ..Message::default()
                };
            }
            "25" | "25P" => self.message.account = present(value),
            "34F" => {
                let currency = value
                    .get(..3)
                    .filter(|code| code.bytes().all(|byte| byte.is_ascii_uppercase()));
                self.message.currency = self.message.currency.take().or(currency.map(str::to_owned));
            }
            "60F" | "60M" => {
                self.end_statement(None);
                let line = self.lines.line_of(text.as_bytes(), start);
                self.message.line.get_or_insert(line);
                let balance = stated_balance(value);
                self.message.booked = Sum::default();
                self.message.currency = balance.as_ref().map(|(currency, _)| currency.clone());
                self.message.opening = balance.map(|(_, amount)| amount);
            }
            "62F" | "62M" => self.end_statement(stated_balance(value)),
            "61" => {
                self.open = Some(Open {
                    line: self.lines.line_of(text.as_bytes(), start),
                    start,
                    end: place.1,
                    entry: place,
                    supplement: Vec::new(),
                    details: Vec::new(),
                    is_in_details: false,
                    has_numbered_lines: false,
                });
            }
            "86" | "NS" => {
                if let Some(open) = &mut self.open {
                    open.is_in_details = true;
                    open.has_numbered_lines |= tag == "NS" && open.details.is_empty();
                    open.details.push(place);
                    open.end = place.1;
                }
            }
            _ => {}
        }
    }

    /// A line without a tag belongs to the field before it.
    fn go_on(&mut self, line: &str, start: usize) {
        let place = (start, start + line.len());
        if let Some(open) = self.open.as_mut().filter(|_| !line.trim().is_empty()) {
            open.end = place.1;
            if open.end - open.start > LONGEST_TEXT {
                // The booking is rejected whatever follows.
                return;
            }
            let lines = if open.is_in_details {
                &mut open.details
            } else {
                &mut open.supplement
            };
            lines.push(place);
        }
    }

    /// Ends the statement, once, where one has begun.
    fn end_statement(&mut self, closing: Option<(String, Decimal)>) {
        let opening = self.message.opening.take();
        if opening.is_none() && closing.is_none() {
            return;
        }
        let booked = std::mem::take(&mut self.message.booked);
        let (currency, closing) = closing.unzip();
        balance::push(
            &mut self.statements,
            Statement {
                line: self.message.line.unwrap_or(1),
                account: self.message.account.clone(),
                currency: self.message.currency.clone().or(currency),
                balance: opening
                    .zip(closing)
                    .map(|(opening, closing)| booked.explains(opening, closing)),
            },
        );
    }

    fn finish(&mut self, text: &str, open: &Open) -> Record {
        let raw = &text[open.start..open.end];
        let rejected = |value: &str, reason| {
            Record::Rejected(Rejected {
                line: open.line,
                column: ":61:".to_owned(),
                value: folded(value),
                reason,
                raw: clean::raw(raw),
            })
        };
        let entry_text = &text[open.entry.0..open.entry.1];
        if raw.len() > LONGEST_TEXT {
            return rejected("", Reason::TooLong);
        }
        let entry = match entry::entry(entry_text, open.entry.1 < text.len()) {
            Ok(entry) => entry,
            Err(reason) => return rejected(entry_text, reason),
        };
        let part = |(start, end): &(usize, usize)| &text[*start..*end];
        let lines: Vec<&str> = open.details.iter().map(part).collect();
        let mut details = if open.has_numbered_lines {
            Details::of_numbered(&lines)
        } else {
            Details::of(&lines)
        };
        let supplement = open.supplement.iter().map(part).collect::<Vec<_>>().join(" ");
        details.find_name(&supplement);
        let row = row(&self.message, open.line, &entry, &details, &supplement);
        if row.left_out.is_none() {
            self.message.booked.add(row.amount);
        }
        Record::Row(row)
    }
}

fn row(message: &Message, line: u64, entry: &entry::Entry, details: &Details, supplement: &str) -> Row {
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
        date: entry.date,
        amount: entry.amount,
        currency: message.currency.clone(),
        memo: clean::joined(memo),
        description,
        category: None,
        // The reference of the bank is new with every export at some banks, and counts within the day at others.
        source_id: None,
        account: message.account.clone(),
        left_out,
    }
}

/// The tag that a line begins with, and its value.
fn tag(line: &str) -> Option<(&str, &str)> {
    let (tag, value) = line.strip_prefix(':')?.split_once(':')?;
    TAGS.contains(&tag).then_some((tag, value))
}

/// The line that ends a message: `-`, in SWIFT blocks `-}`.
fn is_end(line: &str) -> bool {
    line.trim_end() == "-" || line.starts_with("-}")
}

/// `D070903EUR1234718,36`
fn stated_balance(text: &str) -> Option<(String, Decimal)> {
    let text = text.trim();
    let rest = text.strip_prefix(['C', 'D'])?;
    let currency = rest
        .get(6..9)
        .filter(|code| code.bytes().all(|byte| byte.is_ascii_uppercase()))?;
    let amount = number::plain(rest.get(9..)?, &[',', '.'])?;
    let amount = if text.starts_with('D') {
        amount.negated()
    } else {
        amount
    };
    Some((currency.to_owned(), amount))
}

/// The country of the first balance, to tell older encodings apart.
fn region(bytes: &[u8]) -> Option<&'static str> {
    let head = &bytes[..bytes.len().min(64 * 1024)];
    let at = memchr::memmem::find(head, b":60")?;
    let balance = head.get(at + 12..at + 15)?;
    REGIONS
        .iter()
        .find(|(currency, _)| currency.as_bytes() == balance)
        .map(|(_, region)| *region)
}
