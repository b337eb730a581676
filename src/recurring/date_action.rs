//! What a person does with one date of a schedule, from a form.

use crate::accounts::preferences::Preferences;
use crate::error::FieldErrors;
use crate::expenses::field_values::{AmountStyle, set_fields};
use crate::expenses::fields::ExpenseField;
use crate::ledger::expense::NewExpense;
use crate::ledger::schedule::post::Posting;
use crate::money::Money;
use crate::web::fields::Fields;

/// See `ledger::schedule::{post, decide}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DateAction {
    Post(Posting),
    Skip,
    Restore,
    Change { amount: Money, description: String },
}

impl DateAction {
    /// Of the fields `action`, and for `post` and `change` `amount`, `date` and `description`. Empty ones leave the amount
    /// and the date of a posting to the schedule.
    pub fn of_form(form: &Fields, preferences: &Preferences) -> Result<Self, FieldErrors> {
        let given = |field: ExpenseField| {
            let text = form.get_opt(field.name())?;
            let is_given = field == ExpenseField::Description || !text.trim().is_empty();
            is_given.then_some((field, text))
        };
        let name = form.get("action");
        match name {
            "skip" => return Ok(Self::Skip),
            "restore" => return Ok(Self::Restore),
            "post" | "change" => {}
            _ => return Err(FieldErrors::one("action", "Choose what to do with this date.")),
        }
        let fields = [
            ExpenseField::Amount,
            ExpenseField::Date,
            ExpenseField::Description,
        ];
        let texts: Vec<(ExpenseField, &str)> = fields.into_iter().filter_map(given).collect();
        let mut values = NewExpense::new(Money::ZERO, String::new(), time::Date::MIN);
        let errors = set_fields(
            &mut values,
            texts.iter().copied(),
            preferences,
            AmountStyle::Typed,
        );
        if !errors.is_empty() {
            return Err(errors);
        }
        let has = |field| texts.iter().any(|(given, _)| *given == field);
        if name == "change" {
            if !has(ExpenseField::Amount) {
                return Err(FieldErrors::one("amount", "Type an amount."));
            }
            return Ok(Self::Change {
                amount: values.amount,
                description: values.description,
            });
        }
        Ok(Self::Post(Posting {
            amount: has(ExpenseField::Amount).then_some(values.amount),
            date: has(ExpenseField::Date).then_some(values.date),
            description: has(ExpenseField::Description).then_some(values.description),
        }))
    }
}
