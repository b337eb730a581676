//! A month by its name, `2026-11`, independent of the day on which it starts.

use std::fmt;

use super::date::two_digits;

/// 1900-01 to 10000-01: with a month start after the 1st, the last days of 9999 belong to the month that
/// would end in January 10000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: i32,
    month: u8,
}

impl Month {
    pub(crate) const FIRST: Self = Self { year: 1900, month: 1 };

    /// 10000-01.
    pub(crate) const LAST: Self = Self {
        year: 10_000,
        month: 1,
    };

    /// `None` unless `month` is 1 to 12 and the result is within 1900-01 to 10000-01.
    pub(crate) fn new(year: i32, month: u8) -> Option<Self> {
        let value = Self { year, month };
        ((1..=12).contains(&month) && (Self::FIRST..=Self::LAST).contains(&value)).then_some(value)
    }

    /// Reads `YYYY-MM` with a year from 1900 to 9999, and `10000-01`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text == "10000-01" {
            return Some(Self::LAST);
        }
        let &[y1, y2, y3, y4, b'-', m1, m2] = text.as_bytes() else {
            return None;
        };
        let year = i32::from(two_digits(y1, y2)?) * 100 + i32::from(two_digits(y3, y4)?);
        Self::new(year, two_digits(m1, m2)?)
    }

    pub(crate) fn year(self) -> i32 {
        self.year
    }

    /// 1 to 12.
    pub(crate) fn month(self) -> u8 {
        self.month
    }

    /// The value of a database column: year × 100 + month, 202611. It sorts as the months do.
    pub(crate) fn number(self) -> i32 {
        self.year * 100 + i32::from(self.month)
    }

    /// The inverse of `number`.
    pub fn from_number(number: i32) -> Option<Self> {
        Self::new(number / 100, u8::try_from(number % 100).ok()?)
    }

    /// `None` after 10000-01.
    pub(crate) fn next(self) -> Option<Self> {
        Self::from_index(self.index() + 1)
    }

    /// `None` before 1900-01.
    pub(crate) fn previous(self) -> Option<Self> {
        Self::from_index(self.index() - 1)
    }

    /// Months since the year 0.
    pub(super) fn index(self) -> i32 {
        self.year * 12 + i32::from(self.month) - 1
    }

    /// The inverse of [`index`](Self::index).
    pub(super) fn from_index(index: i32) -> Option<Self> {
        let month = u8::try_from(index.rem_euclid(12) + 1).ok()?;
        Self::new(index.div_euclid(12), month)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_read_as_written() {
        for (text, number) in [
            ("1900-01", 190_001),
            ("2026-11", 202_611),
            ("9999-12", 999_912),
            ("10000-01", 1_000_001),
        ] {
            let month = Month::parse(text).unwrap();
            assert_eq!(month.to_string(), text);
            assert_eq!(month.number(), number);
            assert_eq!(Month::from_number(number), Some(month));
        }
        for text in [
            "",
            "2026",
            "2026-1",
            "2026-00",
            "2026-13",
            "202611",
            "2026/11",
            "2026-11-01",
            "1899-12",
            "0000-01",
            "10000-02",
            "10001-01",
            "-026-01",
            "2026-1\0",
            " 2026-11",
        ] {
            assert_eq!(Month::parse(text), None, "{text:?}");
        }
        for number in [
            i32::MIN,
            -1,
            0,
            189_912,
            190_000,
            190_013,
            202_600,
            202_613,
            1_000_000,
            1_000_002,
            i32::MAX,
        ] {
            assert_eq!(Month::from_number(number), None, "{number}");
        }
    }

    #[test]
    fn every_month_has_a_next_and_a_previous_month_within_the_limits() {
        let mut month = Month::FIRST;
        let mut count = 1;
        while let Some(next) = month.next() {
            assert!(next > month);
            assert!(next.number() > month.number());
            assert_eq!(next.previous(), Some(month));
            assert_eq!(Month::parse(&next.to_string()), Some(next));
            month = next;
            count += 1;
        }
        assert_eq!(month, Month::LAST);
        assert_eq!(count, 8100 * 12 + 1);
        assert_eq!(Month::FIRST.previous(), None);
    }
}
