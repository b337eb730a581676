//! What sign-in, registration and settings show: plain text and addresses, ready to print.

use askama::Template;

use crate::web::error_page::KeptForm;
use crate::web::page::page;
use crate::web::view::{Choice, Chrome, Field, Status};

/// `GET /login`, and the 422 and 429 of its POST.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "accounts/login.html", blocks = ["view"])]
pub struct LoginPage {
    /// The frame.
    pub chrome: Chrome,
    /// The last change: "You are signed out".
    pub status: Option<Status>,
    /// What is wrong with the sign-in as a whole: "Email or password is not right".
    pub problem: Option<String>,
    /// The address as typed.
    pub email: Field,
    /// The password's message; its value is never printed.
    pub password: Field,
    /// Where to go afterwards; may be empty.
    pub next: String,
    /// Whether an expense waits in `next`, so that the page says it is not lost.
    pub keeps_expense: bool,
    /// The registration page, with `next` kept.
    pub register_href: String,
}

impl LoginPage {
    /// The field that takes the focus.
    pub fn focus(&self) -> &'static str {
        if self.password.is_wrong() && !self.email.is_wrong() || self.problem.is_some() {
            "password"
        } else {
            "email"
        }
    }
}

/// `GET /register`, and the 422 and 429 of its POST.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "accounts/register.html", blocks = ["view"])]
pub struct RegisterPage {
    /// The frame.
    pub chrome: Chrome,
    /// The last change.
    pub status: Option<Status>,
    /// What is wrong with the registration as a whole.
    pub problem: Option<String>,
    /// The address as typed.
    pub email: Field,
    /// The password's message; its value is never printed.
    pub password: Field,
    /// The time zone as sent, filled by script on the first visit.
    pub timezone: String,
    /// The locale as sent; may be empty.
    pub locale: String,
    /// Where to go afterwards; may be empty.
    pub next: String,
    /// The sign-in page, with `next` kept.
    pub login_href: String,
}

impl RegisterPage {
    /// The field that takes the focus.
    pub fn focus(&self) -> &'static str {
        if self.password.is_wrong() && !self.email.is_wrong() {
            "password"
        } else {
            "email"
        }
    }
}

/// `GET /unsent`: a form that was sent after the session had ended.
#[derive(Debug, Clone, Template)]
#[template(path = "accounts/unsent.html", blocks = ["view"])]
pub struct UnsentPage {
    /// The frame.
    pub chrome: Chrome,
    /// Always `None`; the frame asks for it.
    pub status: Option<Status>,
    /// The form.
    pub kept: KeptForm,
}

/// The form of preferences.
#[derive(Debug, Clone, Default)]
pub struct PreferencesForm {
    /// The currency's code as held or typed.
    pub currency: Field,
    /// Codes and names of the known currencies.
    pub currencies: Vec<Choice>,
    /// What a change of the currency means for this account, in one or two sentences.
    pub currency_note: String,
    /// The time zone as held or typed.
    pub timezone: Field,
    /// Names of the known time zones.
    pub timezones: Vec<String>,
    /// The locale's message.
    pub locale: Field,
    /// The known locales.
    pub locales: Vec<Choice>,
    /// The first day of the week: its message.
    pub week_start: Field,
    /// Monday, Sunday, Saturday.
    pub week_starts: Vec<Choice>,
    /// The first day of the month as held or typed, 1 to 28.
    pub month_start: Field,
    /// The theme's message.
    pub theme: Field,
    /// System, light, dark.
    pub themes: Vec<Choice>,
}

impl PreferencesForm {
    /// The name of the first field that is wrong; empty where none is.
    pub fn first_wrong(&self) -> &'static str {
        [
            ("currency", &self.currency),
            ("timezone", &self.timezone),
            ("locale", &self.locale),
            ("week_start", &self.week_start),
            ("month_start", &self.month_start),
            ("theme", &self.theme),
        ]
        .into_iter()
        .find(|(_, field)| field.is_wrong())
        .map_or("", |(name, _)| name)
    }
}

/// One session of the account.
#[derive(Debug, Clone, Default)]
pub struct SessionRow {
    /// The value of the field `session`.
    pub id: String,
    /// What the browser said it is: "Firefox on Linux".
    pub device: String,
    /// "Last used today"; a day, never an hour.
    pub last_used: String,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// One personal access token.
#[derive(Debug, Clone, Default)]
pub struct TokenRow {
    /// The value of the field `token`.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// "Read only" or "Read and write".
    pub access: &'static str,
    /// "Made on Nov 22, 2026".
    pub made: String,
    /// "Last used today", "Never used".
    pub last_used: String,
}

/// `GET /settings`, and the 422s of its POSTs.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "accounts/settings.html", blocks = ["view"])]
pub struct SettingsPage {
    /// The frame.
    pub chrome: Chrome,
    /// The last change.
    pub status: Option<Status>,
    /// Preferences.
    pub preferences: PreferencesForm,
    /// The message of `current_password`.
    pub current_password: Field,
    /// The message of `new_password`.
    pub new_password: Field,
    /// The sessions, this one first.
    pub sessions: Vec<SessionRow>,
    /// The personal access tokens, newest first.
    pub tokens: Vec<TokenRow>,
    /// The name of a new token as typed.
    pub token_name: Field,
    /// The message of what a new token may do.
    pub token_access: Field,
    /// The token that was just made; no other answer ever shows it.
    pub new_token: Option<String>,
    /// The message of the password that deletes the account.
    pub delete_password: Field,
}

impl SettingsPage {
    /// Which password field takes the focus: `current_password`, `new_password`, `password` or none.
    pub fn focus(&self) -> &'static str {
        if self.current_password.is_wrong() {
            "current_password"
        } else if self.new_password.is_wrong() {
            "new_password"
        } else if self.delete_password.is_wrong() {
            "password"
        } else {
            ""
        }
    }
}

page!(LoginPage, "/login");
page!(RegisterPage, "/register");
page!(SettingsPage, "/settings");
page!(UnsentPage, "/unsent");
