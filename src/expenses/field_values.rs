//! The values of the fields: read and checked from texts, printed into a form, and printed in words.

use time::Date;

use super::fields::{CATEGORY_PICK, ExpenseField, ExpenseFields, FormKind, KIND, REFUND, WAS_DATE};
use crate::accounts::current::Person;
use crate::accounts::preferences::Preferences;
use crate::books::people::People;
use crate::db::UserId;
use crate::error::FieldErrors;
use crate::ledger::category::{CategoryRef, check_category};
use crate::ledger::category_kind::CategoryKind;
use crate::ledger::expense::{Expense, NewExpense};
use crate::ledger::history::state::ExpenseState;
use crate::ledger::paid_by::{self, NOT_A_MEMBER};
use crate::money::Money;
use crate::period::{format_date, parse_date};
use crate::text;
use crate::web::fields::Fields;
use crate::web::path_id::parse_id;

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

impl ExpenseFields {
    /// The fields of a posted form.
    pub fn of_form(form: &Fields) -> Self {
        let mut fields = Self::new(|field| form.get(field.name()).to_owned());
        form.get("request_id").clone_into(&mut fields.request_id);
        fields.kind = form.non_empty(KIND);
        fields.refund = !form.get(REFUND).is_empty();
        form.get(WAS_DATE).clone_into(&mut fields.was_date);
        if fields[ExpenseField::Category].value.trim().is_empty()
            && let Some(picked) = form.non_empty(CATEGORY_PICK)
        {
            fields.set_text(ExpenseField::Category, picked);
        }
        fields
    }

    /// The parameters of an address that fill a form: `add_…` or `edit_…`. A date may be followed by a time, as other apps
    /// write it, and a field of one line has spaces for line feeds.
    pub fn of_address(query: &Fields, kind: FormKind) -> Self {
        let mut fields = Self::new(|field| {
            let text = query.get(&kind.parameter(field.name()));
            match field {
                ExpenseField::Date => read_date(text).map_or_else(|| text.to_owned(), format_date),
                ExpenseField::Description if kind.has_lines() => text.to_owned(),
                _ => text.replace("\r\n", " ").replace(['\r', '\n'], " "),
            }
        });
        fields.kind = query.non_empty(&kind.parameter(KIND));
        fields.refund = !query.get(&kind.parameter(REFUND)).is_empty();
        fields
    }

    /// The texts that fill the edit form of a stored expense.
    pub fn of_stored(row: &Expense, category: &CategoryRef, person: &Person) -> Self {
        let preferences = &person.preferences;
        let mut fields = Self::new(|field| match field {
            // A refund has its minus, so that another amount replaces all of it.
            ExpenseField::Amount => row.amount.format_input(preferences.currency, preferences.locale),
            ExpenseField::Category => category.name.clone(),
            ExpenseField::Date => format_date(row.spent_on),
            ExpenseField::Description => row.description.clone(),
            ExpenseField::PaidBy => paid_by::person(row.paid_by, person.book_context.made_by)
                .0
                .to_string(),
        });
        // A new name typed there becomes a category of the same kind.
        fields.kind = Some(category.kind.name().to_owned());
        fields
    }

    /// Checks every field.
    pub fn check(&self, preferences: &Preferences, style: AmountStyle) -> Result<NewExpense, FieldErrors> {
        // Every field is set, or this is not returned.
        let mut new = NewExpense::new(Money::ZERO, String::new(), Date::MIN);
        let mut errors = set_fields(&mut new, self.texts(), preferences, style);
        if self.refund {
            new.amount = -new.amount.abs();
        }
        if let Some(kind) = &self.kind {
            new.kind = errors
                .ok_or_add(KIND, CategoryKind::check(kind))
                .unwrap_or_default();
        }
        if self.request_id.chars().count() > 64 || self.request_id.chars().any(char::is_control) {
            errors.add("request_id", "Use 1 to 64 characters.");
        }
        if errors.is_empty() { Ok(new) } else { Err(errors) }
    }
}

