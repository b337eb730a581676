//! Random CSV files: random bookings in random dialects, truncated files, and random bytes.
//!
//! More than 300 lines, because all properties use the same generator of dialects.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use encoding_rs::{Encoding, UTF_8, UTF_16LE, WINDOWS_1252};
use expense_tracker::statements::csv::{AmountAs, Choices, DateAs, Question, ReadAs, propose, rows};
use expense_tracker::statements::row::{LeftOut, Record, Row};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use time::{Date, Duration};

use super::support::cases;

fn runner(count: u32) -> TestRunner {
    TestRunner::new(Config {
        cases: cases(count),
        failure_persistence: None,
        ..Config::default()
    })
}

/// The expected booking.
#[derive(Clone, Debug)]
pub struct Booking {
    pub date: Date,
    /// In hundredths, negative is money out.
    pub amount: i64,
    pub text: String,
    id: u32,
}

/// The dialect of a program.
#[derive(Clone, Debug)]
pub struct Dialect {
    delimiter: char,
    decimal: char,
    thousands: Option<char>,
    order: &'static str,
    line_end: &'static str,
    quotes_all: bool,
    encoding: &'static str,
    mode: Mode,
    has_header: bool,
    preamble: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Signed,
    SpentPositive,
    DebitCredit,
    Indicator,
}

pub fn bookings() -> impl Strategy<Value = Vec<Booking>> {
    // Some text has all characters that a dialect quotes.
    let text = "[a-zäß]{1,6}([a-z ,;|\"'\n\t.0-9é]{0,12}[a-z]{1,3})?";
    let booking = (
        0..20_000_i64,
        -900_000..900_000_i64,
        text,
        1_000_000..9_999_999_u32,
    );
    let booking = booking.prop_map(|(day, amount, text, id)| Booking {
        date: time::macros::date!(1990 - 01 - 01) + Duration::days(day % 15_000),
        amount: if amount == 0 { -1 } else { amount },
        text,
        id,
    });
    prop::collection::vec(booking, 2..30)
}

pub fn dialects() -> impl Strategy<Value = Dialect> {
    let table = (
        prop::sample::select(vec![',', ';', '\t', '|']),
        prop::sample::select(vec![('.', ','), (',', '.'), ('.', '\''), (',', ' ')]),
        any::<bool>(),
        prop::sample::select(vec![
            "YYYY-MM-DD",
            "DD/MM/YYYY",
            "MM/DD/YYYY",
            "DD.MM.YY",
            "YYYYMMDD",
            "DD MMM YYYY",
        ]),
        prop::sample::select(vec!["\n", "\r\n", "\r"]),
    );
    let rest = (
        any::<bool>(),
        prop::sample::select(vec![
            "utf-8",
            "utf-8 with byte order mark",
            "windows-1252",
            "utf-16-le with byte order mark",
        ]),
        prop::sample::select(vec![
            Mode::Signed,
            Mode::SpentPositive,
            Mode::DebitCredit,
            Mode::Indicator,
        ]),
        any::<bool>(),
        0..5_usize,
    );
    (table, rest).prop_map(|(table, rest)| {
        let (delimiter, (decimal, thousands), has_thousands, order, line_end) = table;
        let (quotes_all, encoding, mode, has_header, preamble) = rest;
        Dialect {
            delimiter,
            decimal,
            thousands: has_thousands.then_some(thousands),
            order,
            line_end,
            quotes_all,
            encoding,
            mode,
            has_header,
            preamble: if has_header { preamble } else { 0 },
        }
    })
}

const HEADER: [&str; 8] = [
    "Ref Id", "Date", "Payee", "Amount", "Debit", "Credit", "Type", "Note",
];

