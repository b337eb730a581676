//! The current time, and today's date in a time zone. Only this module reads the system clock.

mod zone;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use time::{Date, Duration, OffsetDateTime, PrimitiveDateTime};

pub use zone::TimeZone;

/// The source of the current time; passed to everything that needs it, so that tests can set it.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    /// Microseconds since 1970-01-01T00:00:00Z, shared by every clone.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that shows `at` until [`set`](Self::set) or [`advance`](Self::advance) is called on it or on a clone.
    pub fn fixed(at: OffsetDateTime) -> Self {
        Self(Source::Fixed(Arc::new(AtomicI64::new(micros(at)))))
    }

    /// Sets a fixed clock, forward or back; does nothing to the system clock.
    pub fn set(&self, at: OffsetDateTime) {
        if let Source::Fixed(shared) = &self.0 {
            shared.store(micros(at), Ordering::SeqCst);
        }
    }

    /// Moves a fixed clock by `step`; does nothing to the system clock.
    pub fn advance(&self, step: Duration) {
        self.set(self.now_utc().saturating_add(step));
    }

    /// The current time in UTC, truncated to microseconds: databases store no more, so a stored value reads back equal.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the system clock"
    )]
    pub fn now_utc(&self) -> OffsetDateTime {
        let micros = match &self.0 {
            Source::System => micros(OffsetDateTime::now_utc()),
            Source::Fixed(shared) => shared.load(Ordering::SeqCst),
        };
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros) * 1000)
            .unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }

    /// [`now_utc`](Self::now_utc) as a `Timestamp` column stores it.
    pub fn now(&self) -> PrimitiveDateTime {
        let now = self.now_utc();
        PrimitiveDateTime::new(now.date(), now.time())
    }

    /// The date in `zone`, limited to the dates that an expense may have.
    pub fn today(&self, zone: &TimeZone) -> Date {
        zone.date_of(self.now())
    }
}

fn micros(at: OffsetDateTime) -> i64 {
    i64::try_from(at.unix_timestamp_nanos().div_euclid(1000)).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use time::Time;

    use super::*;
    use crate::period::{FIRST_DAY, LAST_DAY, format_date, parse_date};

    fn utc(text: &str) -> OffsetDateTime {
        let (date, clock) = text.split_once(' ').unwrap();
        let (hour, minute) = clock.split_once(':').unwrap();
        let time = Time::from_hms(hour.parse().unwrap(), minute.parse().unwrap(), 0).unwrap();
        PrimitiveDateTime::new(parse_date(date).unwrap(), time).assume_utc()
    }

    fn zone(name: &str) -> TimeZone {
        TimeZone::parse(name).unwrap()
    }

    #[test]
    fn today_changes_at_midnight_of_the_time_zone() {
        for (moment, name, today) in [
            ("2026-11-30 23:30", "UTC", "2026-11-30"),
            ("2026-12-01 00:30", "UTC", "2026-12-01"),
            ("2026-11-30 23:30", "Etc/GMT+12", "2026-11-30"),
            ("2026-12-01 11:59", "Etc/GMT+12", "2026-11-30"),
            ("2026-12-01 12:00", "Etc/GMT+12", "2026-12-01"),
            ("2026-12-01 05:59", "America/Chicago", "2026-11-30"),
            ("2026-12-01 06:00", "America/Chicago", "2026-12-01"),
            ("2026-11-30 18:29", "Asia/Kolkata", "2026-11-30"),
            ("2026-11-30 18:30", "Asia/Kolkata", "2026-12-01"),
            ("2026-11-30 18:30", "Asia/Calcutta", "2026-12-01"),
            ("2026-11-30 09:59", "Pacific/Kiritimati", "2026-11-30"),
            ("2026-11-30 10:00", "Pacific/Kiritimati", "2026-12-01"),
            ("2026-07-31 21:59", "Europe/Berlin", "2026-07-31"),
            ("2026-07-31 22:00", "Europe/Berlin", "2026-08-01"),
            ("2026-12-31 22:59", "Europe/Berlin", "2026-12-31"),
            ("2026-12-31 23:00", "Europe/Berlin", "2027-01-01"),
            ("2060-07-31 22:00", "Europe/Berlin", "2060-08-01"),
        ] {
            let clock = Clock::fixed(utc(moment));
            assert_eq!(format_date(clock.today(&zone(name))), today, "{moment} in {name}");
        }
    }

    #[test]
    fn today_is_a_valid_date_even_if_the_clock_is_wrong() {
        let ancient = Date::from_calendar_date(-9999, time::Month::January, 1).unwrap();
        let first = Clock::fixed(ancient.midnight().assume_utc());
        let last = Clock::fixed(utc("9999-12-31 23:59"));
        for name in ["UTC", "Etc/GMT+12", "Pacific/Kiritimati", "America/Chicago"] {
            assert_eq!(first.today(&zone(name)), FIRST_DAY);
            assert_eq!(last.today(&zone(name)).year(), 9999);
        }
        assert_eq!(last.today(&zone("Pacific/Kiritimati")), LAST_DAY);
    }

    #[test]
    fn clones_of_a_fixed_clock_move_together() {
        let clock = Clock::fixed(utc("2026-11-30 23:30"));
        let shared = clock.clone();
        clock.advance(Duration::hours(1));
        assert_eq!(shared.now_utc(), utc("2026-12-01 00:30"));
        clock.advance(Duration::hours(-2));
        assert_eq!(shared.now_utc(), utc("2026-11-30 22:30"));
        shared.set(utc("1969-01-01 00:00"));
        assert_eq!(clock.now().year(), 1969);
    }

    #[test]
    fn now_has_whole_microseconds() {
        let at = utc("2026-11-30 23:30") + Duration::nanoseconds(1_234_567);
        assert_eq!(Clock::fixed(at).now().nanosecond(), 1_234_000);
        assert_eq!(Clock::system().now().nanosecond() % 1000, 0);
    }

    #[test]
    fn the_system_clock_runs_and_cannot_be_set() {
        let clock = Clock::system();
        clock.set(utc("1969-01-01 00:00"));
        clock.advance(Duration::days(-36_500));
        assert!(clock.now_utc() > utc("2026-01-01 00:00"));
    }
}
