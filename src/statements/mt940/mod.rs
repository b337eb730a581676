//! MT940, also inside SWIFT blocks and between the banners of banks, and MT942.

mod booking;
mod details;
mod entry;
mod labelled;
mod labels;
mod message;
mod parts;
mod subfields;

use std::borrow::Cow;

use self::booking::Booking;
use self::message::Message;
use super::balance::{self, Statement, Sum};
use super::clean::{LONGEST_TEXT, present};
use super::decimal::Decimal;
use super::decode::decoded;
use super::lines::{LineCounter, line_at};
use super::number;
use super::row::Record;

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
    open: Option<Booking>,
    statements: Vec<Statement>,
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
                // Some banks write it behind the opening balance; the statement goes on.
                None if is_end(inner) => {}
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
                self.open = Some(Booking {
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

    fn finish(&mut self, text: &str, open: &Booking) -> Record {
        let record = open.record(text, &self.message);
        if let Record::Row(row) = &record
            && row.left_out.is_none()
        {
            self.message.booked.add(row.amount);
        }
        record
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