impl Dialect {
    pub fn write(&self, bookings: &[Booking]) -> Vec<u8> {
        let mut text = String::new();
        for line in 0..self.preamble {
            let _ = write!(
                text,
                "{}{}",
                ["My account", "", "Period: all of it"][line % 3],
                self.line_end
            );
        }
        let mut lines = vec![];
        if self.has_header {
            lines.push(HEADER.map(str::to_owned));
        }
        lines.extend(bookings.iter().map(|booking| self.cells(booking)));
        for cells in lines {
            let cells: Vec<String> = cells.iter().map(|cell| self.quoted(cell)).collect();
            text.push_str(&cells.join(&self.delimiter.to_string()));
            text.push_str(self.line_end);
        }
        self.encoded(&text)
    }

    fn encoded(&self, text: &str) -> Vec<u8> {
        match self.encoding {
            "utf-8" => text.into(),
            "windows-1252" => WINDOWS_1252.encode(text).0.into_owned(),
            "utf-8 with byte order mark" => format!("\u{feff}{text}").into(),
            _ => format!("\u{feff}{text}")
                .encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect(),
        }
    }

    fn quoted(&self, cell: &str) -> String {
        let must = cell.contains([self.delimiter, '"', '\n', '\r']);
        if must || self.quotes_all {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            cell.to_owned()
        }
    }

    fn cells(&self, booking: &Booking) -> [String; 8] {
        let size = self.number(booking.amount.abs());
        let is_out = booking.amount < 0;
        let none = String::new;
        let signed = |is_minus: bool| {
            if is_minus {
                format!("-{size}")
            } else {
                size.clone()
            }
        };
        let [amount, debit, credit, kind] = match self.mode {
            Mode::Signed => [signed(is_out), none(), none(), none()],
            Mode::SpentPositive => [signed(!is_out), none(), none(), none()],
            Mode::DebitCredit if is_out => [none(), size, none(), none()],
            Mode::DebitCredit => [none(), none(), size, none()],
            Mode::Indicator => [
                size,
                none(),
                none(),
                (if is_out { "Expense" } else { "Income" }).to_owned(),
            ],
        };
        let id = format!("B{}", booking.id);
        [
            id,
            self.date(booking.date),
            booking.text.clone(),
            amount,
            debit,
            credit,
            kind,
            none(),
        ]
    }

    fn number(&self, minor: i64) -> String {
        let whole = (minor / 100).to_string();
        let mut grouped = String::new();
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at).is_multiple_of(3) {
                grouped.extend(self.thousands);
            }
            grouped.push(digit);
        }
        format!("{grouped}{}{:02}", self.decimal, minor % 100)
    }

    fn date(&self, date: Date) -> String {
        let (year, month, day) = (date.year(), u8::from(date.month()), date.day());
        match self.order {
            "YYYY-MM-DD" => format!("{year}-{month:02}-{day:02}"),
            "DD/MM/YYYY" => format!("{day:02}/{month:02}/{year}"),
            "MM/DD/YYYY" => format!("{month:02}/{day:02}/{year}"),
            "DD.MM.YY" => format!("{day}.{month}.{:02}", year % 100),
            "YYYYMMDD" => format!("{year}{month:02}{day:02}"),
            _ => format!("{day:02} {} {year}", &date.month().to_string()[..3]),
        }
    }

    /// The correct description of the dialect.
    pub fn read_as(&self) -> ReadAs {
        let name = |column: &str| {
            let at = HEADER.iter().position(|name| *name == column).unwrap();
            if self.has_header {
                column.to_owned()
            } else {
                format!("#{}", at + 1)
            }
        };
        ReadAs {
            encoding: self.encoding.to_owned(),
            delimiter: self.delimiter,
            header_line: self.has_header.then_some(self.preamble as u64 + 1),
            first_row_line: (!self.has_header).then_some(1),
            decimal: self.decimal,
            thousands: self.thousands,
            date: DateAs {
                column: name("Date"),
                format: self.order.to_owned(),
            },
            amount: match self.mode {
                Mode::Signed => AmountAs::Signed {
                    column: name("Amount"),
                },
                Mode::SpentPositive => AmountAs::SpentPositive {
                    column: name("Amount"),
                },
                Mode::DebitCredit => AmountAs::DebitCredit {
                    debit: name("Debit"),
                    credit: name("Credit"),
                },
                Mode::Indicator => AmountAs::Indicator {
                    column: name("Amount"),
                    indicator: name("Type"),
                    out: vec!["Expense".to_owned()],
                    into: vec!["Income".to_owned()],
                },
            },
            description: vec![name("Payee")],
            category: None,
            currency: None,
            id: Some(name("Ref Id")),
            account: None,
            status: None,
        }
    }
}

