//! Two amounts compared in percent.

use super::Money;
use crate::locale::Locale;

impl Money {
    /// "12% less than October 2026", where `name` is that of `before`; `None` unless `before` is positive.
    pub(crate) fn compared(self, before: Self, name: &str, locale: Locale) -> Option<String> {
        if before <= Self::ZERO {
            return None;
        }
        let (now, before) = (i128::from(self.minor()), i128::from(before.minor()));
        let difference = now - before;
        let percent = i64::try_from(difference.abs() * 100 / before).unwrap_or(i64::MAX);
        let percent = if percent == 0 {
            format!("under {}", locale.format_percent(1))
        } else {
            locale.format_percent(percent)
        };
        Some(match difference {
            0 => format!("Same as {name}"),
            1.. => format!("{percent} more than {name}"),
            _ => format!("{percent} less than {name}"),
        })
    }

    /// This part of `whole` in percent, rounded down, 0 to 100; 0 of what is not positive.
    pub(crate) fn percent_of(self, whole: Self) -> u8 {
        let (part, whole) = (i128::from(self.minor()), i128::from(whole.minor()));
        if whole <= 0 || part <= 0 {
            return 0;
        }
        u8::try_from((part * 100 / whole).min(100)).unwrap_or(100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_in_whole_percent_of_what_was_before() {
        let compared = |now: i64, before: i64| {
            let (now, before) = (Money::from_minor(now), Money::from_minor(before));
            now.compared(before, "May", Locale::default())
        };
        for (now, before, words) in [
            (150, 100, Some("50% more than May")),
            (1, 100, Some("99% less than May")),
            (0, 100, Some("100% less than May")),
            (-50, 100, Some("150% less than May")),
            (10_001, 10_000, Some("under 1% more than May")),
            (100, 100, Some("Same as May")),
            (100, 0, None),
            (100, -100, None),
        ] {
            assert_eq!(compared(now, before).as_deref(), words, "{now} after {before}");
        }
        assert!(compared(i64::MAX, 1).is_some());
    }

    #[test]
    fn a_part_is_in_whole_percent() {
        for (part, whole, percent) in [
            (0, 100, 0),
            (1, 3, 33),
            (3, 3, 100),
            (4, 3, 100),
            (-1, 3, 0),
            (1, 0, 0),
            (1, -3, 0),
            (i64::MAX, i64::MAX, 100),
        ] {
            let found = Money::from_minor(part).percent_of(Money::from_minor(whole));
            assert_eq!(found, percent, "{part} of {whole}");
        }
    }
}
