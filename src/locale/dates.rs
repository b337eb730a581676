//! Dates in words.

use icu_calendar::{Date as IcuDate, Gregorian};
use icu_datetime::input::Time as IcuTime;
use time::{Date, Month, Time};

use super::formatters::Formatters;
use super::handle::Locale;

impl Locale {
    /// `Sunday, November 22, 2026`
    pub(crate) fn date_full(self, date: Date) -> String {
        self.formatted(date, |formatters, day| formatters.full.format(day).to_string())
    }

    /// `Sunday, November 22`: for a date in the current year.
    pub(crate) fn date_in_year(self, date: Date) -> String {
        self.formatted(date, |formatters, day| {
            formatters.full_in_year.format(day).to_string()
        })
    }

    /// `November 22`, with the year if it is not the current one: `November 22, 2025`
    pub(crate) fn date_long(self, date: Date, today: Date) -> String {
        self.formatted(date, |formatters, day| {
            if date.year() == today.year() {
                formatters.long_in_year.format(day).to_string()
            } else {
                formatters.long.format(day).to_string()
            }
        })
    }

    /// `Nov 22, 2026`
    pub(crate) fn date_medium(self, date: Date) -> String {
        self.formatted(date, |formatters, day| formatters.medium.format(day).to_string())
    }

    /// `Nov 22`
    pub(crate) fn day_month(self, date: Date) -> String {
        self.formatted(date, |formatters, day| {
            formatters.day_month.format(day).to_string()
        })
    }

    /// Whether the day stands before the month, as in `22 Nov`.
    pub(crate) fn has_day_first(self) -> bool {
        let date = first_day_of(11).and_then(|first| first.replace_day(22).ok());
        date.is_some_and(|date| self.day_month(date).starts_with("22"))
    }

    /// `November 2026`, for any year; only the year if `month` is not from 1 to 12.
    ///
    /// The arguments are not a `Date`: with a month start on the 25th, the last days of 9999 belong to
    /// January 10000.
    pub(crate) fn month_year(self, year: i32, month: u8) -> String {
        let Some(first) = first_day_of(month) else {
            return year.to_string();
        };
        let text = self.formatted(first, |formatters, day| {
            formatters.month_year.format(day).to_string()
        });
        // Neither date type has the year 10000, so format a known year and replace it.
        text.replacen(&SOME_YEAR.to_string(), &year.to_string(), 1)
    }

    /// `Nov`; empty unless `month` is from 1 to 12.
    pub(crate) fn month_short(self, month: u8) -> String {
        first_day_of(month).map_or_else(String::new, |first| {
            self.formatted(first, |formatters, day| {
                formatters.month_short.format(day).to_string()
            })
        })
    }

    /// `Sun`
    pub(crate) fn weekday_short(self, date: Date) -> String {
        self.formatted(date, |formatters, day| {
            formatters.weekday_short.format(day).to_string()
        })
    }

    /// `2:02 PM`
    pub(crate) fn time(self, time: Time) -> String {
        let formatters = self
            .entry()
            .formatters
            .get_or_init(|| Formatters::new(self.tag()).ok());
        let minute = IcuTime::try_new(time.hour(), time.minute(), 0, 0);
        match (formatters, minute) {
            // CLDR has a narrow no-break space before "PM", which many fonts lack.
            (Some(formatters), Ok(minute)) => formatters
                .time
                .format(&minute)
                .to_string()
                .replace('\u{202f}', " "),
            _ => format!("{:02}:{:02}", time.hour(), time.minute()),
        }
    }

    /// `Nov 22 – Dec 3, 2026`. The first date has a year only if the years differ or the locale writes the
    /// year first. A range of one day is one date.
    pub(crate) fn date_range(self, from: Date, to: Date) -> String {
        let (first, last) = (self.date_medium(from), self.date_medium(to));
        if from == to {
            return last;
        }
        let short = self.day_month(from);
        let year_trails = from.year() == to.year() && first.starts_with(&short);
        format!("{} – {last}", if year_trails { short } else { first })
    }

    /// Falls back to ISO 8601 if ICU4X has no data for the locale or the date; the tests show that it has.
    fn formatted(self, date: Date, text: impl FnOnce(&Formatters, &IcuDate<Gregorian>) -> String) -> String {
        let formatters = self
            .entry()
            .formatters
            .get_or_init(|| Formatters::new(self.tag()).ok());
        let day = IcuDate::try_new_gregorian(date.year(), date.month().into(), date.day());
        match (formatters, day) {
            (Some(formatters), Ok(day)) => text(formatters, &day),
            _ => date.to_string(),
        }
    }
}

/// The year used to format a month.
const SOME_YEAR: i32 = 2026;

