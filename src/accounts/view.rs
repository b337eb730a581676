//! The templates of the sign-in, registration and settings pages.

use askama::Template;

use crate::web::error_page::KeptForm;
use crate::web::page::page;
use crate::web::view::{Choice, Chrome, Field, Status};

/// `GET /login`, and the 422 and 429 of its POST.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "accounts/login.html", blocks = ["view"])]
pub struct LoginPage {
    pub chrome: Chrome,
    pub status: Option<Status>,
    /// An error of the whole form, not of one field.
    pub problem: Option<String>,
    pub email: Field,
    /// Has an error only; a password is never rendered.
    pub password: Field,
    /// The page to return to; can be empty.
    pub next: String,
    /// Whether `next` contains a typed expense, so that the page says it is safe.
    pub has_expense: bool,
    /// With `next`.
    pub register_href: String,
    /// Whether nobody can sign in, because the server has no account yet, and everybody may make one.
    pub is_first_visit: bool,
}

impl LoginPage {
    /// The name of the field with the focus.
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
    pub chrome: Chrome,
    pub status: Option<Status>,
    /// An error of the whole form, not of one field.
    pub problem: Option<String>,
    pub email: Field,
    /// Has an error only; a password is never rendered.
    pub password: Field,
    /// Has an error only; what is chosen is in `currencies`.
    pub currency: Field,
    /// The chosen one is as sent, else that of the region.
    pub currencies: Vec<Choice>,
    /// As sent; a script fills it in on the first visit.
    pub timezone: String,
    /// As sent; can be empty.
    pub locale: String,
    /// The page to return to; can be empty.
    pub next: String,
    /// With `next`.
    pub login_href: String,
}

impl RegisterPage {
    /// The name of the field with the focus.
    pub fn focus(&self) -> &'static str {
        if self.password.is_wrong() && !self.email.is_wrong() {
            "password"
        } else if self.currency.is_wrong() && !self.email.is_wrong() {
            "currency"
        } else {
            "email"
        }
    }
}

/// `GET /unsent`: a form that was posted after the session had ended.
#[derive(Debug, Clone, Template)]
#[template(path = "accounts/unsent.html", blocks = ["view"])]
pub struct UnsentPage {
    pub chrome: Chrome,
    /// Always `None`; `_status.html` needs it.
    pub status: Option<Status>,
    pub kept: KeptForm,
}

#[derive(Debug, Clone, Default)]
pub struct PreferencesForm {
    pub name: Field,
    /// The name that others see while none is set.
    pub name_now: String,
    pub currency: Field,
    pub currencies: Vec<Choice>,
    /// What a change of the currency means for this account.
    pub currency_note: String,
    pub timezone: Field,
    pub timezones: Vec<String>,
    /// For selects and radio buttons the field has an error only; the value is in the choices.
    pub locale: Field,
    pub locales: Vec<Choice>,
    pub week_start: Field,
    pub week_starts: Vec<Choice>,
    pub month_start: Field,
    pub theme: Field,
    pub themes: Vec<Choice>,
    /// The names and the stored values of all fields.
    pub stored: Vec<(&'static str, String)>,
}

impl PreferencesForm {
    /// The name of the first invalid field; empty if there is none.
    pub fn first_wrong(&self) -> &'static str {
        [
            ("name", &self.name),
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

#[derive(Debug, Clone, Default)]
pub struct SessionRow {
    /// The value of the field `session`.
    pub id: String,
    /// "Firefox on Linux".
    pub device: String,
    /// "Last used today".
    pub last_used: String,
    /// Whether it is the session of this request.
    pub current: bool,
}

#[derive(Debug, Clone, Default)]
pub struct TokenRow {
    /// The value of the field `book`.
    pub book_id: String,
    /// The name of its book, if the person has several.
    pub book: Option<String>,
    /// The value of the field `token`.
    pub id: String,
    pub name: String,
    /// "Read only" or "Read and write".
    pub access: &'static str,
    /// "Created on Nov 22, 2026".
    pub created: String,
    /// "Last used today", "Never used".
    pub last_used: String,
}

/// `GET /settings`, and the 422s of its POSTs.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "accounts/settings.html", blocks = ["view"])]
pub struct SettingsPage {
    pub chrome: Chrome,
    /// Whether spreadsheets in the person's language need a file of their own.
    pub has_decimal_comma: bool,
    pub status: Option<Status>,
    pub preferences: PreferencesForm,
    pub current_password: Field,
    pub new_password: Field,
    /// The session of this request first.
    pub sessions: Vec<SessionRow>,
    /// Newest first.
    pub tokens: Vec<TokenRow>,
    pub token_name: Field,
    /// The books to choose from, if the person has several.
    pub token_books: Vec<Choice>,
    pub token_access: Field,
    /// The text of the token that was just created; it is not stored.
    pub new_token: Option<String>,
    pub delete_password: Field,
    /// The names of the books that end with the account, if the person has several books.
    pub going: Vec<String>,
    /// Of those that stay for their other members.
    pub staying: Vec<String>,
    /// Of those that need another owner first.
    pub unowned: Vec<String>,
}

impl SettingsPage {
    /// Of the app, as in `Cargo.toml`.
    pub fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    /// The address of the source code, if `Cargo.toml` has one.
    pub fn source(&self) -> Option<&'static str> {
        Some(env!("CARGO_PKG_REPOSITORY")).filter(|address| !address.is_empty())
    }

    /// Whether the own book is the only one, and nobody else is in it.
    pub fn has_one_book(&self) -> bool {
        self.going.is_empty() && self.staying.is_empty() && self.unowned.is_empty()
    }

    /// The name of the password field with the focus: `current_password`, `new_password`, `password` or empty.
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
