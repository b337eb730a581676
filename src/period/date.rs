//! Dates as text, `YYYY-MM-DD`, and the first and the last date that an expense may have.

use time::{Date, Month};

/// 1900-01-01, the first date of an expense.
pub const FIRST_DAY: Date = match Date::from_calendar_date(1900, Month::January, 1) {
    Ok(day) => day,
    Err(_) => Date::MIN,
};

/// 9999-12-31, the last date of an expense.
pub const LAST_DAY: Date = match Date::from_calendar_date(9999, Month::December, 31) {
    Ok(day) => day,
    Err(_) => Date::MAX,
};

const _: () = assert!(FIRST_DAY.year() == 1900 && LAST_DAY.year() == 9999);

/// The nearest date from [`FIRST_DAY`] to [`LAST_DAY`].
pub(crate) fn clamp_day(date: Date) -> Date {
    date.clamp(FIRST_DAY, LAST_DAY)
}

/// The date `days` later, or earlier if negative; `None` outside 1900-01-01 to 9999-12-31.
pub(super) fn shift_days(date: Date, days: i32) -> Option<Date> {
    let day = date.to_julian_day().checked_add(days)?;
    let day = Date::from_julian_day(day).ok()?;
    (FIRST_DAY..=LAST_DAY).contains(&day).then_some(day)
}

/// Reads exactly `YYYY-MM-DD`, ten ASCII characters, from 1900-01-01 to 9999-12-31.
pub(crate) fn parse_date(text: &str) -> Option<Date> {
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text.as_bytes() else {
        return None;
    };
    let year = i32::from(two_digits(y1, y2)?) * 100 + i32::from(two_digits(y3, y4)?);
    let month = Month::try_from(two_digits(m1, m2)?).ok()?;
    let date = Date::from_calendar_date(year, month, two_digits(d1, d2)?).ok()?;
    (date >= FIRST_DAY).then_some(date)
}

/// Writes `YYYY-MM-DD`.
pub(crate) fn format_date(date: Date) -> String {
    date_bytes(date).into_iter().map(char::from).collect()
}

/// Like [`format_date`] without an allocation, for the export.
pub(crate) fn date_bytes(date: Date) -> [u8; 10] {
    let (year, month, day) = clamp_day(date).to_calendar_date();
    let year = year.unsigned_abs();
    let [y1, y2] = digits(year / 100);
    let [y3, y4] = digits(year % 100);
    let [m1, m2] = digits(u32::from(u8::from(month)));
    let [d1, d2] = digits(u32::from(day));
    [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2]
}

/// Two ASCII digits as a number below 100.
pub(super) fn two_digits(tens: u8, ones: u8) -> Option<u8> {
    (tens.is_ascii_digit() && ones.is_ascii_digit()).then(|| (tens - b'0') * 10 + (ones - b'0'))
}

/// A number below 100 as two ASCII digits.
fn digits(number: u32) -> [u8; 2] {
    const DIGITS: [u8; 10] = *b"0123456789";
    [
        DIGITS[(number / 10 % 10) as usize],
        DIGITS[(number % 10) as usize],
    ]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn dates_are_read_as_written() {
        for text in [
            "1900-01-01",
            "1999-12-31",
            "2000-02-29",
            "2024-02-29",
            "2026-11-22",
            "9996-02-29",
            "9999-12-31",
        ] {
            assert_eq!(parse_date(text).map(format_date).as_deref(), Some(text));
        }
        assert_eq!(parse_date("1900-01-01"), Some(FIRST_DAY));
        assert_eq!(parse_date("9999-12-31"), Some(LAST_DAY));
    }

    #[test]
    fn other_text_is_not_a_date() {
        for text in [
            "",
            "today",
            "20261122",
            "2026-2-3",
            "2026-02-3",
            "2026-02-03 ",
            " 2026-02-03",
            "2026-02-03T00:00",
            "2026/02/03",
            "2026-02-30",
            "2025-02-29",
            "1900-02-29",
            "2100-02-29",
            "2026-04-31",
            "2026-00-10",
            "2026-13-10",
            "2026-01-00",
            "2026-01-32",
            "1899-12-31",
            "0000-01-01",
            "10000-01-01",
            "-026-01-01",
            "+026-01-01",
            "2026-01-0\0",
            "2026-01-٣",
            "２026-01-",
            "22-11-2026",
        ] {
            assert_eq!(parse_date(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn a_date_is_only_read_from_its_own_text(text in "[0-9-]{8,11}|.{0,12}") {
            if let Some(date) = parse_date(&text) {
                prop_assert_eq!(format_date(date), text);
            }
        }

        #[test]
        fn every_date_is_read_from_its_text(day in FIRST_DAY.to_julian_day()..=LAST_DAY.to_julian_day()) {
            let date = Date::from_julian_day(day).unwrap();
            prop_assert_eq!(parse_date(&format_date(date)), Some(date));
        }
    }
}
