//! Schedules and their dates in words.

use time::Date;

use super::data::BookData;
use crate::accounts::current::CurrentUser;
use crate::ledger::schedule::edit::times_left;
use crate::ledger::schedule::found::Found;
use crate::ledger::schedule::open_dates::OpenDate;
use crate::ledger::schedule::prices::Price;
use crate::ledger::schedule::row::{Mode, Schedule, ScheduleState};
use crate::money::Money;
use crate::period::{RepeatUnit, format_date};
use crate::recurring::view::{DateView, ScheduleLine, SuggestionView};
use crate::text;
use crate::web::fields;
use crate::web::view::MoneyView;

/// The longest name of a schedule in a sentence, in characters.
const LONGEST_NAME: usize = 80;

/// For whom schedules are put in words.
pub(super) struct Words<'a> {
    pub(super) user: &'a CurrentUser,
    pub(super) book: &'a BookData,
    /// For the form of a new schedule: a new one for each page.
    pub(super) request_id: String,
}

impl Words<'_> {
    /// The description, or the category where there is none, in one line.
    pub(super) fn name(&self, description: &str, category: i64) -> String {
        match description {
            "" => self.book.categories.name(category).to_owned(),
            description => text::truncated(&description.replace(['\n', '\t'], " "), LONGEST_NAME),
        }
    }

    /// "Dec 1, 2026".
    pub(super) fn day(&self, date: Date) -> String {
        self.user.preferences.locale.date_medium(date)
    }

    /// Income has a plus sign.
    pub(super) fn amount(&self, amount: Money, category: i64) -> MoneyView {
        let view = self.user.preferences.money(amount);
        if self.book.categories.is_income(category) {
            view.with_plus()
        } else {
            view
        }
    }

    pub(super) fn address(&self, path: &str) -> String {
        format!("{}/recurring{path}", self.user.base)
    }

    pub(super) fn date(&self, date: &OpenDate<'_>) -> DateView {
        let schedule = date.schedule;
        let category = self.book.categories.get(schedule.category_id);
        let plain = format_date(date.due_on);
        DateView {
            day: self.day(date.due_on),
            name: self.name(date.description, schedule.category_id),
            category: self.book.categories.name(schedule.category_id).to_owned(),
            color: category
                .map(|category| category.color.clone())
                .unwrap_or_default(),
            amount: self.amount(date.amount, schedule.category_id),
            href: self.address(&format!("/{}/{plain}", schedule.id)),
            date: plain,
            notes: self
                .book
                .prices
                .before(schedule.id, date.amount, date.due_on)
                .map(|price| self.price_note(price))
                .into_iter()
                .collect(),
        }
    }

    pub(super) fn line(&self, schedule: &Schedule) -> ScheduleLine {
        let category = self.book.categories.get(schedule.category_id);
        ScheduleLine {
            name: self.name(&schedule.description, schedule.category_id),
            category: self.book.categories.name(schedule.category_id).to_owned(),
            color: category
                .map(|category| category.color.clone())
                .unwrap_or_default(),
            amount: self.amount(schedule.amount, schedule.category_id),
            href: self.address(&format!("/{}", schedule.id)),
            rhythm: self.rhythm(schedule),
            yearly: match schedule.state() {
                ScheduleState::Ended => String::new(),
                _ => format!("{} a year", self.user.preferences.words(yearly(schedule))),
            },
            notes: self.notes(schedule),
        }
    }

    pub(super) fn suggestion(&self, found: &Found) -> SuggestionView {
        let query = [
            ("expense", found.expense.to_string()),
            ("unit", found.unit.as_str().to_owned()),
            ("every", found.every.to_string()),
        ];
        let query = query.iter().map(|(name, value)| (*name, value.as_str()));
        SuggestionView {
            name: self.name(&found.description, found.category),
            amount: self.amount(found.amount, found.category),
            reason: format!(
                "{}, {} times, last on {}",
                every(found.unit, i32::from(found.every)),
                found.times,
                self.day(found.last)
            ),
            href: fields::address(&self.address("/new"), query),
            key: found.key.to_string(),
        }
    }

    /// "Every 2 weeks, next on Dec 1, 3 more times".
    fn rhythm(&self, schedule: &Schedule) -> String {
        let words = every(schedule.recurrence().unit, schedule.every);
        let Some(next) = schedule.next_on.filter(|_| schedule.ended_on.is_none()) else {
            return format!("{words}, ended");
        };
        let mut parts = vec![words, format!("next on {}", self.day(next))];
        parts.extend(schedule.until.map(|until| format!("until {}", self.day(until))));
        parts.extend(times_left(schedule).map(|times| match times {
            1 => "for the last time".to_owned(),
            times => format!("{times} more times"),
        }));
        parts.join(", ")
    }

    fn notes(&self, schedule: &Schedule) -> Vec<String> {
        let mut notes = Vec::new();
        if schedule.state() == ScheduleState::Paused {
            notes.push("Paused".to_owned());
        }
        if schedule.mode() == Mode::Ask && schedule.state() != ScheduleState::Ended {
            notes.push("Waiting for you".to_owned());
        }
        let price = self.book.prices.before_next(schedule);
        notes.extend(price.map(|price| self.price_note(price)));
        notes
    }

    /// "was $9.99 until June 2026".
    fn price_note(&self, (amount, last): Price) -> String {
        let preferences = &self.user.preferences;
        let month = preferences.calendar.month_of(last);
        format!(
            "was {} until {}",
            preferences.words(amount),
            preferences.locale.month_year(month.year(), month.month())
        )
    }
}

/// "Every month", "Every 2 weeks".
pub(super) fn every(unit: RepeatUnit, count: i32) -> String {
    match count {
        1 => format!("Every {}", unit.as_str()),
        count => format!("Every {count} {}s", unit.as_str()),
    }
}

/// What a schedule costs in a year of 365 days, rounded.
pub(super) fn yearly(schedule: &Schedule) -> Money {
    let a_year: i64 = match schedule.recurrence().unit {
        RepeatUnit::Day => 365,
        RepeatUnit::Week => 52,
        RepeatUnit::Month => 12,
        RepeatUnit::Year => 1,
    };
    let minor = i128::from(schedule.amount.minor()) * i128::from(a_year);
    Money::from_minor(i64::try_from(minor).unwrap_or(i64::MAX)).divided_by(i64::from(schedule.every.max(1)))
}
