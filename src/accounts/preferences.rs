//! How a person wants money, dates and colours: the settings that every page is written with.

use crate::clock::TimeZone;
use crate::locale::Locale;
use crate::money::Currency;
use crate::period::Calendar;
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
