//! The period that a page, a chart, an export or an API response shows.

use time::Date;

use super::calendar::Calendar;
use super::date::{FIRST_DAY, LAST_DAY, clamp_day};
use super::month::Month;
use super::range::DateRange;
use super::unit::Unit;

/// A period as the query parameters name it. A date is any day in the period; the [`Calendar`] decides which days the period
/// has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Period {
    Day(Date),
    Week(Date),
    Month(Date),
    Year(Date),
    /// All dates, with the date to use if the unit changes.
    All(Option<Date>),
    Range(DateRange),
    From(Date),
    /// The date is included.
    Until(Date),
}

impl Period {
    /// The period of this unit that contains the date.
    pub fn containing(unit: Unit, on: Date) -> Self {
        let on = clamp_day(on);
        match unit {
            Unit::Day => Self::Day(on),
            Unit::Week => Self::Week(on),
            Unit::Month => Self::Month(on),
            Unit::Year => Self::Year(on),
            Unit::All => Self::All(Some(on)),
        }
    }

    /// `None` for a range with `from` or `to`.
    pub(crate) fn unit(&self) -> Option<Unit> {
        match self {
            Self::Day(_) => Some(Unit::Day),
            Self::Week(_) => Some(Unit::Week),
            Self::Month(_) => Some(Unit::Month),
            Self::Year(_) => Some(Unit::Year),
            Self::All(_) => Some(Unit::All),
            Self::Range(_) | Self::From(_) | Self::Until(_) => None,
        }
    }

    /// The date of the parameter `on`.
    pub(crate) fn on(&self) -> Option<Date> {
        match *self {
            Self::Day(on) | Self::Week(on) | Self::Month(on) | Self::Year(on) => Some(on),
            Self::All(on) => on,
            Self::Range(_) | Self::From(_) | Self::Until(_) => None,
        }
    }

    /// First and last day; `None` for an open end.
    pub(crate) fn bounds(&self, calendar: &Calendar) -> (Option<Date>, Option<Date>) {
        match *self {
            Self::All(_) => (None, None),
            Self::From(from) => (Some(clamp_day(from)), None),
            Self::Until(to) => (None, Some(clamp_day(to))),
            _ => {
                let span = self.span(calendar);
                (Some(span.first()), Some(span.last()))
            }
        }
    }

    /// The days of the period; an open end is the first or last date of the app.
    pub fn span(&self, calendar: &Calendar) -> DateRange {
        match *self {
            Self::Day(on) => DateRange::day(on),
            Self::Week(on) => calendar.week_bounds(on),
            Self::Month(on) => calendar.month_bounds(calendar.month_of(on)),
            Self::Year(on) => calendar.year_bounds(calendar.year_of(on)),
            Self::All(_) => DateRange::ALL_DAYS,
            Self::Range(range) => range,
            Self::From(from) => DateRange::between(clamp_day(from), LAST_DAY),
            Self::Until(to) => DateRange::between(FIRST_DAY, clamp_day(to)),
        }
    }

    /// The days of the period for charts and averages: an open end is the first or last `recorded` day. `None` if an open
    /// period has no recorded day.
    pub(crate) fn span_within(&self, calendar: &Calendar, recorded: Option<DateRange>) -> Option<DateRange> {
        let span = self.span(calendar);
        match self.bounds(calendar) {
            (Some(_), Some(_)) => Some(span),
            (Some(first), None) => DateRange::new(first, recorded?.last()),
            (None, Some(last)) => DateRange::new(recorded?.first(), last),
            (None, None) => recorded,
        }
    }

    /// A date that represents the period: `on`, else `to`, else today, or `from` if that is in the future.
    pub(crate) fn anchor(&self, today: Date) -> Date {
        clamp_day(match *self {
            Self::Day(on) | Self::Week(on) | Self::Month(on) | Self::Year(on) => on,
            Self::All(on) => on.unwrap_or(today),
            Self::Range(range) => range.last(),
            Self::From(from) => from.max(today),
            Self::Until(to) => to,
        })
    }

    /// The month whose budgets are shown with the period: the one that contains the [`anchor`](Self::anchor).
    pub(crate) fn budget_month(&self, calendar: &Calendar, today: Date) -> Month {
        calendar.month_of(self.anchor(today))
    }

    /// The period of another unit around the [`anchor`](Self::anchor), or around `from` if there is no `to`. For the links "Day"
    /// to "All".
    #[must_use]
    pub(crate) fn with_unit(&self, unit: Unit, today: Date) -> Self {
        let on = match *self {
            Self::From(from) => from,
            _ => self.anchor(today),
        };
        Self::containing(unit, on)
    }

