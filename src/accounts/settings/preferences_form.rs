//! The form of the preferences: what was sent, checked, and how it is shown.

use crate::accounts::current::Person;
use crate::accounts::preferences::{Preferences, currencies};
use crate::accounts::view::PreferencesForm;
use crate::books::member::display_name;
use crate::clock::TimeZone;
use crate::error::FieldErrors;
use crate::locale::Locale;
use crate::money::Currency;
use crate::period::{Calendar, WeekStart};
use crate::text;
use crate::web::fields::Fields;
use crate::web::view::{Choice, Field, Theme};

/// Most characters of a person's name.
const MAX_NAME: usize = 60;

/// The preferences as text, stored or typed.
#[derive(Debug, Clone, Default)]
pub(super) struct PreferencesInput {
    name: String,
    currency: String,
    timezone: String,
    locale: String,
    week_start: String,
    month_start: String,
    theme: String,
}

impl PreferencesInput {
    pub(super) fn of(stored: &Preferences) -> Self {
        Self {
            name: stored.name.clone(),
            currency: stored.currency.code().to_owned(),
            timezone: stored.timezone.name().to_owned(),
            locale: stored.locale.tag().to_owned(),
            week_start: stored.calendar.week_start().as_str().to_owned(),
            month_start: stored.calendar.month_start().to_string(),
            theme: stored.theme.name().to_owned(),
        }
    }

    fn into_pairs(self) -> [(&'static str, String); 7] {
        [
            ("name", self.name),
            ("currency", self.currency),
            ("timezone", self.timezone),
            ("locale", self.locale),
            ("week_start", self.week_start),
            ("month_start", self.month_start),
            ("theme", self.theme),
        ]
    }

    /// A field that was not changed keeps its stored value.
    pub(super) fn of_form(form: &Fields, stored: &Preferences) -> Self {
        let stored = Self::of(stored);
        let field = |name: &str, stored: String| form.changed(name).map_or(stored, str::to_owned);
        Self {
            name: field("name", stored.name),
            currency: field("currency", stored.currency).to_uppercase(),
            timezone: field("timezone", stored.timezone),
            locale: field("locale", stored.locale),
            week_start: field("week_start", stored.week_start),
            month_start: field("month_start", stored.month_start),
            theme: field("theme", stored.theme),
        }
    }

    pub(super) fn check(&self) -> Result<Preferences, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.ok_or_add("name", text::name(&self.name, MAX_NAME));
        let currency = Currency::from_code(&self.currency).ok_or("Choose a currency, for example USD.");
        let timezone =
            TimeZone::parse(&self.timezone).ok_or("Choose a time zone, for example Europe/Berlin.");
        let locale = Locale::from_tag(&self.locale).ok_or("Choose one of the listed formats.");
        let week_start = WeekStart::parse(&self.week_start).ok_or("Choose Monday, Sunday or Saturday.");
        let month_start = self.month_start.parse().ok().filter(|day| (1..=28).contains(day));
        let month_start: Result<u8, _> = month_start.ok_or("Enter a day from 1 to 28.");
        let theme = Theme::parse(&self.theme).ok_or("Choose system, light or dark.");
        let currency = errors.ok_or_add("currency", currency);
        let timezone = errors.ok_or_add("timezone", timezone);
        let locale = errors.ok_or_add("locale", locale);
        let week_start = errors.ok_or_add("week_start", week_start);
        let month_start = errors.ok_or_add("month_start", month_start);
        let theme = errors.ok_or_add("theme", theme);
        let calendar = week_start
            .zip(month_start)
            .and_then(|(week, month)| Calendar::new(week, month));
        match (name, currency, timezone, locale, calendar, theme) {
            (Some(name), Some(currency), Some(timezone), Some(locale), Some(calendar), Some(theme)) => {
                Ok(Preferences {
                    name,
                    currency,
                    timezone,
                    locale,
                    calendar,
                    theme,
                })
            }
            _ => Err(errors),
        }
    }
}

pub(super) fn form(
    input: &PreferencesInput,
    errors: &FieldErrors,
    person: &Person,
    has_amounts: bool,
) -> PreferencesForm {
    let field = |name: &str, value: &str| Field::checked(name, value, errors);
    let choice = |value: &str, label: &str, chosen: &str| Choice {
        value: value.to_owned(),
        label: label.to_owned(),
        selected: value == chosen,
    };
    PreferencesForm {
        name: field("name", &input.name),
        name_now: display_name("", &person.email),
        currency: field("currency", &input.currency),
        currencies: currencies(&input.currency),
        currency_note: person.preferences.currency_note(has_amounts),
        timezone: field("timezone", &input.timezone),
        timezones: TimeZone::names().to_vec(),
        locale: field("locale", &input.locale),
        locales: Locale::all()
            .map(|locale| choice(locale.tag(), locale.name(), &input.locale))
            .collect(),
        week_start: field("week_start", &input.week_start),
        week_starts: [
            ("monday", "Monday"),
            ("sunday", "Sunday"),
            ("saturday", "Saturday"),
        ]
        .map(|(value, label)| choice(value, label, &input.week_start))
        .to_vec(),
        month_start: field("month_start", &input.month_start),
        theme: field("theme", &input.theme),
        themes: [("system", "System"), ("light", "Light"), ("dark", "Dark")]
            .map(|(value, label)| choice(value, label, &input.theme))
            .to_vec(),
        stored: PreferencesInput::of(&person.preferences).into_pairs().to_vec(),
    }
}
