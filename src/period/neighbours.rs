//! The previous and the next period, for the links "Previous" and "Next".

use time::Date;

use super::calendar::Calendar;
use super::date::{FIRST_DAY, LAST_DAY, clamp_day, shift_days};
use super::month::Month;
use super::range::DateRange;
use super::span::Period;
use super::unit::Unit;

impl Period {
    /// `None` for all, for open ends, and at the last date.
    pub fn next(&self, calendar: &Calendar) -> Option<Self> {
        self.neighbour(*calendar, 1)
    }

    /// `None` for all, for open ends, and at the first date.
    pub fn previous(&self, calendar: &Calendar) -> Option<Self> {
        self.neighbour(*calendar, -1)
    }

    /// The next (`step` 1) or previous (-1) period. `on` moves by one unit too, so that a later change of the unit shows the
    /// dates around it.
    fn neighbour(&self, calendar: Calendar, step: i32) -> Option<Self> {
        let span = self.span(&calendar);
        let edge = if step > 0 { span.last() } else { span.first() };
        // The first day outside this period selects the neighbour; `on` is then limited to the neighbour's days.
        let beyond = shift_days(edge, step)?;
        let containing_beyond = |unit, on: Date| {
            let days = Self::containing(unit, beyond).span(&calendar);
            Self::containing(unit, on.clamp(days.first(), days.last()))
        };
        match *self {
            Self::Day(_) => Some(Self::Day(beyond)),
            Self::Week(on) => {
                let on = shift_days(clamp_day(on), 7 * step).unwrap_or(beyond);
                Some(containing_beyond(Unit::Week, on))
            }
            Self::Month(on) => Some(containing_beyond(Unit::Month, shift_months(on, step))),
            Self::Year(on) => Some(containing_beyond(Unit::Year, shift_months(on, 12 * step))),
            Self::Range(range) => {
                if let Some(months) = whole_months(&calendar, range) {
                    return months_beside(range, months, step).map(Self::Range);
                }
                let length = i32::try_from(range.days()).ok()?;
                let other = shift_days(edge, length * step)?;
                Some(Self::Range(DateRange::between(beyond, other)))
            }
            Self::All(_) | Self::From(_) | Self::Until(_) => None,
        }
    }
}

/// How many months the range consists of, if it begins and ends with one: months of the calendar, or else from the 1st, as
/// people choose a quarter by its dates. `None` for other ranges.
fn whole_months(calendar: &Calendar, range: DateRange) -> Option<(Calendar, i32)> {
    let from_the_first = Calendar::new(calendar.week_start(), 1)?;
    [*calendar, from_the_first].into_iter().find_map(|calendar| {
        let (first, last) = (calendar.month_of(range.first()), calendar.month_of(range.last()));
        let is_whole = calendar.month_bounds(first).first() == range.first()
            && calendar.month_bounds(last).last() == range.last();
        is_whole.then(|| (calendar, last.index() - first.index() + 1))
    })
}

/// As many months right after the range, or right before it. `None` if one of them is outside of the app's dates.
fn months_beside(range: DateRange, (calendar, count): (Calendar, i32), step: i32) -> Option<DateRange> {
    let shifted = |day: Date| Month::from_index(calendar.month_of(day).index() + count * step);
    let (first, last) = (shifted(range.first())?, shifted(range.last())?);
    let days = DateRange::between(
        calendar.month_bounds(first).first(),
        calendar.month_bounds(last).last(),
    );
    // The calendar may not reach the month after the last one.
    (calendar.month_of(days.last()) == last).then_some(days)
}

