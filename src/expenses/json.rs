//! An expense as JSON, coming in and going out.

use serde::Serialize;
use time::Date;
use utoipa::ToSchema;

use super::form::RawExpense;
use crate::api::answer::moment;
use crate::api::json_body::Object;
use crate::ledger::expense::Expense;
use crate::money::Currency;
use crate::period::format_date;

/// An expense as the API shows it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Expense)]
pub struct ExpenseJson {
    #[schema(example = "250322420521504768")]
    id: String,
    #[schema(format = Date, example = "2026-11-22")]
    date: String,
    /// With the currency's decimals; negative is a refund.
    #[schema(example = "12.50")]
    amount: String,
    /// ISO 4217.
    #[schema(example = "USD")]
    currency: &'static str,
    #[schema(example = "Groceries")]
    category: String,
    /// `null` where there is none.
    #[schema(required = true, example = "Weekly shopping")]
    description: Option<String>,
    #[schema(format = DateTime, example = "2026-11-22T08:15:30.000000Z")]
    created_at: String,
    #[schema(format = DateTime, example = "2026-11-22T08:15:30.000000Z")]
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
