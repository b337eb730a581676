//! A range of days. Both ends are included, because an exclusive end after 9999-12-31 would not exist.

use time::Date;

use super::date::{FIRST_DAY, LAST_DAY, clamp_day, shift_days};

/// The days from `first` to `last`, at least one, within 1900-01-01 to 9999-12-31.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DateRange {
    first: Date,
    last: Date,
}

impl DateRange {
    /// 1900-01-01 to 9999-12-31.
    pub(crate) const ALL_DAYS: Self = Self {
        first: FIRST_DAY,
        last: LAST_DAY,
    };

    /// `None` if `first` is after `last`. Both are limited to the app's dates.
    pub(crate) fn new(first: Date, last: Date) -> Option<Self> {
        (first <= last).then(|| Self {
            first: clamp_day(first),
            last: clamp_day(last),
        })
    }

    pub(crate) fn day(date: Date) -> Self {
        let date = clamp_day(date);
        Self {
            first: date,
            last: date,
        }
    }

    /// From the earlier date to the later one.
    pub(crate) fn between(one: Date, other: Date) -> Self {
        Self {
            first: clamp_day(one.min(other)),
            last: clamp_day(one.max(other)),
        }
    }

    pub(crate) fn first(&self) -> Date {
        self.first
    }

    pub(crate) fn last(&self) -> Date {
        self.last
    }

    /// The number of days, at least 1.
    pub(crate) fn days(&self) -> u32 {
        days_between(self.first, self.last) + 1
    }

    pub(crate) fn contains(&self, date: Date) -> bool {
        (self.first..=self.last).contains(&date)
    }

    /// The days in both ranges, if any.
    pub(crate) fn overlap(&self, other: &Self) -> Option<Self> {
        Self::new(self.first.max(other.first), self.last.min(other.last))
    }

    pub(crate) fn dates(&self) -> impl Iterator<Item = Date> + use<> {
        let last = self.last;
        std::iter::successors(Some(self.first), move |day| {
            (*day < last).then(|| day.next_day()).flatten()
        })
    }

    /// Days from today on, today included: all days before the range, 0 after it.
    pub(crate) fn days_left(&self, today: Date) -> u32 {
        if today > self.last {
            0
        } else {
            days_between(today.max(self.first), self.last) + 1
        }
    }

    /// Days until today, today included: 0 before the range, all days after it.
    pub(crate) fn days_elapsed(&self, today: Date) -> u32 {
        if today < self.first {
            0
        } else {
            days_between(self.first, today.min(self.last)) + 1
        }
    }

    /// The first `days` of them, or all if there are not so many.
    #[must_use]
    pub(crate) fn start(&self, days: u32) -> Self {
        let more = i32::try_from(days.saturating_sub(1)).unwrap_or(i32::MAX);
        let last = shift_days(self.first, more).map_or(self.last, |last| last.min(self.last));
        Self { last, ..*self }
    }

    /// The share of the range that has passed at the end of today, in thousandths, rounded down; `None` if today is outside.
    pub(crate) fn position(&self, today: Date) -> Option<u32> {
        let permille = u64::from(self.days_elapsed(today)) * 1000 / u64::from(self.days());
        self.contains(today)
            .then(|| u32::try_from(permille).unwrap_or(1000))
    }
}

/// 0 if both are the same.
fn days_between(first: Date, last: Date) -> u32 {
    (last.to_julian_day() - first.to_julian_day()).unsigned_abs()
}

#[cfg(test)]
mod tests {
    use super::super::date::parse_date;
    use super::*;

    fn day(text: &str) -> Date {
        parse_date(text).unwrap()
    }

    fn range(first: &str, last: &str) -> DateRange {
        DateRange::new(day(first), day(last)).unwrap()
    }

    #[test]
    fn both_ends_are_included() {
        let november = range("2026-11-01", "2026-11-30");
        assert_eq!(november.days(), 30);
        assert!(november.contains(november.first()) && november.contains(november.last()));
        assert!(!november.contains(day("2026-10-31")) && !november.contains(day("2026-12-01")));
        assert_eq!(november.dates().count(), 30);
        assert_eq!(november.dates().last(), Some(day("2026-11-30")));
        assert_eq!(DateRange::new(day("2026-11-02"), day("2026-11-01")), None);
    }

    #[test]
    fn a_range_can_end_on_the_last_date() {
        let end = range("9999-12-30", "9999-12-31");
        assert_eq!(end.dates().count(), 2);
        assert_eq!(DateRange::ALL_DAYS.days(), 2_958_464);
        assert_eq!(DateRange::ALL_DAYS.days_left(LAST_DAY), 1);
        assert_eq!(DateRange::ALL_DAYS.position(LAST_DAY), Some(1000));
    }

    #[test]
    fn today_counts_as_left_and_as_elapsed() {
        let november = range("2026-11-01", "2026-11-30");
        for (today, left, elapsed, position) in [
            ("2026-10-31", 30, 0, None),
            ("2026-11-01", 30, 1, Some(33)),
            ("2026-11-15", 16, 15, Some(500)),
            ("2026-11-22", 9, 22, Some(733)),
            ("2026-11-30", 1, 30, Some(1000)),
            ("2026-12-01", 0, 30, None),
        ] {
            let today = day(today);
            assert_eq!(november.days_left(today), left);
            assert_eq!(november.days_elapsed(today), elapsed);
            assert_eq!(november.position(today), position);
        }
    }

    #[test]
    fn the_overlap_is_the_days_in_both() {
        let november = range("2026-11-01", "2026-11-30");
        let week = range("2026-11-30", "2026-12-06");
        assert_eq!(november.overlap(&week), Some(DateRange::day(day("2026-11-30"))));
        assert_eq!(november.overlap(&range("2026-12-01", "2026-12-06")), None);
    }
}
