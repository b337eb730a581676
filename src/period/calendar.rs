//! The calendar of an account: the weekday that starts a week and the day that starts a month.

use time::Date;

use super::date::{FIRST_DAY, LAST_DAY, clamp_day};
use super::month::Month;
use super::range::DateRange;
use super::week::WeekStart;

/// Week start and month start. The weeks, months and years cover 1900-01-01 to 9999-12-31 without gap or
/// overlap; the first and the last end there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Calendar {
    week_start: WeekStart,
    month_start: u8,
}

impl Default for Calendar {
    fn default() -> Self {
        Self {
            week_start: WeekStart::Monday,
            month_start: 1,
        }
    }
}

impl Calendar {
    /// `None` unless `month_start` is 1 to 28.
    pub(crate) fn new(week_start: WeekStart, month_start: u8) -> Option<Self> {
        (1..=28).contains(&month_start).then_some(Self {
            week_start,
            month_start,
        })
    }

    pub(crate) fn week_start(self) -> WeekStart {
        self.week_start
    }

    /// 1 to 28.
    pub(crate) fn month_start(self) -> u8 {
        self.month_start
    }

    /// The week that contains `date`.
    pub(crate) fn week_bounds(self, date: Date) -> DateRange {
        let date = clamp_day(date);
        let first = date.to_julian_day() - self.week_start.days_into(date);
        clamped(
            Date::from_julian_day(first).ok(),
            Date::from_julian_day(first + 6).ok(),
        )
    }

    /// The month that contains `date`. It has the name of the calendar month in which it ends.
    pub(crate) fn month_of(self, date: Date) -> Month {
        let date = clamp_day(date);
        let is_next = self.month_start > 1 && date.day() >= self.month_start;
        let index = date.year() * 12 + i32::from(u8::from(date.month())) - 1 + i32::from(is_next);
        Month::from_index(index).unwrap_or(Month::LAST)
    }

    /// Reads `YYYY-MM`; `None` also for 10000-01 if this calendar does not reach it.
    pub(crate) fn parse_month(self, text: &str) -> Option<Month> {
        Month::parse(text).filter(|month| self.month_of(self.month_bounds(*month).last()) == *month)
    }

    /// The days of a month. 10000-01 exists only with a month start after the 1st; otherwise this is the last day of 9999.
    pub(crate) fn month_bounds(self, month: Month) -> DateRange {
        self.months(month.index(), month.index())
    }

    /// The year in the name of the month that contains `date`, 1900 to 10000.
    pub(crate) fn year_of(self, date: Date) -> i32 {
        self.month_of(date).year()
    }

    /// The days of the twelve months with `year` in their names; `year` is limited to 1900 to 10000.
    pub(crate) fn year_bounds(self, year: i32) -> DateRange {
        self.years(year, year)
    }

    /// The days of the years from `first` to `last`.
    pub(super) fn years(self, first: i32, last: i32) -> DateRange {
        let years = Month::FIRST.year()..=Month::LAST.year();
        let first = first.clamp(*years.start(), *years.end());
        let last = last.clamp(*years.start(), *years.end());
        self.months(first * 12, last * 12 + 11)
    }

    /// The days of the months from index `first` to index `last`.
    fn months(self, first: i32, last: i32) -> DateRange {
        clamped(
            self.first_day_of(first),
            self.first_day_of(last + 1).and_then(Date::previous_day),
        )
    }

    /// The first day of the month at `index`, not limited to the app's dates; `None` if `Date` has no such day.
    fn first_day_of(self, index: i32) -> Option<Date> {
        let index = index - i32::from(self.month_start > 1);
        let month = u8::try_from(index.rem_euclid(12) + 1).ok()?;
        let month = time::Month::try_from(month).ok()?;
        Date::from_calendar_date(index.div_euclid(12), month, self.month_start).ok()
    }
}

