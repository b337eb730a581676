//! Buckets: a range split into days, months, years or longer spans, one for each bar of a chart.

use time::Date;

use super::calendar::Calendar;
use super::range::DateRange;

/// Two months of days, or five years of months.
const MAX_BUCKETS: usize = 62;

/// The length of one bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Granularity {
    Day,
    Month,
    Year,
    /// Ten named years, the first ends in 0.
    Decade,
    /// Only for more than six centuries, which have too many decades.
    Century,
    /// Only for more than sixty centuries.
    Millennium,
}

impl Granularity {
    /// The heading of a table with one row per bucket: `day`, `month`, …
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Month => "month",
            Self::Year => "year",
            Self::Decade => "decade",
            Self::Century => "century",
            Self::Millennium => "millennium",
        }
    }
}

/// 1 to `MAX_BUCKETS` buckets that cover a range, in order, without gap or overlap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Buckets {
    granularity: Granularity,
    ranges: Vec<DateRange>,
}

impl Buckets {
    /// Splits `range` at the finest granularity with at most `MAX_BUCKETS` buckets. The first and the last bucket may be
    /// shorter than the others.
    pub fn choose(range: DateRange, calendar: &Calendar) -> Self {
        let (first, last) = (range.first(), range.last());
        let (from, to) = (calendar.month_of(first), calendar.month_of(last));
        let fits = |from: i32, to: i32| (from.abs_diff(to) as usize) < MAX_BUCKETS;

        if range.days() as usize <= MAX_BUCKETS {
            return Self {
                granularity: Granularity::Day,
                ranges: range.dates().map(DateRange::day).collect(),
            };
        }
        if fits(from.index(), to.index()) {
            let months = std::iter::successors(Some(from), |month| month.next());
            return Self {
                granularity: Granularity::Month,
                ranges: months
                    .take_while(|month| *month <= to)
                    .filter_map(|month| calendar.month_bounds(month).overlap(&range))
                    .collect(),
            };
        }
        let (granularity, years) = [
            (Granularity::Year, 1),
            (Granularity::Decade, 10),
            (Granularity::Century, 100),
        ]
        .into_iter()
        .find(|(_, years)| fits(from.year() / years, to.year() / years))
        .unwrap_or((Granularity::Millennium, 1000));
        Self {
            granularity,
            ranges: (from.year() / years..=to.year() / years)
                .map(|nth| (nth * years, nth * years + years - 1))
                .filter_map(|(from, to)| calendar.years(from, to).overlap(&range))
                .collect(),
        }
    }

    pub(crate) fn granularity(&self) -> Granularity {
        self.granularity
    }

    /// The days of each bucket.
    pub(crate) fn ranges(&self) -> &[DateRange] {
        &self.ranges
    }

    /// The bucket that contains `date`.
    fn index_of(&self, date: Date) -> Option<usize> {
        let at = self.ranges.partition_point(|range| range.last() < date);
        self.ranges.get(at)?.contains(date).then_some(at)
    }

