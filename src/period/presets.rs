//! Ranges of whole months that people look at often, for the form of a custom range.

use time::Date;

use super::calendar::Calendar;
use super::month::Month;
use super::range::DateRange;

/// Names and days, in the order in which they are offered. A quarter is three of the calendar's months, the first one named
/// January, April, July or October.
pub(crate) fn presets(calendar: &Calendar, today: Date) -> Vec<(&'static str, DateRange)> {
    let month = calendar.month_of(today);
    let quarter = month.index() - i32::from(month.month() - 1) % 3;
    let months = |first: i32, last: i32| {
        let bounds = |index: i32| {
            let month = Month::from_index(index).unwrap_or(if index > month.index() {
                Month::LAST
            } else {
                Month::FIRST
            });
            calendar.month_bounds(month)
        };
        DateRange::between(bounds(first).first(), bounds(last).last())
    };
    let year = calendar.year_bounds(month.year());
    vec![
        ("This quarter", months(quarter, quarter + 2)),
        ("Last quarter", months(quarter - 3, quarter - 1)),
        ("Last 3 months", months(month.index() - 2, month.index())),
        ("Last 12 months", months(month.index() - 11, month.index())),
        ("Year to date", DateRange::between(year.first(), today)),
    ]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::date::{format_date, parse_date};
    use super::super::strategies::{calendars, dates};
    use super::super::week::WeekStart;
    use super::*;

    fn ranges(month_start: u8, today: &str) -> Vec<String> {
        let calendar = Calendar::new(WeekStart::Monday, month_start).unwrap();
        presets(&calendar, parse_date(today).unwrap())
            .into_iter()
            .map(|(_, days)| format!("{}..{}", format_date(days.first()), format_date(days.last())))
            .collect()
    }

    #[test]
    fn presets_are_whole_months_of_the_calendar() {
        assert_eq!(
            ranges(1, "2026-11-22"),
            [
                "2026-10-01..2026-12-31",
                "2026-07-01..2026-09-30",
                "2026-09-01..2026-11-30",
                "2025-12-01..2026-11-30",
                "2026-01-01..2026-11-22",
            ]
        );
        assert_eq!(
            ranges(25, "2026-12-25"),
            [
                "2026-12-25..2027-03-24",
                "2026-09-25..2026-12-24",
                "2026-10-25..2027-01-24",
                "2026-01-25..2027-01-24",
                "2026-12-25..2026-12-25",
            ],
            "the 25th of December is in January"
        );
        assert_eq!(ranges(1, "1900-01-01")[1], "1900-01-01..1900-01-31");
        assert_eq!(ranges(1, "9999-12-31")[0], "9999-10-01..9999-12-31");
    }

    proptest! {
        #[test]
        fn every_day_has_its_presets(calendar in calendars(), today in dates()) {
            let found = presets(&calendar, today);
            prop_assert!(found[0].1.contains(today));
            prop_assert!(found[2].1.contains(today) && found[3].1.contains(today));
            prop_assert_eq!(found[4].1.last(), today);
        }
    }
}
