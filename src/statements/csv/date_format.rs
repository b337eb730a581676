//! The format of a column of dates.

use std::fmt;

use time::Date;

use super::date::{Order, parts};
use super::unreadable::Unreadable;

/// A format such as `DD.MM.YYYY`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Format {
    pub order: Order,
    pub separator: Option<char>,
    pub has_name: bool,
    pub year_digits: u8,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let month = if self.has_name { "MMM" } else { "MM" };
        let year = if self.year_digits == 2 { "YY" } else { "YYYY" };
        let parts = match self.order {
            Order::Year => [year, month, "DD"],
            Order::Day => ["DD", month, year],
            Order::Month => [month, "DD", year],
        };
        let separator = self.separator.map(String::from).unwrap_or_default();
        f.write_str(&parts.join(&separator))
    }
}

impl Format {
    /// Reads any text that has D, M and Y in one of the three orders.
    pub fn parse(text: &str) -> Result<Self, Unreadable> {
        let text = text.trim().to_ascii_uppercase();
        let place = |letter: char| text.find(letter).ok_or(Unreadable::WrongDateFormat);
        let (day, month, year) = (place('D')?, place('M')?, place('Y')?);
        let order = match (day < month, month < year, day < year) {
            (true, true, _) => Order::Day,
            (false, _, true) => Order::Month,
            (false, false, _) => Order::Year,
            _ => return Err(Unreadable::WrongDateFormat),
        };
        Ok(Self {
            order,
            separator: text.chars().find(|c| !c.is_ascii_alphabetic()),
            has_name: text.contains("MMM"),
            year_digits: if text.contains("YYYY") { 4 } else { 2 },
        })
    }

    /// The date in a cell of this format. Separators and leading zeros may differ.
    pub fn read(self, cell: &str) -> Option<Date> {
        parts(cell)?.read(self.order)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_the_digits_of_the_cell() {
        for (cell, format, expected) in [
            ("24/07/2019", "DD/MM/YYYY", "2019-07-24"),
            ("08.12.25", "DD.MM.YY", "2025-12-08"),
            ("2/20/19", "MM/DD/YY", "2019-02-20"),
            ("20240131", "YYYYMMDD", "2024-01-31"),
            ("31012024", "DDMMYYYY", "2024-01-31"),
            ("20240131120000", "YYYYMMDD", "2024-01-31"),
            ("03 Jun 2026", "DD MMM YYYY", "2026-06-03"),
            ("03-Jun-26", "DD-MMM-YY", "2026-06-03"),
            ("Jun 3, 2026", "MMM DD YYYY", "2026-06-03"),
            ("3. März 2026", "DD MMM YYYY", "2026-03-03"),
            ("Mon, 3 Jun 2026", "DD MMM YYYY", "2026-06-03"),
            ("2025-03-01T23:30:00Z", "YYYY-MM-DD", "2025-03-01"),
            ("2024-09-30T23:30:00-10:00", "YYYY-MM-DD", "2024-09-30"),
            ("2026-05-28T11:30:21.754Z", "YYYY-MM-DD", "2026-05-28"),
            ("2026-04-08 19:00:18.000", "YYYY-MM-DD", "2026-04-08"),
            ("1/2/2025 10:30 PM", "MM/DD/YYYY", "2025-01-02"),
            ("2024年9月1日", "YYYY-MM-DD", "2024-09-01"),
            ("25-12-05", "YY-MM-DD", "2025-12-05"),
            ("31/12/99", "DD/MM/YY", "1999-12-31"),
        ] {
            let date = Format::parse(format)
                .unwrap()
                .read(cell)
                .map(|date| date.to_string());
            assert_eq!(date.as_deref(), Some(expected), "{cell}");
        }
    }

    #[test]
    fn a_format_prints_as_it_is_read() {
        for text in [
            "DD.MM.YYYY",
            "MM/DD/YY",
            "YYYYMMDD",
            "DD MMM YYYY",
            "YYYY-MM-DD",
            "DDMMYYYY",
        ] {
            assert_eq!(Format::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Format::parse("YYYY-DD-MM"), Err(Unreadable::WrongDateFormat));
        assert_eq!(Format::parse("date"), Err(Unreadable::WrongDateFormat));
    }
}
