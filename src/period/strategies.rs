//! For tests: periods from a short text, and proptest strategies for calendars, dates (the first and last ones more often),
//! ranges and periods.

use proptest::prelude::*;
use time::Date;

use super::calendar::Calendar;
use super::date::{FIRST_DAY, LAST_DAY, parse_date};
use super::range::DateRange;
use super::span::Period;
use super::unit::Unit;
use super::week::WeekStart;

/// `month 2026-11-22` or `2026-11-01..2026-11-30`.
pub(super) fn period(text: &str) -> Period {
    let date = |text| parse_date(text).unwrap();
    match text.split_once(' ') {
        Some((unit, on)) => Period::containing(Unit::parse(unit).unwrap(), date(on)),
        None => match text.split_once("..").unwrap() {
            (from, "") => Period::From(date(from)),
            ("", to) => Period::Until(date(to)),
            (from, to) => Period::Range(DateRange::new(date(from), date(to)).unwrap()),
        },
    }
}

pub(super) fn calendars() -> impl Strategy<Value = Calendar> {
    (
        prop::sample::select(&WeekStart::ALL[..]),
        prop_oneof![Just(1_u8), Just(25), Just(28), 1_u8..=28],
    )
        .prop_map(|(week, month)| Calendar::new(week, month).unwrap())
}

pub(super) fn dates() -> impl Strategy<Value = Date> {
    let (first, last) = (FIRST_DAY.to_julian_day(), LAST_DAY.to_julian_day());
    prop_oneof![
        1 => first..=first + 800,
        1 => last - 800..=last,
        1 => Just(first),
        1 => Just(last),
        4 => 2_458_000..=2_463_000_i32,
        4 => first..=last,
    ]
    .prop_map(|day| Date::from_julian_day(day).unwrap())
}

pub(super) fn ranges() -> impl Strategy<Value = DateRange> {
    let near = (dates(), 0_i32..=30_000).prop_map(|(first, days)| {
        let last = first.to_julian_day().saturating_add(days);
        DateRange::between(first, Date::from_julian_day(last).unwrap_or(LAST_DAY))
    });
    let far = (dates(), dates()).prop_map(|(one, other)| DateRange::between(one, other));
    prop_oneof![2 => near, 1 => far]
}

pub(super) fn units() -> impl Strategy<Value = Unit> {
    prop::sample::select(&Unit::ALL[..])
}

pub(super) fn periods() -> impl Strategy<Value = Period> {
    prop_oneof![
        6 => (units(), dates()).prop_map(|(unit, on)| Period::containing(unit, on)),
        1 => Just(Period::All(None)),
        2 => ranges().prop_map(Period::Range),
        1 => dates().prop_map(Period::From),
        1 => dates().prop_map(Period::Until),
    ]
}
