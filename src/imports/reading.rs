//! How a file is read: its format, and for CSV the description of its columns.

use serde::{Deserialize, Serialize};

use crate::money::Currency;
use crate::statements::balance::{self, Balance};
use crate::statements::csv::limits::{MAX_BYTES, MAX_ROWS};
use crate::statements::csv::{self, Question, ReadAs, Unreadable};
use crate::statements::detect::{self, detect};
use crate::statements::qif::DateOrder;
use crate::statements::row::Record;
use crate::statements::{camt, mt940, ofx, qif};

/// The format of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    Csv,
    Ofx,
    Qif,
    Mt940,
    Camt,
}

impl Format {
    pub const ALL: [Self; 5] = [Self::Csv, Self::Ofx, Self::Qif, Self::Mt940, Self::Camt];

    /// As in the database, in forms and in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Ofx => "ofx",
            Self::Qif => "qif",
            Self::Mt940 => "mt940",
            Self::Camt => "camt",
        }
    }

    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Csv => "CSV",
            Self::Ofx => "OFX or QFX",
            Self::Qif => "QIF",
            Self::Mt940 => "MT940",
            Self::Camt => "CAMT (XML)",
        }
    }

    /// The inverse of [`Format::name`].
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }
}

impl From<detect::Format> for Format {
    fn from(format: detect::Format) -> Self {
        match format {
            detect::Format::Csv => Self::Csv,
            detect::Format::Ofx => Self::Ofx,
            detect::Format::Qif => Self::Qif,
            detect::Format::Mt940 => Self::Mt940,
            detect::Format::Camt => Self::Camt,
        }
    }
}

/// What a person has chosen; the rest is determined from the file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Choices {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<Format>,
    /// Of a QIF file only the format of its dates and the decimal mark count.
    #[serde(flatten)]
    pub csv: csv::Choices,
}

/// How a file is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    pub format: Format,
    /// Of a CSV file.
    pub read_as: Option<ReadAs>,
    /// The names of its columns, as `read_as` uses them.
    pub columns: Vec<String>,
    /// Nothing can be imported while one is open.
    pub questions: Vec<Question>,
    /// Of a QIF file, as `DD/MM/YYYY`.
    pub date_format: Option<String>,
    /// Of a QIF file, where it is settled.
    #[serde(default)]
    pub decimal: Option<char>,
}

/// Orders of a QIF file with the format that stands for each.
const DATE_FORMATS: [(DateOrder, &str); 3] = [
    (DateOrder::DayFirst, "DD/MM/YYYY"),
    (DateOrder::MonthFirst, "MM/DD/YYYY"),
    (DateOrder::YearFirst, "YYYY/MM/DD"),
];

impl Reading {
    /// Determines how to read the file, by what was chosen, by all of its rows and by the decimals of the currency of the
    /// book.
    pub fn propose(bytes: &[u8], choices: &Choices, currency: Currency) -> Result<Self, Unreadable> {
        if bytes.len() > MAX_BYTES {
            return Err(Unreadable::TooLarge);
        }
        let format = choices.format.unwrap_or_else(|| detect(bytes).into());
        let mut reading = Self {
            format,
            read_as: None,
            columns: Vec::new(),
            questions: Vec::new(),
            date_format: None,
            decimal: None,
        };
        let decimals = Some(currency.decimals());
        match format {
            Format::Csv => {
                let proposal = csv::propose(bytes, &choices.csv, decimals)?;
                reading.read_as = Some(proposal.read_as);
                reading.columns = proposal.columns;
                reading.questions = proposal.questions;
            }
            Format::Qif => {
                let survey = qif::survey(bytes, decimals);
                let chosen = choices.csv.date.as_ref().and_then(|date| date.format.as_deref());
                reading.set_date_format(&survey.date_orders, chosen)?;
                reading.set_decimal(survey, choices.csv.decimal);
            }
            Format::Ofx | Format::Mt940 | Format::Camt => {}
        }
        Ok(reading)
    }

    fn set_date_format(&mut self, orders: &[DateOrder], chosen: Option<&str>) -> Result<(), Unreadable> {
        if let Some(chosen) = chosen {
            let order = order_of(chosen).ok_or(Unreadable::WrongDateFormat)?;
            self.date_format = Some(format_of(order));
            return Ok(());
        }
        self.date_format = orders.first().copied().map(format_of);
        if orders.len() > 1 {
            self.questions.push(Question::DateOrder {
                options: orders.iter().copied().map(format_of).collect(),
                example: String::new(),
            });
        }
        Ok(())
    }

