//! CAMT.052, .053 and .054 in every version. Elements are recognized by their local names, whatever the namespace.
//!
//! The reader processes the events of `quick-xml` and tracks the path of the current element. Entities of a document type
//! are never expanded.

mod balances;
mod detail;
mod entry;
mod path;
mod statement;
mod xml;

use std::borrow::Cow;
use std::collections::VecDeque;
use std::io::Cursor;

use quick_xml::Reader as XmlReader;
use quick_xml::events::Event;

use self::entry::{Account, Entry};
use self::path::Path;
use self::statement::OpenStatement;
use super::balance::{self, Statement};
use super::clean;
use super::decode::decoded;
use super::lines::LineCounter;
use super::row::{Reason, Record, Rejected};

/// More than twice the depth in the standard.
const DEEPEST: usize = 40;

/// A record for each entry of the file, or for each part of a batch with details.
pub fn read(bytes: &[u8]) -> Reader<'_> {
    let text = Bytes(decoded(bytes, xml::declared(bytes), None));
    let mut xml = XmlReader::from_reader(Cursor::new(text));
    xml.config_mut().expand_empty_elements = true;
    Reader {
        xml,
        buffer: Vec::new(),
        path: Path::default(),
        text: String::new(),
        currency: None,
        lines: LineCounter::new(),
        statement: None,
        entry: None,
        records: VecDeque::new(),
        statements: Vec::new(),
        is_at_end: false,
    }
}

#[derive(Debug)]
pub struct Reader<'a> {
    xml: XmlReader<Cursor<Bytes<'a>>>,
    buffer: Vec<u8>,
    path: Path,
    /// The text of the innermost element so far.
    text: String,
    /// Of the innermost amount.
    currency: Option<String>,
    lines: LineCounter,
    statement: Option<OpenStatement>,
    /// The entry that is being read, and the length of its path.
    entry: Option<(Entry, usize)>,
    /// The remaining parts of a batch.
    records: VecDeque<Record>,
    statements: Vec<Statement>,
    is_at_end: bool,
}

/// Text as bytes, for the XML reader.
#[derive(Debug)]
struct Bytes<'a>(Cow<'a, str>);

impl AsRef<[u8]> for Bytes<'_> {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
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
        while self.records.is_empty() && !self.is_at_end {
            self.step();
        }
        self.records.pop_front()
    }
}

/// An event without the buffer that it borrows.
enum Step {
    Start,
    End,
    Nothing,
    Stop,
    TooDeep,
}

impl Reader<'_> {
    fn step(&mut self) {
        let before = self.offset();
        self.buffer.clear();
        let step = match self.xml.read_event_into(&mut self.buffer) {
            Ok(Event::Start(start)) => {
                self.text.clear();
                if self.path.depth() >= DEEPEST {
                    Step::TooDeep
                } else {
                    self.path.push(start.local_name().as_ref());
                    if self.path.last().ends_with("Amt") {
                        self.currency = xml::currency(&start);
                    }
                    Step::Start
                }
            }
            Ok(Event::End(_)) => Step::End,
            Ok(Event::Text(text)) => {
                self.text.push_str(&text);
                Step::Nothing
            }
            Ok(Event::CData(text)) => {
                self.text.push_str(&text);
                Step::Nothing
            }
            Ok(Event::GeneralRef(name)) => {
                xml::reference(&name, &mut self.text);
                Step::Nothing
            }
            Ok(Event::Eof) | Err(_) => Step::Stop,
            Ok(_) => Step::Nothing,
        };
        match step {
            Step::Start => self.start(before),
            Step::End => {
                self.end();
                self.path.pop();
                self.text.clear();
            }
            Step::Nothing => {}
            Step::Stop => self.stop(before, Reason::TooFewCells),
            Step::TooDeep => self.stop(before, Reason::TooLong),
        }
    }

    fn offset(&self) -> usize {
        usize::try_from(self.xml.buffer_position()).unwrap_or(usize::MAX)
    }

    fn line(&mut self, position: usize) -> u64 {
        self.lines
            .line_of(self.xml.get_ref().get_ref().as_ref(), position)
    }

    fn start(&mut self, position: usize) {
        let is_in_entry = self.entry.is_some();
        match self.path.last() {
            "Stmt" | "Rpt" | "Ntfctn" if self.statement.is_none() => {
                self.statement = Some(OpenStatement::new(self.line(position), self.path.len()));
            }
            "Ntry" if !is_in_entry => {
                let entry = Entry::new(self.line(position), position);
                self.entry = Some((entry, self.path.len()));
            }
            "TxDtls" if is_in_entry => {
                let line = self.line(position);
                if let Some((entry, _)) = &mut self.entry {
                    entry.add_detail(line);
                }
            }
            "Bal" if !is_in_entry => {
                if let Some(statement) = &mut self.statement {
                    statement.add_balance();
                }
            }
            _ => {}
        }
    }

    fn end(&mut self) {
        let length = self.path.len();
        if let Some((entry, entry_path)) = &mut self.entry {
            if length > *entry_path {
                entry.set(self.path.below(*entry_path), &self.text, self.currency.as_deref());
                return;
            }
            let end = self.offset();
            self.end_entry(end, true);
            return;
        }
        let Some(statement) = &mut self.statement else {
            return;
        };
        if length <= statement.path {
            self.end_statement();
            return;
        }
        statement.set(
            self.path.below(statement.path),
            self.text.trim(),
            self.currency.as_deref(),
        );
    }

    fn end_entry(&mut self, end: usize, is_whole: bool) {
        let Some((entry, _)) = self.entry.take() else {
            return;
        };
        let none = Account::default();
        let account = self
            .statement
            .as_ref()
            .map_or(&none, |statement| &statement.account);
        let raw = self
            .xml
            .get_ref()
            .get_ref()
            .0
            .get(entry.start..end)
            .unwrap_or_default();
        let records = entry.records(account, raw, is_whole);
        if let Some(statement) = &mut self.statement {
            for record in &records {
                if let Record::Row(row) = record
                    && row.left_out.is_none()
                {
                    statement.booked.add(row.amount);
                }
            }
        }
        self.records.extend(records);
    }

    fn end_statement(&mut self) {
        if let Some(statement) = self.statement.take() {
            balance::push(&mut self.statements, statement.finished());
        }
    }

    /// Handles the end of the file. A truncated file gets a record for it, because there may have been more rows.
    fn stop(&mut self, position: usize, reason: Reason) {
        self.is_at_end = true;
        let end = self.xml.get_ref().get_ref().0.len();
        let is_broken = self.path.depth() > 0;
        if self.entry.is_some() {
            self.end_entry(end, false);
        } else if is_broken {
            let line = self.line(position.min(end));
            let text = &self.xml.get_ref().get_ref().0;
            let from = text.floor_char_boundary(position);
            self.records.push_back(Record::Rejected(Rejected {
                line,
                column: self.path.last().to_owned(),
                value: String::new(),
                reason,
                raw: clean::raw(&text[from..text.floor_char_boundary(from + 200)]),
            }));
        }
        if let Some(statement) = &mut self.statement {
            statement.has_no_balances = true;
        }
        self.end_statement();
    }
}