/// The range limited to the app's dates. An end that `Date` can't represent is after 9999, because no
/// caller asks for dates long before 1900.
fn clamped(first: Option<Date>, last: Option<Date>) -> DateRange {
    DateRange::between(first.unwrap_or(LAST_DAY).max(FIRST_DAY), last.unwrap_or(LAST_DAY))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::date::parse_date;
    use super::super::strategies::{calendars, dates};
    use super::*;

    fn day(text: &str) -> Date {
        parse_date(text).unwrap()
    }

    fn range(first: &str, last: &str) -> DateRange {
        DateRange::new(day(first), day(last)).unwrap()
    }

    fn month_start(day: u8) -> Calendar {
        Calendar::new(WeekStart::Monday, day).unwrap()
    }

    #[test]
    fn a_month_start_is_a_day_that_every_month_has() {
        for day in [0, 29, 30, 31, 255] {
            assert_eq!(Calendar::new(WeekStart::Monday, day), None);
        }
        assert_eq!(month_start(28).month_start(), 28);
        assert_eq!(month_start(1), Calendar::default());
    }

    #[test]
    fn a_week_runs_from_its_start_across_the_year() {
        for (start, date, first, last) in [
            (WeekStart::Monday, "2026-11-22", "2026-11-16", "2026-11-22"),
            (WeekStart::Monday, "2026-11-23", "2026-11-23", "2026-11-29"),
            (WeekStart::Sunday, "2026-11-22", "2026-11-22", "2026-11-28"),
            (WeekStart::Sunday, "2026-11-21", "2026-11-15", "2026-11-21"),
            (WeekStart::Saturday, "2026-11-22", "2026-11-21", "2026-11-27"),
            (WeekStart::Saturday, "2026-11-21", "2026-11-21", "2026-11-27"),
            (WeekStart::Monday, "2027-01-01", "2026-12-28", "2027-01-03"),
            (WeekStart::Sunday, "2027-01-01", "2026-12-27", "2027-01-02"),
            (WeekStart::Saturday, "2027-01-01", "2026-12-26", "2027-01-01"),
            (WeekStart::Monday, "2024-02-29", "2024-02-26", "2024-03-03"),
            (WeekStart::Monday, "1900-01-01", "1900-01-01", "1900-01-07"),
            (WeekStart::Sunday, "1900-01-01", "1900-01-01", "1900-01-06"),
            (WeekStart::Saturday, "1900-01-01", "1900-01-01", "1900-01-05"),
            (WeekStart::Monday, "9999-12-31", "9999-12-27", "9999-12-31"),
            (WeekStart::Sunday, "9999-12-31", "9999-12-26", "9999-12-31"),
            (WeekStart::Saturday, "9999-12-31", "9999-12-25", "9999-12-31"),
        ] {
            let calendar = Calendar::new(start, 1).unwrap();
            assert_eq!(
                calendar.week_bounds(day(date)),
                range(first, last),
                "{date} from {start:?}"
            );
        }
    }

    #[test]
    fn a_month_is_named_after_the_month_it_ends_in() {
        for (start, date, name, first, last) in [
            (1, "2026-11-22", "2026-11", "2026-11-01", "2026-11-30"),
            (1, "2024-02-29", "2024-02", "2024-02-01", "2024-02-29"),
            (1, "2025-02-28", "2025-02", "2025-02-01", "2025-02-28"),
            (2, "2026-11-01", "2026-11", "2026-10-02", "2026-11-01"),
            (2, "2026-11-02", "2026-12", "2026-11-02", "2026-12-01"),
            (25, "2026-11-24", "2026-11", "2026-10-25", "2026-11-24"),
            (25, "2026-11-25", "2026-12", "2026-11-25", "2026-12-24"),
            (25, "2026-12-31", "2027-01", "2026-12-25", "2027-01-24"),
            (28, "2024-02-28", "2024-03", "2024-02-28", "2024-03-27"),
            (28, "2024-02-29", "2024-03", "2024-02-28", "2024-03-27"),
            (28, "2025-02-28", "2025-03", "2025-02-28", "2025-03-27"),
            (28, "2025-02-27", "2025-02", "2025-01-28", "2025-02-27"),
            (1, "1900-01-01", "1900-01", "1900-01-01", "1900-01-31"),
            (25, "1900-01-01", "1900-01", "1900-01-01", "1900-01-24"),
            (1, "9999-12-31", "9999-12", "9999-12-01", "9999-12-31"),
            (25, "9999-12-24", "9999-12", "9999-11-25", "9999-12-24"),
            (25, "9999-12-26", "10000-01", "9999-12-25", "9999-12-31"),
            (28, "9999-12-31", "10000-01", "9999-12-28", "9999-12-31"),
        ] {
            let calendar = month_start(start);
            let month = calendar.month_of(day(date));
            assert_eq!(month.to_string(), name, "{date} from the {start}.");
            assert_eq!(calendar.month_bounds(month), range(first, last));
        }
    }

    #[test]
    fn a_year_is_the_twelve_months_named_in_it() {
        for (start, year, first, last) in [
            (1, 2026, "2026-01-01", "2026-12-31"),
            (25, 2026, "2025-12-25", "2026-12-24"),
            (1, 1900, "1900-01-01", "1900-12-31"),
            (25, 1900, "1900-01-01", "1900-12-24"),
            (1, 9999, "9999-01-01", "9999-12-31"),
            (25, 9999, "9998-12-25", "9999-12-24"),
            (25, 10_000, "9999-12-25", "9999-12-31"),
        ] {
            let calendar = month_start(start);
            assert_eq!(calendar.year_bounds(year), range(first, last));
            assert_eq!(calendar.year_of(day(first)), year);
            assert_eq!(calendar.year_of(day(last)), year);
        }
    }

    #[test]
    fn a_month_or_year_that_does_not_exist_is_an_edge_of_the_calendar() {
        let calendar = month_start(1);
        assert_eq!(calendar.month_bounds(Month::LAST), DateRange::day(LAST_DAY));
        assert_eq!(calendar.year_bounds(i32::MAX), DateRange::day(LAST_DAY));
        assert_eq!(calendar.year_bounds(i32::MIN), calendar.year_bounds(1900));
    }

    proptest! {
        #[test]
        fn every_month_is_where_its_days_say(calendar in calendars(), date in dates()) {
            let month = calendar.month_of(date);
            let bounds = calendar.month_bounds(month);
            prop_assert!(bounds.contains(date));
            prop_assert_eq!(calendar.month_of(bounds.first()), month);
            prop_assert_eq!(calendar.month_of(bounds.last()), month);
            if bounds.last() < LAST_DAY {
                let next = bounds.last().next_day().unwrap();
                prop_assert_eq!(Some(calendar.month_of(next)), month.next());
                if bounds.first() > FIRST_DAY {
                    prop_assert!((28..=31).contains(&bounds.days()));
                }
            }
        }

        #[test]
        fn every_year_is_twelve_months(calendar in calendars(), date in dates()) {
            let year = calendar.year_of(date);
            let months: Vec<DateRange> = (1..=12)
                .filter_map(|month| Month::new(year, month))
                .map(|month| calendar.month_bounds(month))
                .collect();
            let bounds = calendar.year_bounds(year);
            prop_assert!(bounds.contains(date));
            prop_assert_eq!(bounds.first(), months[0].first());
            prop_assert_eq!(bounds.last(), months[months.len() - 1].last());
            prop_assert_eq!(bounds.days(), months.iter().map(DateRange::days).sum::<u32>());
        }
    }
}
