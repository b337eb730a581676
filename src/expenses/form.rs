//! What may come in as an expense: a form or JSON becomes the same checked [`NewExpense`], or all its errors at once.

use time::Date;

use super::view::ExpenseForm;
use crate::accounts::preferences::Preferences;
use crate::error::FieldErrors;
use crate::ledger::category::check_category;
use crate::ledger::expense::NewExpense;
use crate::money::Money;
use crate::period::{format_date, parse_date};
use crate::text;
use crate::web::fields::Fields;
use crate::web::view::Field;

/// Longest description, in characters.
pub const LONGEST_DESCRIPTION: usize = 500;

/// How the text of an amount is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AmountStyle {
    /// As people type it, by their locale.
    Typed,
    /// The API's one form: `-?[0-9]+(\.[0-9]+)?`.
    Plain,
}

/// An expense as it was sent, nothing checked.
#[derive(Debug, Clone, Default)]
pub struct RawExpense {
    /// The amount's text.
    pub amount: String,
    /// The category's name.
    pub category: String,
    /// `YYYY-MM-DD`.
    pub date: String,
    /// The description.
    pub description: String,
    /// Identifies this submit; empty for none.
    pub request_id: String,
}

impl RawExpense {
    /// The fields of a posted form.
    pub fn of_form(fields: &Fields) -> Self {
        let field = |name: &str| fields.get(name).to_owned();
        Self {
            amount: field("amount"),
            category: field("category"),
            date: field("date"),
            description: field("description"),
            request_id: field("request_id"),
        }
    }

    /// The `add_…` parameters of an address, which fill the form; an absent date is today.
    pub fn of_query(query: &Fields, today: Date) -> Self {
        Self {
            amount: query.get("add_amount").to_owned(),
            category: query.get("add_category").to_owned(),
            date: query.non_empty("add_date").unwrap_or_else(|| format_date(today)),
            description: query.get("add_description").to_owned(),
            request_id: String::new(),
        }
    }

    /// The `edit_…` parameters of an address, which fill the form of the edit page; `None` where there are none.
    pub fn of_edit(query: &Fields) -> Option<Self> {
        let field = |name: &str| query.get(name).to_owned();
        let raw = Self {
            amount: field("edit_amount"),
            category: field("edit_category"),
            date: field("edit_date"),
            description: field("edit_description"),
            request_id: String::new(),
        };
        let is_typed = raw.typed().iter().any(|(_, value)| !value.is_empty());
        is_typed.then_some(raw)
    }

    /// What a person types, by the names of the fields.
    pub fn typed(&self) -> [(&'static str, &str); 4] {
        [
            ("amount", &self.amount),
            ("category", &self.category),
            ("date", &self.date),
            ("description", &self.description),
        ]
    }

    /// Checks every field.
    pub fn check(&self, preferences: &Preferences, style: AmountStyle) -> Result<NewExpense, FieldErrors> {
        let (currency, locale) = (preferences.currency, preferences.locale);
        let mut errors = FieldErrors::default();
        let amount = match style {
            AmountStyle::Typed => Money::parse_typed(&self.amount, currency, locale),
            AmountStyle::Plain => Money::parse_plain(&self.amount, currency),
        };
        let amount = errors.ok_or_add("amount", amount.map_err(|error| error.message(currency, locale)));
        let category = errors.ok_or_add("category", check_category(&self.category));
        let date = errors.ok_or_add("date", check_date(&self.date));
        let description =
            errors.ok_or_add("description", text::lines(&self.description, LONGEST_DESCRIPTION));
        if self.request_id.chars().count() > 64 || self.request_id.chars().any(char::is_control) {
            errors.add("request_id", "Use 1 to 64 characters.");
        }
        match (amount, category, date, description) {
            (Some(amount), Some(category), Some(date), Some(description)) if errors.is_empty() => {
                Ok(NewExpense {
                    amount,
                    category,
                    date,
                    description,
                })
            }
            _ => Err(errors),
        }
    }

    /// The form with what was sent and, at each field, what is wrong with it.
    pub fn into_form(self, errors: &FieldErrors) -> ExpenseForm {
        let field = |name: &str, value: String| Field {
            value,
            error: errors.of(name).map(str::to_owned),
        };
        ExpenseForm {
            amount: field("amount", self.amount),
            category: field("category", self.category),
            date: field("date", self.date),
            description: field("description", self.description),
            ..ExpenseForm::default()
        }
    }
}

fn check_date(date: &str) -> Result<Date, String> {
    match date.trim() {
        "" => Err("Choose a date.".to_owned()),
        date => parse_date(date).ok_or_else(|| {
            "Type a date that exists as YYYY-MM-DD, from 1900-01-01 to 9999-12-31.".to_owned()
        }),
    }
}
