//! How a person wants money, dates and colours: the settings that every page is written with.

use crate::clock::TimeZone;
use crate::locale::Locale;
use crate::money::Currency;
use crate::period::{Calendar, WeekStart};
use crate::web::view::Theme;

/// A person's preferences.
#[derive(Debug, Clone)]
pub struct Preferences {
    /// The account's one currency.
    pub currency: Currency,
    /// Decides which day "today" is.
    pub timezone: TimeZone,
    /// Decides how numbers and dates are written and read.
    pub locale: Locale,
    /// First day of the week and of the month.
    pub calendar: Calendar,
    /// Colours.
    pub theme: Theme,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            currency: Currency::default(),
            timezone: TimeZone::default(),
            locale: Locale::default(),
            calendar: Calendar::default(),
            theme: Theme::System,
        }
    }
}

impl Preferences {
    /// Reads them from a row of `users`; what this version no longer knows becomes the default.
    pub(super) fn from_row(user: &super::model::User) -> Self {
        let month_start = u8::try_from(user.month_start).unwrap_or(1);
        Self {
            currency: Currency::from_code(&user.currency).unwrap_or_default(),
            timezone: TimeZone::parse(&user.timezone).unwrap_or_default(),
            locale: Locale::from_tag(&user.locale).unwrap_or_default(),
            calendar: WeekStart::parse(&user.week_start)
                .and_then(|week_start| Calendar::new(week_start, month_start))
                .unwrap_or_default(),
            theme: Theme::parse(&user.theme).unwrap_or_default(),
        }
    }
}
