//! The preferences of a person in one book, which decide how every page shows money, dates and colors. Currency and first
//! day of the month are the book's.

use crate::clock::TimeZone;
use crate::locale::Locale;
use crate::money::Currency;
use crate::period::Calendar;
use crate::web::view::{Choice, Theme};

#[derive(Debug, Clone, Default)]
pub struct Preferences {
    /// As other members of a book see the person; empty while it is not set.
    pub name: String,
    /// Of all amounts of the book.
    pub currency: Currency,
    /// Decides which date is today.
    pub timezone: TimeZone,
    /// Decides how numbers and dates are formatted and parsed.
    pub locale: Locale,
    /// The first day of the week and of the month.
    pub calendar: Calendar,
    pub theme: Theme,
}

impl Preferences {
    /// What a change of the currency means, for the form that offers it.
    pub fn currency_note(&self, has_amounts: bool) -> String {
        if has_amounts {
            format!(
                "Changing the currency doesn't convert amounts: 10 {} becomes 10 of the new currency. Only currencies \
                 with {} decimals are available.",
                self.currency.code(),
                self.currency.decimals()
            )
        } else {
            "Choose before adding expenses. Later you can only switch to a currency with the same number of decimals."
                .to_owned()
        }
    }
}

/// All currencies as options of a select.
pub fn currencies(chosen: &str) -> Vec<Choice> {
    Currency::all()
        .iter()
        .map(|currency| Choice {
            value: currency.code().to_owned(),
            label: format!("{} – {}", currency.code(), currency.name()),
            selected: currency.code() == chosen,
        })
        .collect()
}
