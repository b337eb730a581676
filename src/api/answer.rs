//! Timestamps in the JSON of the API.

use time::PrimitiveDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

const MOMENT: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:6]Z");

/// RFC 3339: `2026-11-22T08:15:30.000000Z`.
pub fn moment(at: PrimitiveDateTime) -> String {
    // A timestamp always has these parts.
    at.format(MOMENT).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_moment_is_written_in_utc_with_all_its_microseconds() {
        assert_eq!(
            moment(datetime!(2026-11-22 08:15:30.000_42)),
            "2026-11-22T08:15:30.000420Z"
        );
        assert_eq!(
            moment(datetime!(2026-01-02 00:00:00)),
            "2026-01-02T00:00:00.000000Z"
        );
    }
}
