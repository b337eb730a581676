//! What the feed and the API share about dates to come.

use time::Date;

use crate::period::{LAST_DAY, Recurrence, RepeatUnit};

/// How far ahead dates are listed.
pub const MONTHS_AHEAD: u8 = 13;

/// The last day of the months from `today` on whose dates are listed.
pub fn latest_from(today: Date) -> Date {
    let months = Recurrence {
        first: today,
        unit: RepeatUnit::Month,
        every: MONTHS_AHEAD,
        until: None,
        times: None,
    };
    months.date(1).unwrap_or(LAST_DAY)
}
