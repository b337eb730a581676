//! ICU4X formatters of dates and times, with the CLDR data compiled in.

use icu_calendar::Gregorian;
use icu_datetime::fieldsets::{E, M, MD, MDE, T, YM, YMD, YMDE};
use icu_datetime::options::YearStyle;
use icu_datetime::{DateTimeFormatterLoadError, FixedCalendarDateTimeFormatter, NoCalendarFormatter};
use icu_locale_core::Locale as IcuLocale;
// Not used by name: its feature `sync` makes the formatters `Sync`, as a static must be.
use icu_provider as _;

type Formatter<Fields> = FixedCalendarDateTimeFormatter<Gregorian, Fields>;

/// The formatters of dates and times of one locale. Each takes about a microsecond to create and a few hundred bytes.
pub(super) struct Formatters {
    pub full: Formatter<YMDE>,
    pub full_in_year: Formatter<MDE>,
    pub long: Formatter<YMD>,
    pub long_in_year: Formatter<MD>,
    pub medium: Formatter<YMD>,
    pub day_month: Formatter<MD>,
    pub month_year: Formatter<YM>,
    pub month_short: Formatter<M>,
    pub weekday_short: Formatter<E>,
    pub time: NoCalendarFormatter<T>,
}

impl Formatters {
    pub(super) fn new(tag: &str) -> Result<Self, DateTimeFormatterLoadError> {
        let parse = |tag: &str| tag.parse::<IcuLocale>().unwrap_or(IcuLocale::UNKNOWN);
        let locale = parse(tag);
        // ICU4X 2.4 has only a numeric long form for Portugal, and its month with year for Brazil
        // fails an assertion in debug builds. In CLDR both forms are the same in the two countries.
        let full_locale = if tag == "pt-PT" {
            parse("pt-BR")
        } else {
            parse(tag)
        };
        let month_year_locale = if tag == "pt-BR" {
            parse("pt-PT")
        } else {
            parse(tag)
        };
        // All four digits of the year: 1931, not 31.
        let full = YMDE::long().with_year_style(YearStyle::Full);
        let long = YMD::long().with_year_style(YearStyle::Full);
        let medium = YMD::medium().with_year_style(YearStyle::Full);
        let month_year = YM::long().with_year_style(YearStyle::Full);
        Ok(Self {
            full_in_year: Formatter::try_new((&full_locale).into(), MDE::long())?,
            long: Formatter::try_new((&full_locale).into(), long)?,
            long_in_year: Formatter::try_new((&full_locale).into(), MD::long())?,
            full: Formatter::try_new(full_locale.into(), full)?,
            medium: Formatter::try_new((&locale).into(), medium)?,
            day_month: Formatter::try_new((&locale).into(), MD::medium())?,
            month_year: Formatter::try_new(month_year_locale.into(), month_year)?,
            weekday_short: Formatter::try_new((&locale).into(), E::short())?,
            month_short: Formatter::try_new((&locale).into(), M::medium())?,
            time: NoCalendarFormatter::try_new(locale.into(), T::hm())?,
        })
    }
}