    fn set_decimal(&mut self, survey: qif::Survey, chosen: Option<char>) {
        self.decimal = chosen.or(survey.decimal);
        if let Some(example) = survey.open_amount.filter(|_| chosen.is_none()) {
            self.questions.push(Question::DecimalMark {
                options: vec!['.', ','],
                example,
            });
        }
    }

    /// Reads the data rows of the file.
    pub fn records<'a>(&self, bytes: &'a [u8]) -> Result<Records<'a>, Unreadable> {
        let rows = match (self.format, &self.read_as) {
            (Format::Csv, Some(read_as)) => Rows::Csv(Box::new(csv::rows(bytes, read_as)?)),
            (Format::Csv, None) => return Err(Unreadable::NoSuchColumn("date")),
            (Format::Ofx, _) => Rows::Ofx(ofx::read(bytes)),
            (Format::Qif, _) => {
                let order = self.date_format.as_deref().and_then(order_of);
                let order = order.unwrap_or(DateOrder::MonthFirst);
                Rows::Qif(qif::read(bytes, order, self.decimal))
            }
            (Format::Mt940, _) => Rows::Mt940(Box::new(mt940::read(bytes))),
            (Format::Camt, _) => Rows::Camt(Box::new(camt::read(bytes))),
        };
        Ok(Records { rows, count: 0 })
    }

    /// Identifies files with the same columns; `None` for those without a header.
    pub fn header_key(&self) -> Option<String> {
        let read_as = self.read_as.as_ref()?;
        read_as.header_line?;
        Some(crate::crypto::hash::hex(self.columns.join("\u{1f}").as_bytes()))
    }

    /// Whether it is an export of this app, whose ids name expenses.
    pub fn is_own_export(&self) -> bool {
        csv::is_own(&self.columns)
    }
}

fn order_of(format: &str) -> Option<DateOrder> {
    let upper = format.trim().to_ascii_uppercase();
    let (day, month, year) = (upper.find('D')?, upper.find('M')?, upper.find('Y')?);
    if year < month && month < day {
        Some(DateOrder::YearFirst)
    } else if day < month {
        Some(DateOrder::DayFirst)
    } else {
        Some(DateOrder::MonthFirst)
    }
}

fn format_of(order: DateOrder) -> String {
    DATE_FORMATS
        .iter()
        .find(|(other, _)| *other == order)
        .map_or_else(String::new, |(_, format)| (*format).to_owned())
}

enum Rows<'a> {
    Csv(Box<csv::Rows<'a>>),
    Ofx(ofx::Reader<'a>),
    Qif(qif::Reader<'a>),
    Mt940(Box<mt940::Reader<'a>>),
    Camt(Box<camt::Reader<'a>>),
}

/// The data rows of a file, one after the other.
pub struct Records<'a> {
    rows: Rows<'a>,
    count: usize,
}

impl Records<'_> {
    /// Whether the balances of the file agree with its rows, after the last one was read.
    pub fn balance(&self) -> Option<Balance> {
        match &self.rows {
            Rows::Mt940(rows) => balance::over_all(rows.statements()),
            Rows::Camt(rows) => balance::over_all(rows.statements()),
            Rows::Csv(rows) => rows.balance(),
            Rows::Ofx(_) | Rows::Qif(_) => None,
        }
    }

    /// Whether the file has more rows than are read.
    pub fn is_too_long(&self) -> bool {
        self.count > MAX_ROWS
    }
}

impl Iterator for Records<'_> {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        let record = match &mut self.rows {
            Rows::Csv(rows) => rows.next(),
            Rows::Ofx(rows) => rows.next(),
            Rows::Qif(rows) => rows.next(),
            Rows::Mt940(rows) => rows.next(),
            Rows::Camt(rows) => rows.next(),
        }?;
        self.count += 1;
        (self.count <= MAX_ROWS).then_some(record)
    }
}

/// The field of the choice that makes the file unreadable; `None` if no other choice would help.
pub fn wrong_choice(why: Unreadable) -> Option<String> {
    let member = match why {
        Unreadable::UnknownEncoding => "encoding",
        Unreadable::NoSuchColumn(member) => member,
        Unreadable::WrongDateFormat => "date",
        Unreadable::WrongDelimiter => "delimiter",
        _ => return None,
    };
    Some(format!("read_as.{member}"))
}