fn first_day_of(month: u8) -> Option<Date> {
    let month = Month::try_from(month).ok()?;
    Date::from_calendar_date(SOME_YEAR, month, 1).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::Date;
    use time::macros::{date, time};

    use super::Locale;

    fn locale(tag: &str) -> Locale {
        Locale::from_tag(tag).unwrap()
    }

    #[test]
    fn dates_are_written_as_in_the_country() {
        let day = date!(2026 - 11 - 22);
        for row in [
            "en-US | Sunday, November 22, 2026 | Nov 22, 2026 | Nov 22 | November 2026 | Nov",
            "en-GB | Sunday, 22 November 2026 | 22 Nov 2026 | 22 Nov | November 2026 | Nov",
            "de-DE | Sonntag, 22. November 2026 | 22.11.2026 | 22. Nov. | November 2026 | Nov",
            "fr-FR | dimanche 22 novembre 2026 | 22 nov. 2026 | 22 nov. | novembre 2026 | nov.",
            "pt-BR | domingo, 22 de novembro de 2026 | 22 de nov. de 2026 | 22 de nov. | novembro de 2026 | nov.",
            "pt-PT | domingo, 22 de novembro de 2026 | 22/11/2026 | 22 de nov. | novembro de 2026 | nov.",
            "pl-PL | niedziela, 22 listopada 2026 | 22 lis 2026 | 22 lis | listopad 2026 | lis",
            "ja-JP | 2026年11月22日日曜日 | 2026/11/22 | 11月22日 | 2026年11月 | 11月",
        ] {
            let columns: Vec<&str> = row.split(" | ").collect();
            let locale = locale(columns[0]);
            let formatted = [
                locale.date_full(day),
                locale.date_medium(day),
                locale.day_month(day),
                locale.month_year(2026, 11),
                locale.month_short(11),
            ];
            assert_eq!(formatted, columns[1..], "{row}");
        }
    }

    #[test]
    fn times_are_written_as_in_the_country() {
        for (tag, night, afternoon) in [
            ("en-US", "12:05 AM", "2:02 PM"),
            ("en-GB", "00:05", "14:02"),
            ("de-DE", "00:05", "14:02"),
            ("pl-PL", "00:05", "14:02"),
            ("ja-JP", "0:05", "14:02"),
        ] {
            let locale = locale(tag);
            assert_eq!(locale.time(time!(00:05)), night, "{tag}");
            assert_eq!(locale.time(time!(14:02:59)), afternoon, "{tag}");
        }
        for locale in Locale::all() {
            assert!(!locale.time(time!(23:59)).is_empty(), "{locale}");
        }
    }

    #[test]
    fn a_date_of_this_year_has_no_year() {
        let day = date!(2026 - 11 - 22);
        for (tag, words) in [
            ("en-US", "Sunday, November 22"),
            ("en-GB", "Sunday 22 November"),
            ("de-DE", "Sonntag, 22. November"),
            ("pt-PT", "domingo, 22 de novembro"),
            ("ja-JP", "11月22日日曜日"),
        ] {
            assert_eq!(locale(tag).date_in_year(day), words);
        }
    }

    #[test]
    fn a_long_date_has_its_year_only_if_it_is_another_one() {
        let (day, before) = (date!(2026 - 11 - 03), date!(2025 - 11 - 03));
        for (tag, words, words_before) in [
            ("en-US", "November 3", "November 3, 2025"),
            ("en-GB", "3 November", "3 November 2025"),
            ("de-DE", "3. November", "3. November 2025"),
            ("pt-PT", "3 de novembro", "3 de novembro de 2025"),
            ("ja-JP", "11月3日", "2025年11月3日"),
        ] {
            assert_eq!(locale(tag).date_long(day, day), words);
            assert_eq!(locale(tag).date_long(before, day), words_before);
        }
    }

    #[test]
    fn a_range_has_one_year_where_the_year_is_last() {
        let (from, to) = (date!(2026 - 11 - 22), date!(2026 - 12 - 03));
        assert_eq!(locale("en-US").date_range(from, to), "Nov 22 – Dec 3, 2026");
        assert_eq!(locale("es-ES").date_range(from, to), "22 nov – 3 dic 2026");
        assert_eq!(locale("de-DE").date_range(from, to), "22.11.2026 – 03.12.2026");
        assert_eq!(
            locale("hu-HU").date_range(from, to),
            "2026. nov. 22. – 2026. dec. 3."
        );
        assert_eq!(locale("en-US").date_range(from, from), "Nov 22, 2026");
        let next_year = date!(2027 - 01 - 01);
        assert_eq!(
            locale("en-US").date_range(from, next_year),
            "Nov 22, 2026 – Jan 1, 2027"
        );
    }

    #[test]
    fn a_month_after_the_last_date_has_a_name() {
        assert_eq!(Locale::default().month_year(10_000, 1), "January 10000");
        assert_eq!(locale("zh-CN").month_year(10_000, 12), "10000年12月");
        assert_eq!(Locale::default().month_year(2026, 13), "2026");
        assert_eq!(Locale::default().month_short(0), "");
        for locale in Locale::all() {
            for month in 1..=12 {
                let text = locale.month_year(10_000, month);
                assert!(
                    text.contains("10000") && !text.contains("2026"),
                    "{locale}: {text}"
                );
            }
        }
    }

    proptest! {
        #[test]
        fn every_date_has_words_and_its_year_in_every_locale(
            days in date!(1900 - 01 - 01).to_julian_day()..=date!(9999 - 12 - 31).to_julian_day(),
        ) {
            let date = Date::from_julian_day(days).unwrap();
            let iso = date.to_string();
            for locale in Locale::all() {
                for text in [locale.date_full(date), locale.date_medium(date)] {
                    prop_assert!(text.contains(&date.year().to_string()), "{}: {}", locale, text);
                    prop_assert_ne!(&text, &iso);
                }
                for text in [locale.date_in_year(date), locale.day_month(date), locale.date_long(date, date)] {
                    prop_assert!(!text.is_empty() && text != iso, "{}: {}", locale, text);
                }
            }
        }
    }
}
