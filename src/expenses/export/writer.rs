//! The text of an export: RFC 4180 with a BOM and CRLF, and no cell that a spreadsheet would run.
//!
//! More than 300 lines, because half of the file is its tests.

use std::io::Write as _;

use bytes::Bytes;

use crate::ledger::category_kind::CategoryKind;
use crate::ledger::expense::ExportRow;
use crate::locale::Locale;
use crate::money::Currency;
use crate::period::date_bytes;

/// A chunk is sent when it has grown to this many bytes.
const CHUNK: usize = 64 * 1024;

/// The names of the columns, and a line end.
pub const HEADER: &str = "date,amount,currency,category,description,kind,paid_by,id\r\n";

/// How numbers and cells are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// What separates cells.
    separator: u8,
    /// The decimal mark of an amount.
    decimal: u8,
}

impl Style {
    /// The one form for programs: commas, and a dot before the decimals.
    pub const PLAIN: Self = Self {
        separator: b',',
        decimal: b'.',
    };

    /// Where a comma stands before the decimals, a semicolon separates cells.
    pub const DECIMAL_COMMA: Self = Self {
        separator: b';',
        decimal: b',',
    };

    /// The form that a spreadsheet in this locale opens with its numbers.
    pub fn of_locale(locale: Locale) -> Self {
        match locale.decimal_mark() {
            ',' => Self::DECIMAL_COMMA,
            _ => Self::PLAIN,
        }
    }
}

/// Writes rows.
pub struct Writer {
    text: Vec<u8>,
    currency: Currency,
    style: Style,
    guarded: String,
}

impl Writer {
    /// A writer whose output begins with the BOM and the header.
    pub fn new(currency: Currency, style: Style) -> Self {
        let mut writer = Self::without_header(currency, style);
        writer.text.extend_from_slice("\u{feff}".as_bytes());
        let names = HEADER.bytes();
        let names = names.map(|byte| if byte == b',' { style.separator } else { byte });
        writer.text.extend(names);
        writer
    }

    /// One that continues where another one stopped.
    pub(super) fn without_header(currency: Currency, style: Style) -> Self {
        Self {
            text: room(),
            currency,
            style,
            guarded: String::new(),
        }
    }

    /// Adds one row with its category; `payer` is empty in a book of one person.
    pub fn write(&mut self, row: &ExportRow, (category, kind): (&str, CategoryKind), payer: &str) {
        let Style { separator, decimal } = self.style;
        self.text.extend_from_slice(&date_bytes(row.day.0));
        self.text.push(separator);
        let at = self.text.len();
        self.text
            .extend_from_slice(row.amount.plain(self.currency).as_bytes());
        if let Some(mark) = self.text[at..].iter_mut().find(|byte| **byte == b'.') {
            *mark = decimal;
        }
        self.text.push(separator);
        self.text.extend_from_slice(self.currency.code().as_bytes());
        for cell in [category, &row.description, kind.name(), payer] {
            self.text.push(separator);
            quote(guard(cell, &mut self.guarded), &mut self.text);
        }
        self.text.push(separator);
        // With a letter before it, a spreadsheet keeps all digits. Writing to memory never fails.
        let _ = write!(self.text, "E{}\r\n", row.id);
    }

    /// How many bytes wait to be taken.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    pub(super) fn is_full(&self) -> bool {
        self.text.len() >= CHUNK
    }

    /// What has been written since the last time.
    pub fn take(&mut self) -> Bytes {
        std::mem::replace(&mut self.text, room()).into()
    }
}

/// Room for a chunk and the row that makes it full.
fn room() -> Vec<u8> {
    Vec::with_capacity(CHUNK + 4 * 1024)
}

/// Writes a cell, in quotes if it contains a comma, a quote, a line end or another possible separator.
fn quote(cell: &str, text: &mut Vec<u8>) {
    let is_special = |byte: u8| matches!(byte, b',' | b'"' | b'\r' | b'\n' | b';' | b'\t' | b'|');
    if !cell.bytes().any(is_special) {
        text.extend_from_slice(cell.as_bytes());
        return;
    }
    text.push(b'"');
    for (at, part) in cell.split('"').enumerate() {
        if at > 0 {
            text.extend_from_slice(b"\"\"");
        }
        text.extend_from_slice(part.as_bytes());
    }
    text.push(b'"');
}

/// Whether a cell is a formula if it begins with `c`; spreadsheets read the full-width signs of East Asia as well.
fn begins_formula(c: char) -> bool {
    matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠')
}

/// Whether a cell may begin after what has been read of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CellBegins {
    Never,
    /// Where spaces separate cells.
    AfterSpace,
    /// At the beginning, and after whatever else separates cells or lines.
    Always,
}