    /// The target of the link "Today": the same unit around today, or the current month for all dates and for ranges.
    #[must_use]
    pub(crate) fn to_today(self, today: Date) -> Self {
        match self.unit() {
            Some(unit) if unit != Unit::All => Self::containing(unit, today),
            _ => Self::containing(Unit::Month, today),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::date::{format_date, parse_date};
    use super::super::strategies::{calendars, dates, period, periods, units};
    use super::super::week::WeekStart;
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
    fn budgets_are_those_of_the_month_that_contains_the_date() {
        let today = day("2026-11-22");
        for (text, start, month) in [
            ("day 2026-03-05", 1, "2026-03"),
            ("week 2026-03-31", 1, "2026-03"),
            ("month 2026-03-25", 25, "2026-04"),
            ("year 2024-05-06", 1, "2024-05"),
            ("all 2020-01-01", 1, "2020-01"),
            ("2026-01-01..2026-06-30", 1, "2026-06"),
            ("..2026-06-30", 1, "2026-06"),
            ("2026-01-01..", 1, "2026-11"),
            ("2027-05-01..", 1, "2027-05"),
            ("day 9999-12-31", 25, "10000-01"),
        ] {
            let got = period(text).budget_month(&month_start(start), today);
            assert_eq!(got.to_string(), month, "{text}");
        }
        let all = Period::All(None).budget_month(&Calendar::default(), today);
        assert_eq!(all.to_string(), "2026-11");
    }

    #[test]
    fn another_unit_keeps_the_date() {
        let today = day("2026-11-22");
        for (text, unit, there) in [
            ("month 2026-03-05", Unit::Day, "day 2026-03-05"),
            ("day 2026-03-05", Unit::Year, "year 2026-03-05"),
            ("day 2026-03-05", Unit::All, "all 2026-03-05"),
            ("all 2026-03-05", Unit::Week, "week 2026-03-05"),
            ("2026-03-05..2026-04-06", Unit::Month, "month 2026-04-06"),
            ("2026-03-05..", Unit::Month, "month 2026-03-05"),
            ("..2026-03-05", Unit::Month, "month 2026-03-05"),
        ] {
            assert_eq!(period(text).with_unit(unit, today), period(there));
        }
        assert_eq!(
            Period::All(None).with_unit(Unit::Month, today),
            Period::Month(today)
        );
        for (text, there) in [
            ("day 2026-03-05", "day 2026-11-22"),
            ("year 2020-03-05", "year 2026-11-22"),
            ("all 2020-03-05", "month 2026-11-22"),
            ("2026-03-05..", "month 2026-11-22"),
        ] {
            assert_eq!(period(text).to_today(today), period(there));
        }
    }

    #[test]
    fn an_open_end_is_the_first_or_last_recorded_day() {
        let recorded = Some(range("2026-01-10", "2026-10-20"));
        for (text, span) in [
            ("all 2026-11-22", Some(range("2026-01-10", "2026-10-20"))),
            ("2026-05-01..", Some(range("2026-05-01", "2026-10-20"))),
            ("..2026-05-01", Some(range("2026-01-10", "2026-05-01"))),
            ("2026-11-01..", None),
            ("..2026-01-09", None),
            ("month 2026-11-22", Some(range("2026-11-01", "2026-11-30"))),
        ] {
            let calendar = Calendar::default();
            assert_eq!(period(text).span_within(&calendar, recorded), span, "{text}");
        }
        assert_eq!(Period::All(None).span_within(&Calendar::default(), None), None);
    }

    #[test]
    fn dates_outside_the_limits_do_not_panic() {
        for on in [Date::MIN, Date::MAX] {
            for period in [
                Period::Day(on),
                Period::Week(on),
                Period::Month(on),
                Period::Year(on),
                Period::All(Some(on)),
                Period::From(on),
                Period::Until(on),
            ] {
                for start in [1, 28] {
                    let calendar = month_start(start);
                    assert!(period.span(&calendar).contains(period.anchor(on)));
                    let _ = (period.next(&calendar), period.previous(&calendar));
                    assert_eq!(format_date(period.anchor(on)).len(), 10);
                }
            }
        }
    }

    proptest! {
        #[test]
        fn the_period_contains_its_anchor(
            calendar in calendars(), here in periods(), today in dates(), unit in units(),
        ) {
            let span = here.span(&calendar);
            let (first, last) = here.bounds(&calendar);
            prop_assert!(span.contains(here.anchor(today)));
            prop_assert!(here.on().is_none_or(|on| span.contains(on)));
            prop_assert_eq!(first.unwrap_or(FIRST_DAY), span.first());
            prop_assert_eq!(last.unwrap_or(LAST_DAY), span.last());
            let month = here.budget_month(&calendar, today);
            prop_assert!(calendar.month_bounds(month).contains(here.anchor(today)));
            let other = here.with_unit(unit, today);
            prop_assert_eq!(other.unit(), Some(unit));
            prop_assert!(span.contains(other.anchor(today)));
            for neighbour in [here.next(&calendar), here.previous(&calendar)].into_iter().flatten() {
                prop_assert!(neighbour.span(&calendar).contains(neighbour.anchor(today)));
            }
        }
    }
}
