//! IANA time zones, with their rules compiled in.

use std::fmt;
use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::tz::TimeZoneDatabase;
use time::{Date, Duration, PrimitiveDateTime};

use crate::period::clamp_day;

/// The bundled rules, so that results do not depend on the zone files of the server.
static RULES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut names: Vec<String> = RULES
        .available()
        .map(|name| name.as_str().to_owned())
        .filter(|name| !matches!(name.as_str(), "Factory" | "Etc/Unknown"))
        .collect();
    names.sort_unstable();
    names.dedup();
    names
});

/// An IANA time zone, for example `Europe/Berlin`. Cheap to clone.
#[derive(Clone)]
pub struct TimeZone {
    name: &'static str,
    rules: jiff::tz::TimeZone,
}

impl TimeZone {
    /// Accepts any letter case; `None` for a text that is not in [`names`](Self::names), such as `+05:30`.
    pub fn parse(iana: &str) -> Option<Self> {
        let name = NAMES
            .binary_search_by(|known| known.as_str().cmp(iana))
            .ok()
            .or_else(|| NAMES.iter().position(|known| known.eq_ignore_ascii_case(iana)))
            .and_then(|at| NAMES.get(at))?;
        let rules = RULES.get(name).ok()?;
        Some(Self { name, rules })
    }

    /// The zone of this machine, from `TZ` or its settings, else UTC. Only for the server's own tasks, such as
    /// nightly backups; pages use the account's zone.
    pub(crate) fn of_this_machine() -> Self {
        jiff::tz::TimeZone::system()
            .iana_name()
            .and_then(Self::parse)
            .unwrap_or_default()
    }

    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// Sorted. Includes old names such as `Asia/Calcutta`, because browsers report them.
    pub fn names() -> &'static [String] {
        &NAMES
    }

    /// Local date and time in this zone at a time in UTC.
    pub(crate) fn local(&self, utc: PrimitiveDateTime) -> PrimitiveDateTime {
        let seconds = utc.assume_utc().unix_timestamp();
        let nearest = if seconds < 0 {
            Timestamp::MIN
        } else {
            Timestamp::MAX
        };
        let timestamp = Timestamp::from_second(seconds).unwrap_or(nearest);
        let offset = self.rules.to_offset(timestamp).seconds();
        utc.saturating_add(Duration::seconds(i64::from(offset)))
    }

    /// The date in this zone at a time in UTC, limited to 1900-01-01 to 9999-12-31.
    pub(crate) fn date_of(&self, utc: PrimitiveDateTime) -> Date {
        clamp_day(self.local(utc).date())
    }
}

impl Default for TimeZone {
    fn default() -> Self {
        Self {
            name: "UTC",
            rules: jiff::tz::TimeZone::UTC,
        }
    }
}

impl PartialEq for TimeZone {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for TimeZone {}

impl fmt::Debug for TimeZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TimeZone({})", self.name)
    }
}

impl fmt::Display for TimeZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

#[cfg(test)]
mod tests {
    use time::{Month, Time};

    use super::*;

    fn zone(name: &str) -> TimeZone {
        TimeZone::parse(name).unwrap()
    }

    #[test]
    fn only_iana_names_are_time_zones() {
        for name in [
            "",
            " ",
            "UTC ",
            "localtime",
            "posixrules",
            "posix/Europe/Berlin",
            "right/UTC",
            "Factory",
            "Etc/Unknown",
            "+05:30",
            "UTC+1",
            "GMT+5",
            "Europe",
            "Europe/",
            "Europe/Nowhere",
            "../etc/passwd",
            "Europe/Berlin\0",
            "CET-1CEST,M3.5.0,M10.5.0/3",
        ] {
            assert_eq!(TimeZone::parse(name), None, "{name:?}");
        }
        assert_eq!(zone("europe/berlin").name(), "Europe/Berlin");
        assert_eq!(zone("UTC"), TimeZone::default());
        assert_eq!(zone("Etc/GMT+12").to_string(), "Etc/GMT+12");
    }

    #[test]
    fn every_listed_name_parses_to_itself() {
        let names = TimeZone::names();
        assert!(names.len() > 400);
        assert!(names.is_sorted());
        for name in names {
            assert_eq!(zone(name).name(), name);
            assert!(!name.starts_with("posix/") && !name.starts_with("right/"));
        }
    }

    #[test]
    fn local_time_follows_summer_time() {
        let noon = |month| {
            PrimitiveDateTime::new(
                Date::from_calendar_date(2026, month, 1).unwrap(),
                Time::from_hms(12, 0, 0).unwrap(),
            )
        };
        let berlin = zone("Europe/Berlin");
        assert_eq!(berlin.local(noon(Month::January)).hour(), 13);
        assert_eq!(berlin.local(noon(Month::July)).hour(), 14);
    }
}