/// Puts an apostrophe before each sign that would begin a formula if a program split the text into cells there, so that
/// it is only shown, whatever separator the program was told. Quotes don't prevent that: a program that does not
/// split at commas finds them within a cell, where they mean nothing.
///
/// Taking away each apostrophe that is found in such a place gives the text back: where one was there before, there
/// are two.
fn guard<'a>(cell: &'a str, guarded: &'a mut String) -> &'a str {
    // Most texts have none of these, and an export has very many texts. All full-width signs begin with the byte EF.
    let is_suspicious = |byte: u8| matches!(byte, b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r' | 0xef);
    if !cell.bytes().any(is_suspicious) {
        return cell;
    }
    guarded.clear();
    let mut begins = CellBegins::Always;
    let mut only_quotes = true;
    let mut chars = cell.chars().peekable();
    while let Some(c) = chars.next() {
        let runs = begins_formula(c) || only_quotes && matches!(c, '\t' | '\r');
        // Where a space separates, a sign before another space is a cell of its own, and no formula.
        let is_alone = begins == CellBegins::AfterSpace && chars.peek() == Some(&' ');
        if runs && begins != CellBegins::Never && !is_alone {
            guarded.push('\'');
        }
        guarded.push(c);
        only_quotes &= matches!(c, '"' | '\'');
        begins = begins.after(c);
    }
    guarded
}

impl CellBegins {
    /// The same after one more character. Programs skip spaces at the beginning of a cell.
    fn after(self, c: char) -> Self {
        match c {
            ';' | '|' | '\t' | '\n' | '\r' => Self::Always,
            '"' | '\'' => self,
            _ if c.is_whitespace() && self == Self::Never => Self::AfterSpace,
            _ if c.is_whitespace() => self,
            _ => Self::Never,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::db::Day;
    use crate::money::Money;

    fn line(category: &str, description: &str) -> String {
        let mut writer = Writer::without_header(Currency::USD, Style::PLAIN);
        let row = ExportRow {
            id: 7,
            day: Day(time::macros::date!(2026 - 11 - 22)),
            category_id: 1,
            amount: Money::from_minor(390),
            description: description.to_owned(),
            paid_by: None,
        };
        writer.write(&row, (category, CategoryKind::Spending), category);
        String::from_utf8(writer.take().into()).unwrap()
    }

    #[test]
    fn a_cell_that_a_spreadsheet_would_run_is_only_shown() {
        for (cell, written) in [
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@x", "'@x"),
            ("\tx", "\"'\tx\""),
            ("\rx", "\"'\rx\""),
            ("=\"a\"", "\"'=\"\"a\"\"\""),
            ("＝1", "'＝1"),
            ("a=1", "a=1"),
            ("", ""),
            ("lunch;=1+2", "\"lunch;'=1+2\""),
            ("lunch; =1+2", "\"lunch; '=1+2\""),
            ("lunch\t=1+3", "\"lunch\t'=1+3\""),
            ("lunch\n=1", "\"lunch\n'=1\""),
            ("lunch|＋1", "\"lunch|'＋1\""),
            ("a;\"=1", "\"a;\"\"'=1\""),
            ("a =1", "a '=1"),
            ("lunch - dinner @ home", "lunch - dinner @ home"),
            ("Wi-Fi, a+b", "\"Wi-Fi, a+b\""),
            ("'=1", "''=1"),
            ("'q", "'q"),
        ] {
            assert_eq!(
                line(cell, cell),
                format!("2026-11-22,3.90,USD,{written},{written},spending,{written},E7\r\n")
            );
        }
    }

    /// The text of a cell again: without the apostrophe in each place where the writer puts one.
    fn unguarded(cell: &str) -> String {
        let (mut text, mut begins, mut only_quotes) = (String::new(), CellBegins::Always, true);
        let mut rest = cell.chars();
        while let Some(c) = rest.next() {
            let mut next = rest.clone();
            let sign = next.next();
            let is_alone = begins == CellBegins::AfterSpace && next.next() == Some(' ');
            let runs = sign.is_some_and(begins_formula) && begins != CellBegins::Never && !is_alone
                || only_quotes && matches!(sign, Some('\t' | '\r'));
            if c != '\'' || !runs {
                text.push(c);
            }
            only_quotes &= matches!(c, '"' | '\'');
            begins = begins.after(c);
        }
        text
    }

    /// A reader that splits at any of `separators` and heeds quotes at the beginning of a cell only.
    fn cells(text: &str, separators: &[char]) -> Vec<String> {
        let mut cells = vec![String::new()];
        let mut chars = text.chars().peekable();
        let (mut starts, mut quoted) = (true, false);
        while let Some(c) = chars.next() {
            let cell = cells.last_mut().unwrap();
            if quoted && c == '"' && chars.peek() == Some(&'"') {
                chars.next();
                cell.push('"');
            } else if c == '"' && (quoted || starts) {
                quoted = !quoted;
                starts = false;
            } else if !quoted && (separators.contains(&c) || matches!(c, '\r' | '\n')) {
                cells.push(String::new());
                starts = true;
            } else {
                cell.push(c);
                starts = false;
            }
        }
        cells
    }

    const TEXT: &str = "[-=+@＝＋ ;|\\t\\n\"'a1,]{0,9}|.{0,12}";

    proptest! {
        #[test]
        fn no_cell_runs_whatever_separators_a_program_is_told(
            category in TEXT,
            description in TEXT,
            separators in prop::sample::subsequence(vec![',', ';', '\t', '|', ' '], 1..=5),
        ) {
            let text = line(&category, &description);
            for cell in cells(&text, &separators) {
                let shown = cell.trim_start();
                let runs = shown.starts_with(begins_formula) && shown.trim_end().chars().count() > 1;
                prop_assert!(!runs, "{cell:?} of {text:?} at {separators:?}");
            }
        }

        #[test]
        fn what_is_written_is_what_a_reader_of_csv_finds(category in TEXT, description in TEXT) {
            let text = line(&category, &description);
            let mut reader = csv::ReaderBuilder::new()
                .has_headers(false)
                .terminator(csv::Terminator::CRLF)
                .from_reader(text.as_bytes());
            let found: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
            prop_assert_eq!(found.len(), 1);
            prop_assert_eq!(found[0].len(), 8);
            prop_assert_eq!(unguarded(&found[0][3]), &*category);
            prop_assert_eq!(unguarded(&found[0][4]), description);
            prop_assert_eq!(unguarded(&found[0][6]), category);
        }
    }
}