    /// The sum of each bucket by `add`, from dated values. Fastest if they are sorted by date. Dates outside the range are
    /// ignored.
    pub(crate) fn sums<V: Copy + Default>(
        &self,
        values: impl IntoIterator<Item = (Date, V)>,
        add: impl Fn(V, V) -> V,
    ) -> Vec<V> {
        let mut sums = vec![V::default(); self.ranges.len()];
        let mut at = 0;
        for (date, value) in values {
            if !self.ranges.get(at).is_some_and(|range| range.contains(date)) {
                let Some(found) = self.index_of(date) else {
                    continue;
                };
                at = found;
            }
            if let Some(sum) = sums.get_mut(at) {
                *sum = add(*sum, value);
            }
        }
        sums
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::date::parse_date;
    use super::super::strategies::{calendars, ranges};
    use super::super::week::WeekStart;
    use super::*;

    fn day(text: &str) -> Date {
        parse_date(text).unwrap()
    }

    fn range(first: &str, last: &str) -> DateRange {
        DateRange::new(day(first), day(last)).unwrap()
    }

    #[test]
    fn the_granularity_is_the_finest_that_fits() {
        for (first, last, start, granularity, bars) in [
            ("2026-11-22", "2026-11-22", 1, Granularity::Day, 1),
            ("2026-11-01", "2026-11-30", 1, Granularity::Day, 30),
            ("2026-10-01", "2026-12-01", 1, Granularity::Day, 62),
            ("2026-10-01", "2026-12-02", 1, Granularity::Month, 3),
            ("2026-01-01", "2026-12-31", 1, Granularity::Month, 12),
            ("2025-12-25", "2026-12-24", 25, Granularity::Month, 12),
            ("2020-01-01", "2025-02-28", 1, Granularity::Month, 62),
            ("2020-01-01", "2025-03-01", 1, Granularity::Year, 6),
            ("1965-06-01", "2026-11-22", 1, Granularity::Year, 62),
            ("1964-06-01", "2026-11-22", 1, Granularity::Decade, 7),
            ("1900-01-01", "2519-12-31", 1, Granularity::Decade, 62),
            ("1900-01-01", "2520-01-01", 1, Granularity::Century, 7),
            ("1900-01-01", "8099-12-31", 1, Granularity::Century, 62),
            ("1900-01-01", "9999-12-31", 1, Granularity::Millennium, 9),
            ("1900-01-01", "9999-12-31", 25, Granularity::Millennium, 10),
        ] {
            let calendar = Calendar::new(WeekStart::Monday, start).unwrap();
            let buckets = Buckets::choose(range(first, last), &calendar);
            assert_eq!(buckets.granularity(), granularity, "{first} {last}");
            assert_eq!(buckets.ranges().len(), bars, "{first} {last}");
        }
    }

    #[test]
    fn the_first_and_last_bucket_end_with_the_range() {
        let buckets = Buckets::choose(range("2026-01-20", "2026-04-02"), &Calendar::default());
        assert_eq!(
            buckets.ranges(),
            [
                range("2026-01-20", "2026-01-31"),
                range("2026-02-01", "2026-02-28"),
                range("2026-03-01", "2026-03-31"),
                range("2026-04-01", "2026-04-02"),
            ]
        );
        let buckets = Buckets::choose(range("1955-05-05", "2026-11-22"), &Calendar::default());
        assert_eq!(buckets.ranges()[0], range("1955-05-05", "1959-12-31"));
        assert_eq!(buckets.ranges()[7], range("2020-01-01", "2026-11-22"));
    }

    #[test]
    fn values_are_added_to_the_bucket_of_their_date() {
        let buckets = Buckets::choose(range("2026-01-20", "2026-04-02"), &Calendar::default());
        let values = [
            ("2026-01-19", 1),
            ("2026-01-20", 10),
            ("2026-01-31", -3),
            ("2026-03-01", 100),
            ("2026-04-02", i64::MAX),
            ("2026-04-02", 1),
            ("2026-04-03", 1000),
            ("2026-03-31", 5),
        ];
        let values = values.map(|(date, value)| (day(date), value));
        assert_eq!(buckets.sums(values, i64::saturating_add), [7, 0, 105, i64::MAX]);
        assert_eq!(buckets.index_of(day("2026-01-19")), None);
        assert_eq!(buckets.index_of(day("2026-02-28")), Some(1));
        assert_eq!(buckets.index_of(day("2026-04-03")), None);
    }

    proptest! {
        #[test]
        fn buckets_cover_their_range(calendar in calendars(), range in ranges()) {
            let buckets = Buckets::choose(range, &calendar);
            let bars = buckets.ranges();
            prop_assert!((1..=MAX_BUCKETS).contains(&bars.len()));
            prop_assert_eq!(bars[0].first(), range.first());
            prop_assert_eq!(bars[bars.len() - 1].last(), range.last());
            for pair in bars.windows(2) {
                prop_assert_eq!(pair[0].last().next_day(), Some(pair[1].first()));
            }
            for (at, bar) in bars.iter().enumerate() {
                prop_assert_eq!(buckets.index_of(bar.first()), Some(at));
                prop_assert_eq!(buckets.index_of(bar.last()), Some(at));
            }
        }

        #[test]
        fn every_value_is_counted_once(
            calendar in calendars(), range in ranges(),
            values in prop::collection::vec((0_u32..4_000_000, -1_000_000_i64..1_000_000), 0..40),
        ) {
            let first = range.first().to_julian_day();
            let mut values: Vec<(Date, i64)> = values
                .into_iter()
                .map(|(days, value)| (i32::try_from(days % range.days()).unwrap(), value))
                .map(|(days, value)| (Date::from_julian_day(first + days).unwrap(), value))
                .collect();
            values.sort_unstable();
            let buckets = Buckets::choose(range, &calendar);
            let sums = buckets.sums(values.iter().copied(), i64::saturating_add);
            prop_assert_eq!(sums.iter().sum::<i64>(), values.iter().map(|(_, value)| value).sum::<i64>());
            for (sum, bar) in sums.iter().zip(buckets.ranges()) {
                let inside = values.iter().filter(|(date, _)| bar.contains(*date));
                prop_assert_eq!(*sum, inside.map(|(_, value)| value).sum::<i64>());
            }
        }
    }
}
