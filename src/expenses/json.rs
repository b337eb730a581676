//! An expense as JSON, coming in and going out.

use serde::Serialize;
use time::Date;

use super::form::RawExpense;
use super::model::Expense;
use crate::api::answer::moment;
use crate::api::sent::Object;
use crate::money::Currency;
use crate::period::format_date;

/// An expense as the API shows it.
#[derive(Debug, Serialize)]
pub struct ExpenseJson {
    id: String,
    date: String,
    amount: String,
    currency: &'static str,
    category: String,
    description: Option<String>,
    created_at: String,
    updated_at: String,
}

impl ExpenseJson {
    /// `row` with its category's name, in the account's currency.
    pub fn new(row: Expense, category: String, currency: Currency) -> Self {
        Self {
            id: row.id.to_string(),
            date: format_date(row.spent_on),
            amount: row.money().to_plain(currency),
            currency: currency.code(),
            category,
            created_at: moment(row.created_at),
            updated_at: moment(row.updated_at),
            description: Some(row.description).filter(|text| !text.is_empty()),
        }
    }
}

impl RawExpense {
    /// A new expense as it was sent; without a date it is of `today`.
    pub fn of_json(sent: &mut Object, today: Date) -> Self {
        Self {
            amount: sent.text("amount"),
            category: sent.text("category"),
            date: sent
                .text_or_null("date")
                .flatten()
                .unwrap_or_else(|| format_date(today)),
            description: sent.text_or_null("description").flatten().unwrap_or_default(),
            request_id: String::new(),
        }
    }

    /// A known expense with what was sent in the place of what it was.
    pub fn of_change(sent: &mut Object, row: &Expense, category: &str, currency: Currency) -> Self {
        let description = sent.text_or_null("description").map(Option::unwrap_or_default);
        Self {
            amount: sent
                .text_if_given("amount")
                .unwrap_or_else(|| row.money().to_plain(currency)),
            category: sent
                .text_if_given("category")
                .unwrap_or_else(|| category.to_owned()),
            date: sent
                .text_if_given("date")
                .unwrap_or_else(|| format_date(row.spent_on)),
            description: description.unwrap_or_else(|| row.description.clone()),
            request_id: String::new(),
        }
    }
}
