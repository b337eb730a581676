//! The keys of `search_rows` on `SQLite`: which bits hold the owner, the day and the place within the day.
//!
//! key = number of the owner << 44 | day << 22 | place. The rows of one owner, and those of a period, are one range of
//! keys, in the table and in the full-text index. These numbers are used nowhere else in the program; the migrations that
//! made the tables repeat them, and a test compares.

use time::Date;

use crate::error::AppError;
use crate::period::DateRange;

/// Bits for the place of a row within its day.
const PLACE_BITS: u32 = 22;
/// Bits for the day.
const DAY_BITS: u32 = 22;
/// Bits below the number of the owner.
const OWNER_SHIFT: u32 = PLACE_BITS + DAY_BITS;
/// Keys of one day.
pub(super) const PLACES_PER_DAY: i64 = 1 << PLACE_BITS;
/// Sets the bits of a day.
const DAY_MASK: i64 = (1 << DAY_BITS) - 1;
/// The Julian day of 1899-12-31, the day with number 0.
const DAY_ZERO: i32 = 2_415_020;
/// The same day in SQL.
#[cfg(feature = "_postgres")]
pub(super) const SQL_DAY_ZERO: &str = "DATE '1899-12-31'";
/// Highest number of an owner: the first key of the next number must still be a 64-bit integer (the view `search_spans`
/// calculates it).
pub(super) const MAX_OWNER_NUMBER: i64 = (1 << (i64::BITS - 1 - OWNER_SHIFT)) - 2;

/// The keys of the rows of an owner within some days, first and last.
pub(super) fn range(owner_number: i64, days: DateRange) -> (i64, i64) {
    let first_of = |day| (owner_number << OWNER_SHIFT) + (day_number(day) << PLACE_BITS);
    (first_of(days.first()), first_of(days.last()) + PLACES_PER_DAY - 1)
}

fn day_number(day: Date) -> i64 {
    i64::from(day.to_julian_day() - DAY_ZERO)
}

/// The date of a day's number.
pub(super) fn date(day_number: i64) -> Result<Date, AppError> {
    i32::try_from(day_number)
        .ok()
        .and_then(|number| number.checked_add(DAY_ZERO))
        .and_then(|julian| Date::from_julian_day(julian).ok())
        .ok_or_else(|| AppError::internal("a day out of bounds"))
}

/// SQL for the day's number of a column with a date. (`julianday` counts from noon, so a date is half a day early.)
pub(super) fn sql_day_number(column: &str) -> String {
    format!("CAST(julianday({column}) - {}.5 AS INTEGER)", DAY_ZERO - 1)
}

/// SQL for the day's number in a key.
pub(super) fn sql_day_of(key: &str) -> String {
    format!("(({key} >> {PLACE_BITS}) & {DAY_MASK})")
}

/// SQL for the first key of a day, from the owner's first key and a column with a date.
pub(super) fn sql_first_of_day(owner_first: &str, column: &str) -> String {
    format!("{owner_first} + ({} << {PLACE_BITS})", sql_day_number(column))
}

/// SQL for the first key of the same day.
pub(super) fn sql_first_of_same_day(key: &str) -> String {
    format!("({key} >> {PLACE_BITS}) << {PLACE_BITS}")
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    const TABLES: &str = include_str!("../../../migrations/sqlite/2026-11-22-000006_search/up.sql");

    #[test]
    fn the_days_of_the_calendar_fit_into_a_key() {
        for day in [date!(1900 - 01 - 01), date!(9999 - 12 - 31)] {
            assert!((1..=DAY_MASK).contains(&day_number(day)));
            assert_eq!(date(day_number(day)).ok(), Some(day));
        }
    }

    #[cfg(feature = "_postgres")]
    #[test]
    fn the_first_day_in_sql_is_the_same() {
        let day = date(0).unwrap();
        assert_eq!(SQL_DAY_ZERO, format!("DATE '{day}'"));
    }

    #[test]
    fn the_keys_of_owners_and_days_do_not_overlap() {
        let days = |first, last| DateRange::between(first, last);
        let all = days(date!(1900 - 01 - 01), date!(9999 - 12 - 31));
        let (monday, tuesday) = (date!(2026 - 11 - 23), date!(2026 - 11 - 24));
        assert!(range(1, all).1 < range(2, all).0);
        assert_eq!(
            range(1, days(monday, monday)).1 + 1,
            range(1, days(tuesday, tuesday)).0
        );
        assert!((MAX_OWNER_NUMBER + 1).checked_mul(1 << OWNER_SHIFT).is_some());
        assert_eq!(range(MAX_OWNER_NUMBER, all).1 >> OWNER_SHIFT, MAX_OWNER_NUMBER);
    }

    #[test]
    fn the_migration_has_the_same_layout() {
        assert!(TABLES.contains(&format!("number << {OWNER_SHIFT} AS first")));
        assert!(TABLES.contains(&sql_first_of_day("first", "NEW.spent_on")));
        assert!(TABLES.contains(&format!("day + {}", PLACES_PER_DAY - 1)));
    }
}
