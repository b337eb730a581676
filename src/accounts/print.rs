//! Money, counts, dates and periods as text, by the preferences of a person.

use time::{Date, PrimitiveDateTime};

use super::preferences::Preferences;
use crate::money::Money;
use crate::period::Period;
use crate::web::view::MoneyView;

impl Preferences {
    /// An amount for a template.
    pub fn money(&self, amount: Money) -> MoneyView {
        MoneyView::new(amount, self.currency, self.locale)
    }

    /// An amount within a sentence.
    pub fn words(&self, amount: Money) -> String {
        amount.format(self.currency, self.locale)
    }

    /// "1 expense", "58 expenses".
    pub fn expenses(&self, count: i64) -> String {
        match count {
            1 => "1 expense".to_owned(),
            count => format!("{} expenses", self.locale.format_integer(count)),
        }
    }

    /// "Today", "Yesterday", or the date, with its year unless that is the current one.
    pub fn day(&self, date: Date, today: Date) -> String {
        if date == today {
            "Today".to_owned()
        } else if today.previous_day() == Some(date) {
            "Yesterday".to_owned()
        } else {
            self.date(date, today)
        }
    }

    fn date(&self, date: Date, today: Date) -> String {
        if date.year() == today.year() {
            self.locale.date_in_year(date)
        } else {
            self.locale.date_full(date)
        }
    }

    /// A moment in UTC, in the time zone of the person: "Nov 22, 2026, 2:02 PM".
    pub fn moment(&self, utc: PrimitiveDateTime) -> String {
        let local = self.timezone.local(utc);
        let date = self.locale.date_medium(local.date());
        format!("{date}, {}", self.locale.time(local.time()))
    }

    /// When something happened, within a sentence: "at 2:02 PM", for an earlier day "on Nov 21, 2026, at 2:02 PM".
    pub fn when(&self, utc: PrimitiveDateTime, today: Date) -> String {
        let local = self.timezone.local(utc);
        let time = self.locale.time(local.time());
        if local.date() == today {
            format!("at {time}")
        } else {
            format!("on {}, at {time}", self.locale.date_medium(local.date()))
        }
    }

    /// "November 2026".
    pub fn period(&self, period: &Period, today: Date) -> String {
        let span = period.span(&self.calendar);
        let anchor = period.anchor(today);
        match period {
            Period::Day(on) => self.date(*on, today),
            Period::Month(_) => {
                let month = self.calendar.month_of(anchor);
                self.locale.month_year(month.year(), month.month())
            }
            Period::Year(_) => self.calendar.year_of(anchor).to_string(),
            Period::All(_) => "All time".to_owned(),
            Period::Week(_) | Period::Range(_) => self.locale.date_range(span.first(), span.last()),
            Period::From(from) => format!("From {}", self.locale.date_medium(*from)),
            Period::Until(to) => format!("Until {}", self.locale.date_medium(*to)),
        }
    }
}