/// How values are printed in words, and whom they may name.
pub struct Names<'a> {
    pub preferences: &'a Preferences,
    pub people: &'a People,
    /// Who made the book.
    pub maker: UserId,
}

impl ExpenseField {
    /// The value in an expense, for people; empty where the field is not shown.
    pub fn in_words(self, expense: &ExpenseState, names: &Names<'_>) -> String {
        match self {
            Self::Amount => names.preferences.words(expense.amount),
            Self::Category => expense.category.name.clone(),
            Self::Date => names.preferences.locale.date_medium(expense.date),
            Self::Description if expense.description.is_empty() => "No description".to_owned(),
            Self::Description => expense.description.clone(),
            Self::PaidBy if names.people.are_named() => {
                let payer = paid_by::person(expense.paid_by, names.maker);
                names.people.name(payer).to_owned()
            }
            Self::PaidBy => String::new(),
        }
    }

    /// Whether two states of an expense differ in it. A category that only has another name now is the same.
    pub fn differs(self, one: &ExpenseState, other: &ExpenseState) -> bool {
        match self {
            Self::Amount => one.amount != other.amount,
            Self::Category => one.category.id != other.category.id,
            Self::Date => one.date != other.date,
            Self::Description => one.description != other.description,
            Self::PaidBy => one.paid_by != other.paid_by,
        }
    }
}

/// Checks the texts of some fields and sets those fields of `expense`; returns what is wrong.
pub fn set_fields<'a>(
    expense: &mut NewExpense,
    texts: impl IntoIterator<Item = (ExpenseField, &'a str)>,
    preferences: &Preferences,
    style: AmountStyle,
) -> FieldErrors {
    let mut errors = FieldErrors::default();
    for (field, text) in texts {
        errors.ok_or_add(field.name(), set_field(expense, field, text, preferences, style));
    }
    errors
}

fn set_field(
    expense: &mut NewExpense,
    field: ExpenseField,
    text: &str,
    preferences: &Preferences,
    style: AmountStyle,
) -> Result<(), String> {
    match field {
        ExpenseField::Amount => expense.amount = check_amount(text, preferences, style)?,
        ExpenseField::Category => expense.category = check_category(text)?,
        ExpenseField::Date => expense.date = check_date(text)?,
        ExpenseField::Description => expense.description = text::lines(text, LONGEST_DESCRIPTION)?,
        ExpenseField::PaidBy => expense.paid_by = check_payer(text)?,
    }
    Ok(())
}

fn check_amount(text: &str, preferences: &Preferences, style: AmountStyle) -> Result<Money, String> {
    let (currency, locale) = (preferences.currency, preferences.locale);
    let amount = match style {
        AmountStyle::Typed => Money::parse_typed(text, currency, locale),
        AmountStyle::Plain => Money::parse_plain(text, currency),
    };
    amount.map_err(|error| error.message(currency, locale))
}

/// Whether the person is in the book is checked when the expense is written.
fn check_payer(text: &str) -> Result<Option<UserId>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    match parse_id(text) {
        Ok(id) => Ok(Some(UserId(id))),
        Err(_) => Err(NOT_A_MEMBER.to_owned()),
    }
}

/// `2026-11-26`, also before a time: `2026-11-26T13:00:00+01:00`. The date is as it is written there, whatever the zone.
pub fn read_date(text: &str) -> Option<Date> {
    let text = text.trim();
    let date = text
        .split_once(['T', 't', ' '])
        .filter(|(_, time)| time.trim_start().starts_with(|c: char| c.is_ascii_digit()))
        .map_or(text, |(date, _)| date);
    parse_date(date)
}

fn check_date(date: &str) -> Result<Date, String> {
    match date.trim() {
        "" => Err("Choose a date.".to_owned()),
        date => parse_date(date)
            .ok_or_else(|| "Enter a valid date as YYYY-MM-DD, from 1900-01-01 to 9999-12-31.".to_owned()),
    }
}
