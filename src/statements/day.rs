//! Dates by their digits.

use time::{Date, Month};

/// Files of the last century still circulate; a two-digit year from here on belongs to it.
const PIVOT: i32 = 80;

pub fn date(year: i32, month: u8, day: u8) -> Option<Date> {
    Date::from_calendar_date(year, Month::try_from(month).ok()?, day).ok()
}

/// `25` is 2025, `98` is 1998.
pub fn full_year(two_digits: i32) -> i32 {
    if two_digits < PIVOT {
        2000 + two_digits
    } else {
        1900 + two_digits
    }
}

/// The number that all of `text` writes.
pub fn digits<N: std::str::FromStr>(text: &str) -> Option<N> {
    text.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| text.parse().ok())?
}

/// `20260131…` and `2026-01-31…`: a time or a zone behind the day changes nothing.
pub fn leading(text: &str) -> Option<Date> {
    let (places, end) = if text.as_bytes().get(4) == Some(&b'-') {
        ([0..4, 5..7, 8..10], 10)
    } else {
        ([0..4, 4..6, 6..8], 8)
    };
    let [year, month, day] = places.map(|place| text.get(place));
    let is_apart = end == 8 || text.as_bytes().get(7) == Some(&b'-');
    let day = is_apart.then(|| date(digits(year?)?, digits(month?)?, digits(day?)?))??;
    let rest = text.get(end..)?;
    let ends = rest.starts_with(|c: char| c.is_ascii_digit() || "[.T+-Z ".contains(c)) || rest.is_empty();
    ends.then_some(day)
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::leading;

    #[test]
    fn a_time_zone_never_moves_a_day() {
        let day = Some(date!(2012 - 06 - 01));
        for text in [
            "20120601",
            "20120601233000.000[-7:PDT]",
            "201206010030",
            "20120601[0:GMT]",
            "2012-06-01",
            "2012-06-01T00:15:00+01:00",
            "2012-06-01+02:00",
        ] {
            assert_eq!(leading(text), day, "{text}");
        }
        for text in [
            "20120231",
            "2012",
            "20120601x",
            "2012-6-1",
            "",
            "+2120601",
            "ä0120601",
        ] {
            assert_eq!(leading(text), None, "{text}");
        }
    }
}
