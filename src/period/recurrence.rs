//! The dates of something that recurs. Each is counted from the first one, so that a short month moves no later date.

use time::Date;

use super::date::{LAST_DAY, shift_days};
use super::month::Month;

/// The unit in which a recurrence counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RepeatUnit {
    Day,
    Week,
    Month,
    Year,
}

impl RepeatUnit {
    pub(crate) const ALL: [Self; 4] = [Self::Day, Self::Week, Self::Month, Self::Year];

    /// Reads `day`, `week`, `month` or `year`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.as_str() == text)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
        }
    }
}

/// The first date, the distance to the next one, and the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recurrence {
    pub first: Date,
    pub unit: RepeatUnit,
    /// 1 to 99 units.
    pub every: u8,
    /// The last possible date.
    pub until: Option<Date>,
    /// The number of dates.
    pub times: Option<u32>,
}

impl Recurrence {
    /// The date with the number `index`, from 0; `None` after the last one. A day that a month does not have is the last
    /// one of that month.
    pub fn date(&self, index: u32) -> Option<Date> {
        if self.times.is_some_and(|times| index >= times) {
            return None;
        }
        let steps = i32::try_from(index).ok()?.checked_mul(i32::from(self.every))?;
        let date = match self.unit {
            RepeatUnit::Day => shift_days(self.first, steps)?,
            RepeatUnit::Week => shift_days(self.first, steps.checked_mul(7)?)?,
            RepeatUnit::Month => self.shift_months(steps)?,
            RepeatUnit::Year => self.shift_months(steps.checked_mul(12)?)?,
        };
        (date <= self.until.unwrap_or(LAST_DAY)).then_some(date)
    }

    fn shift_months(&self, months: i32) -> Option<Date> {
        let first = Month::new(self.first.year(), u8::from(self.first.month()))?;
        let month = Month::from_index(first.index().checked_add(months)?)?;
        let name = time::Month::try_from(month.month()).ok()?;
        let day = self.first.day().min(name.length(month.year()));
        Date::from_calendar_date(month.year(), name, day)
            .ok()
            .filter(|date| *date <= LAST_DAY)
    }

    /// The number of the first date on or after `day`; `None` after the last one.
    pub fn index_from(&self, day: Date) -> Option<u32> {
        let days = day.to_julian_day() - self.first.to_julian_day();
        if days <= 0 {
            return self.date(0).map(|_| 0);
        }
        // At least so many days pass between two dates, and at most: a month has 28 to 31 days, a year 365 or 366.
        let longest = match self.unit {
            RepeatUnit::Day => 1,
            RepeatUnit::Week => 7,
            RepeatUnit::Month => 31,
            RepeatUnit::Year => 366,
        };
        // Not after the wanted one; each step then comes nearer.
        let mut index = u32::try_from(days / (longest * i32::from(self.every))).ok()?;
        loop {
            let date = self.date(index)?;
            if date >= day {
                return Some(index);
            }
            let missing = (day.to_julian_day() - date.to_julian_day()) / (longest * i32::from(self.every));
            index = index.checked_add(u32::try_from(missing).ok()?.max(1))?;
        }
    }

    /// The number of a date; `None` for one that it does not have.
    pub fn index_of(&self, day: Date) -> Option<u32> {
        self.index_from(day)
            .filter(|index| self.date(*index) == Some(day))
    }