fn read(bytes: &[u8], read_as: &ReadAs) -> Vec<Row> {
    let rows = rows(bytes, read_as).unwrap_or_else(|error| panic!("{error} {read_as:?}"));
    rows.map(|record| match record {
        Record::Row(row) => row,
        Record::Rejected(rejected) => panic!("{rejected:?}"),
    })
    .collect()
}

/// Date, amount and text, in the order of the file.
fn wanted(bookings: &[Booking]) -> Vec<(Date, i64, String)> {
    let text = |booking: &Booking| booking.text.split_whitespace().collect::<Vec<_>>().join(" ");
    bookings
        .iter()
        .map(|booking| (booking.date, booking.amount, text(booking)))
        .collect()
}

fn found(rows: &[Row]) -> Vec<(Date, i64, String)> {
    rows.iter()
        .map(|row| {
            (
                row.date.unwrap(),
                row.amount.minor_units(2).unwrap(),
                row.description.clone(),
            )
        })
        .collect()
}

#[test]
fn a_file_in_any_dialect_is_read_exactly() {
    let outcome = runner(300).run(&(bookings(), dialects()), |(bookings, dialect)| {
        let bytes = dialect.write(&bookings);
        let rows = read(&bytes, &dialect.read_as());
        prop_assert_eq!(found(&rows), wanted(&bookings), "{:?}", dialect);
        let ids: Vec<String> = bookings
            .iter()
            .map(|booking| format!("B{}", booking.id))
            .collect();
        let read_ids: Vec<String> = rows.into_iter().map(|row| row.source_id.unwrap()).collect();
        prop_assert_eq!(read_ids, ids);
        Ok(())
    });
    outcome.unwrap();
}

#[test]
fn a_proposal_without_a_question_is_right() {
    let outcome = runner(150).run(&(bookings(), dialects()), |(mut bookings, dialect)| {
        // A list of payments has more payments than refunds.
        let refunds = bookings.len() / 3;
        for booking in bookings.iter_mut().skip(refunds) {
            booking.amount = -booking.amount.abs();
        }
        let bytes = dialect.write(&bookings);
        let right = dialect.read_as();
        // A few random letters can be text in many encodings.
        let encoding = (dialect.encoding == "windows-1252").then(|| right.encoding.clone());
        let proposal = propose(
            &bytes,
            &Choices {
                encoding,
                ..Choices::default()
            },
            None,
        )
        .unwrap();
        let mut read_as = proposal.read_as.clone();
        for question in &proposal.questions {
            match question {
                Question::DateOrder { options, .. } => {
                    prop_assert!(options.contains(&right.date.format), "{options:?} {right:?}");
                    read_as.date.format.clone_from(&right.date.format);
                }
                Question::Direction { .. } => read_as.amount.clone_from(&right.amount),
                Question::DecimalMark { .. } => {
                    (read_as.decimal, read_as.thousands) = (right.decimal, right.thousands);
                }
                other => prop_assert!(!dialect.has_header, "{other:?} {dialect:?}"),
            }
        }
        if !dialect.has_header {
            read_as = ReadAs {
                encoding: read_as.encoding,
                delimiter: read_as.delimiter,
                ..right
            };
        }
        let rows = read(&bytes, &read_as);
        prop_assert_eq!(found(&rows), wanted(&bookings), "{:#?} {:#?}", dialect, proposal);
        Ok(())
    });
    outcome.unwrap();
}

fn files() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/statements/csv");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<(String, Vec<u8>)> = files
        .filter(|path| path.extension().is_some_and(|extension| extension == "csv"))
        .map(|path| (path.display().to_string(), fs::read(&path).unwrap()))
        .collect();
    files.sort();
    files
}