/// The same day of another calendar month, or the last day if that month is shorter. Limited to the app's dates.
fn shift_months(date: Date, months: i32) -> Date {
    let date = clamp_day(date);
    let index = date.year() * 12 + i32::from(u8::from(date.month())) - 1 + months;
    let edge = if months < 0 { FIRST_DAY } else { LAST_DAY };
    let year = index.div_euclid(12);
    u8::try_from(index.rem_euclid(12) + 1)
        .ok()
        .and_then(|month| time::Month::try_from(month).ok())
        .and_then(|month| {
            let day = date.day().min(month.length(year));
            Date::from_calendar_date(year, month, day).ok()
        })
        .map_or(edge, clamp_day)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::date::parse_date;
    use super::super::strategies::{calendars, dates, period, periods, units};
    use super::super::week::WeekStart;
    use super::*;

    type Bounds = (Option<Date>, Option<Date>);

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
    fn the_next_and_previous_period_move_the_date_by_one_unit() {
        for (start, before, after) in [
            (1, "day 2024-02-28", "day 2024-02-29"),
            (1, "day 2025-02-28", "day 2025-03-01"),
            (1, "week 2026-12-30", "week 2027-01-06"),
            (1, "month 2026-11-22", "month 2026-12-22"),
            (1, "month 2026-12-22", "month 2027-01-22"),
            (25, "month 2026-11-24", "month 2026-12-24"),
            (25, "month 2026-11-25", "month 2026-12-25"),
            (1, "year 2026-11-22", "year 2027-11-22"),
            (1, "2026-11-01..2026-11-10", "2026-11-11..2026-11-20"),
            (1, "2024-02-29..2024-02-29", "2024-03-01..2024-03-01"),
            (1, "2026-07-01..2026-09-30", "2026-10-01..2026-12-31"),
            (1, "2024-02-01..2024-02-29", "2024-03-01..2024-03-31"),
            (1, "2025-12-01..2026-11-30", "2026-12-01..2027-11-30"),
            (25, "2025-12-25..2026-03-24", "2026-03-25..2026-06-24"),
            (25, "2026-01-01..2026-03-31", "2026-04-01..2026-06-30"),
        ] {
            let calendar = month_start(start);
            assert_eq!(period(before).next(&calendar), Some(period(after)));
            assert_eq!(period(after).previous(&calendar), Some(period(before)));
        }
    }

    #[test]
    fn in_a_shorter_month_the_date_is_the_last_day() {
        for (start, here, step, there) in [
            (1, "month 2026-01-31", 1, "month 2026-02-28"),
            (1, "month 2024-03-31", -1, "month 2024-02-29"),
            (28, "month 2026-01-31", 1, "month 2026-02-28"),
            (28, "month 2026-03-30", -1, "month 2026-02-28"),
            (1, "year 2024-02-29", 1, "year 2025-02-28"),
        ] {
            let got = period(here).neighbour(month_start(start), step);
            assert_eq!(got, Some(period(there)), "{here}");
        }
    }

    #[test]
    fn the_first_and_last_period_have_no_neighbour_outside() {
        for text in ["day", "week", "month", "year"] {
            for start in [1, 25, 28] {
                let calendar = month_start(start);
                let first = period(&format!("{text} 1900-01-01"));
                let last = period(&format!("{text} 9999-12-31"));
                assert_eq!(first.previous(&calendar), None);
                assert_eq!(last.next(&calendar), None);
                assert!(first.next(&calendar).is_some() && last.previous(&calendar).is_some());
            }
        }
        for text in [
            "all 2026-11-22",
            "2026-11-22..",
            "..2026-11-22",
            "1900-01-01..9999-12-31",
            "1900-01-06..9999-12-25",
        ] {
            assert_eq!(period(text).next(&Calendar::default()), None);
            assert_eq!(period(text).previous(&Calendar::default()), None);
        }
        let near = period("1900-01-06..1900-01-10");
        assert_eq!(
            near.previous(&Calendar::default()),
            Some(period("1900-01-01..1900-01-05"))
        );
    }

    #[test]
    fn the_last_days_of_9999_can_be_a_month_and_a_year() {
        let calendar = month_start(25);
        for unit in ["month", "year"] {
            let tail = period(&format!("{unit} 9999-12-26"));
            assert_eq!(tail.span(&calendar), range("9999-12-25", "9999-12-31"));
            assert_eq!(tail.next(&calendar), None);
            let before = tail.previous(&calendar).unwrap();
            assert_eq!(before.span(&calendar).last(), day("9999-12-24"));
            assert_eq!(
                before.next(&calendar).unwrap().span(&calendar),
                tail.span(&calendar)
            );
        }
        assert_eq!(
            period("month 9999-12-10").next(&calendar),
            Some(period("month 9999-12-31"))
        );
    }

    /// The bounds, and of how many months a range consists.
    fn bounds_and_months(period: Period, calendar: &Calendar) -> (Bounds, Option<i32>) {
        let months = match period {
            Period::Range(days) => whole_months(calendar, days).map(|(_, count)| count),
            _ => None,
        };
        (period.bounds(calendar), months)
    }

    #[test]
    fn a_range_before_one_of_days_can_be_a_month_which_is_followed_by_a_month() {
        let calendar = month_start(1);
        let january = Period::Range(range("2026-02-01", "2026-03-03")).previous(&calendar);
        assert_eq!(january, Some(Period::Range(range("2026-01-01", "2026-01-31"))));
        let february = january.unwrap().next(&calendar);
        assert_eq!(february, Some(Period::Range(range("2026-02-01", "2026-02-28"))));
    }

    proptest! {
        #[test]
        fn periods_of_a_unit_follow_without_gap(calendar in calendars(), unit in units(), date in dates()) {
            let here = Period::containing(unit, date);
            let span = here.span(&calendar);
            prop_assert!(span.contains(date));
            for edge in [span.first(), span.last()] {
                prop_assert_eq!(Period::containing(unit, edge).span(&calendar), span);
            }
            if unit == Unit::All {
                prop_assert_eq!(span, DateRange::ALL_DAYS);
                return Ok(());
            }
            prop_assert_eq!(
                here.next(&calendar).map(|next| next.span(&calendar).first()),
                span.last().next_day().filter(|day| *day <= LAST_DAY)
            );
            prop_assert_eq!(
                here.previous(&calendar).map(|previous| previous.span(&calendar).last()),
                span.first().previous_day().filter(|day| *day >= FIRST_DAY)
            );
        }

        #[test]
        fn next_and_previous_are_inverse(calendar in calendars(), here in periods()) {
            let ways = [
                (here.next(&calendar), Period::previous as fn(&Period, &Calendar) -> Option<Period>),
                (here.previous(&calendar), Period::next),
            ];
            for (there, back) in ways {
                let Some(there) = there else { continue };
                let (bounds, months) = bounds_and_months(here, &calendar);
                let (_, months_there) = bounds_and_months(there, &calendar);
                // As many days as those before can be whole months by chance, which are followed by months.
                if months == months_there {
                    prop_assert_eq!(back(&there, &calendar).unwrap().bounds(&calendar), bounds);
                }
            }
        }

        #[test]
        fn neighbouring_ranges_have_the_same_length(calendar in calendars(), here in periods()) {
            if let (Period::Range(range), Some(next)) = (here, here.next(&calendar)) {
                let days = next.span(&calendar);
                match whole_months(&calendar, range) {
                    None => prop_assert_eq!(days.days(), range.days()),
                    Some((_, count)) => prop_assert_eq!(whole_months(&calendar, days).map(|(_, count)| count), Some(count)),
                }
                prop_assert_eq!(range.last().next_day(), Some(days.first()));
            }
        }

        #[test]
        fn months_are_followed_by_as_many_months(calendar in calendars(), date in dates(), count in 0..14_i32) {
            let first = calendar.month_of(date);
            let Some(last) = Month::from_index(first.index() + count) else { return Ok(()) };
            let range = DateRange::between(calendar.month_bounds(first).first(), calendar.month_bounds(last).last());
            // The last month is cut off at the last date.
            if calendar.month_of(range.last()) != last { return Ok(()) }
            let here = Period::Range(range);
            for (there, back) in [
                (here.next(&calendar), Period::previous as fn(&Period, &Calendar) -> Option<Period>),
                (here.previous(&calendar), Period::next),
            ] {
                let Some(there) = there else { continue };
                prop_assert_eq!(back(&there, &calendar), Some(here));
                let days = there.span(&calendar);
                let months = calendar.month_of(days.last()).index() - calendar.month_of(days.first()).index();
                prop_assert_eq!(months, count);
            }
        }
    }
}