    /// The dates on or after `day`, in order.
    pub fn dates_from(&self, day: Date) -> impl Iterator<Item = Date> + use<> {
        let all = *self;
        let start = self.index_from(day);
        std::iter::successors(start, |index| index.checked_add(1)).map_while(move |index| all.date(index))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::date;

    use super::super::date::FIRST_DAY;
    use super::super::strategies::dates;
    use super::*;

    fn monthly(first: Date) -> Recurrence {
        Recurrence {
            first,
            unit: RepeatUnit::Month,
            every: 1,
            until: None,
            times: None,
        }
    }

    fn first_dates(of: &Recurrence, count: usize) -> Vec<Date> {
        of.dates_from(of.first).take(count).collect()
    }

    #[test]
    fn the_31st_is_the_last_day_of_shorter_months_and_the_31st_again() {
        assert_eq!(
            first_dates(&monthly(date!(2026 - 12 - 31)), 5),
            [
                date!(2026 - 12 - 31),
                date!(2027 - 01 - 31),
                date!(2027 - 02 - 28),
                date!(2027 - 03 - 31),
                date!(2027 - 04 - 30),
            ]
        );
        let yearly = Recurrence {
            unit: RepeatUnit::Year,
            ..monthly(date!(2024 - 02 - 29))
        };
        assert_eq!(
            first_dates(&yearly, 5),
            [
                date!(2024 - 02 - 29),
                date!(2025 - 02 - 28),
                date!(2026 - 02 - 28),
                date!(2027 - 02 - 28),
                date!(2028 - 02 - 29),
            ]
        );
    }

    #[test]
    fn it_ends_by_date_by_count_or_with_the_calendar() {
        let until = Recurrence {
            until: Some(date!(2026 - 03 - 01)),
            ..monthly(date!(2026 - 01 - 01))
        };
        assert_eq!(first_dates(&until, 9).len(), 3);
        let times = Recurrence {
            times: Some(4),
            ..monthly(date!(2026 - 01 - 31))
        };
        assert_eq!(first_dates(&times, 9).last(), Some(&date!(2026 - 04 - 30)));
        assert_eq!(
            first_dates(&monthly(date!(9999 - 11 - 30)), 9),
            [date!(9999 - 11 - 30), date!(9999 - 12 - 30)]
        );
    }

    #[test]
    fn a_date_is_found_by_its_number() {
        let rent = monthly(date!(2026 - 01 - 31));
        assert_eq!(rent.index_of(date!(2026 - 02 - 28)), Some(1));
        assert_eq!(rent.index_of(date!(2026 - 02 - 27)), None);
        assert_eq!(rent.index_of(date!(2025 - 12 - 31)), None);
        assert_eq!(rent.index_from(date!(2026 - 03 - 01)), Some(2));
    }

    prop_compose! {
        fn recurrences()(
            first in dates(),
            unit in prop::sample::select(&RepeatUnit::ALL[..]),
            every in 1_u8..=99,
            until in prop::option::of(dates()),
            times in prop::option::of(1_u32..500),
        ) -> Recurrence {
            Recurrence { first, unit, every, until, times }
        }
    }

    proptest! {
        #[test]
        fn a_date_is_never_after_the_day_of_the_first_one_and_returns_to_it(one in recurrences(), index in 0_u32..2000) {
            let Some(date) = one.date(index) else { return Ok(()) };
            match one.unit {
                RepeatUnit::Day => {}
                RepeatUnit::Week => prop_assert_eq!(date.weekday(), one.first.weekday()),
                RepeatUnit::Month | RepeatUnit::Year => {
                    let length = date.month().length(date.year());
                    prop_assert_eq!(date.day(), one.first.day().min(length));
                }
            }
            if one.unit == RepeatUnit::Year {
                prop_assert_eq!(date.month(), one.first.month());
            }
        }

        #[test]
        fn dates_ascend_and_are_found_by_their_number(one in recurrences(), index in 0_u32..2000) {
            if let Some(date) = one.date(index) {
                prop_assert_eq!(one.index_of(date), Some(index));
                if let Some(next) = one.date(index + 1) {
                    prop_assert!(date < next);
                    prop_assert_eq!(one.index_from(date.next_day().unwrap()), Some(index + 1));
                }
            } else {
                prop_assert_eq!(one.date(index + 1), None, "no date follows the last one");
            }
        }

        #[test]
        fn the_dates_from_a_day_are_all_of_them_on_or_after_it(one in recurrences(), day in dates()) {
            let all: Vec<Date> = (0..600).map_while(|index| one.date(index)).collect();
            let expected: Vec<Date> = all.iter().copied().filter(|date| *date >= day).take(20).collect();
            if all.len() < 600 {
                prop_assert_eq!(one.dates_from(day).take(20).collect::<Vec<_>>(), expected);
            }
            prop_assert!(one.dates_from(FIRST_DAY).take(3).eq(all.iter().copied().take(3)));
        }
    }
}