fn line(record: &Record) -> u64 {
    match record {
        Record::Row(row) => row.line,
        Record::Rejected(rejected) => rejected.line,
    }
}

#[test]
fn a_file_cut_anywhere_keeps_a_verdict_for_each_row_before_the_cut() {
    let files = files();
    let cuts = (0..files.len(), any::<prop::sample::Index>());
    let outcome = runner(150).run(&cuts, |(file, cut)| {
        let (name, bytes) = &files[file];
        let cut = &bytes[..cut.index(bytes.len())];
        let read_as = propose(bytes, &Choices::default(), None).unwrap().read_as;
        let whole: Vec<u64> = rows(bytes, &read_as)
            .unwrap()
            .map(|record| line(&record))
            .collect();
        let Ok(records) = rows(cut, &read_as) else {
            // The header is cut.
            return Ok(());
        };
        let lines: Vec<u64> = records.map(|record| line(&record)).collect();
        // The truncated record can look like anything.
        prop_assert!(
            lines.iter().rev().skip(1).all(|line| whole.contains(line)),
            "{name}: {lines:?} {whole:?}"
        );
        // The truncated record can have no data left.
        let text = Encoding::for_label(read_as.encoding.split(' ').next().unwrap().as_bytes()).unwrap_or(
            if bytes.starts_with(b"\xff\xfe") {
                UTF_16LE
            } else {
                UTF_8
            },
        );
        let lines_before = text.decode(cut).0.matches('\n').count() as u64;
        let complete: Vec<u64> = whole
            .iter()
            .zip(whole.iter().skip(1))
            .filter(|(_, next)| **next <= lines_before)
            .map(|(line, _)| *line)
            .collect();
        prop_assert!(
            complete.iter().all(|line| lines.contains(line)),
            "{name}: {complete:?} {lines:?}"
        );
        Ok(())
    });
    outcome.unwrap();
}

#[test]
fn no_bytes_make_the_reader_panic() {
    let pieces = prop::collection::vec(
        prop_oneof![
            prop::sample::select(vec![
                &b","[..],
                b";",
                b"\t",
                b"|",
                b"\"",
                b"\n",
                b"\r",
                b"\r\n",
                b"\"\"",
                b"'",
                b" ",
                b"Date",
                b"Amount",
                b"Debit",
                b"Credit",
                b"Balance",
                b"01/02/2025",
                b"2025-02-01",
                b"1.02.25",
                b"-1.50",
                b"1.234,56",
                b"(3)",
                b"CR",
                b"Total",
                b"\xff\xfe",
                b"\xef\xbb\xbf",
                b"\0",
                b"\xe4",
                b"sep=;",
                b"$",
                b"-",
                b"\xe2\x82\xac",
            ])
            .prop_map(<[u8]>::to_vec),
            prop::collection::vec(any::<u8>(), 0..4),
        ],
        0..80,
    );
    let outcome = runner(1_000).run(&pieces, |pieces| {
        let bytes = pieces.concat();
        let Ok(proposal) = propose(&bytes, &Choices::default(), None) else {
            return Ok(());
        };
        if let Ok(records) = rows(&bytes, &proposal.read_as) {
            let lines: Vec<u64> = records.map(|record| line(&record)).collect();
            prop_assert!(lines.windows(2).all(|pair| pair[0] < pair[1]), "{lines:?}");
        }
        Ok(())
    });
    outcome.unwrap();
}

#[test]
fn no_row_of_a_plain_list_is_excluded() {
    let text = b"Date,Payee,Amount\n2025-02-01,Baker,-1.50\n2025-02-02,Nobody,0.00\n";
    let read_as = propose(text, &Choices::default(), None).unwrap().read_as;
    let verdicts: Vec<Option<LeftOut>> = read(text, &read_as).iter().map(|row| row.left_out).collect();
    assert_eq!(verdicts, [None, Some(LeftOut::Zero)]);
}
