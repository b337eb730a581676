//! Expenses in JSON: requests and responses.

use serde::Serialize;
use time::Date;
use utoipa::ToSchema;

use super::fields::{ExpenseField, ExpenseFields, KIND};
use super::form::{AmountStyle, set_fields};
use crate::accounts::preferences::Preferences;
use crate::api::answer::moment;
use crate::api::json_body::Object;
use crate::books::people::People;
use crate::db::UserId;
use crate::error::FieldErrors;
use crate::ledger::category::CategoryRef;
use crate::ledger::category_kind::CategoryKind;
use crate::ledger::expense::{Expense, NewExpense};
use crate::ledger::paid_by;
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
    /// That of its category.
    kind: CategoryKind,
    /// `null` if it is empty.
    #[schema(required = true, example = "Weekly shopping")]
    description: Option<String>,
    #[schema(format = DateTime, example = "2026-11-22T08:15:30.000000Z")]
    created_at: String,
    #[schema(format = DateTime, example = "2026-11-22T08:15:30.000000Z")]
    updated_at: String,
    paid_by: PersonJson,
    /// Who entered it.
    created_by: PersonJson,
}

/// A person of a book, who may have left it since.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Person)]
pub struct PersonJson {
    #[schema(example = "250322420521504700")]
    id: String,
    #[schema(example = "Robin")]
    name: String,
}

impl PersonJson {
    fn new(stored: Option<i64>, maker: UserId, people: &People) -> Self {
        let id = paid_by::person(stored, maker);
        Self {
            id: id.0.to_string(),
            name: people.name(id).to_owned(),
        }
    }
}

impl ExpenseJson {
    /// `row` with its category, in the currency of the book.
    pub fn new(
        row: Expense,
        category: CategoryRef,
        currency: Currency,
        maker: UserId,
        people: &People,
    ) -> Self {
        Self {
            paid_by: PersonJson::new(row.paid_by, maker, people),
            created_by: PersonJson::new(row.created_by, maker, people),
            id: row.id.to_string(),
            date: format_date(row.spent_on),
            amount: row.amount.to_plain(currency),
            currency: currency.code(),
            category: category.name,
            kind: category.kind,
            created_at: moment(row.created_at),
            updated_at: moment(row.updated_at),
            description: Some(row.description).filter(|text| !text.is_empty()),
        }
    }
}

/// A new expense as it was sent; without a date it is of `today`.
pub fn read_new(mut sent: Object, today: Date, preferences: &Preferences) -> Result<NewExpense, FieldErrors> {
    let mut fields = ExpenseFields::new(|field| {
        let name = field.name();
        match field {
            ExpenseField::Amount | ExpenseField::Category => sent.text(name),
            ExpenseField::Date => {
                let date = sent.text_or_null(name).flatten();
                date.unwrap_or_else(|| format_date(today))
            }
            ExpenseField::Description | ExpenseField::PaidBy => {
                sent.text_or_null(name).flatten().unwrap_or_default()
            }
        }
    });
    fields.kind = sent.text_if_given(KIND);
    sent.finish(fields.check(preferences, AmountStyle::Plain))
}

/// A stored expense with the members that were sent in the place of its own. Only these are checked.
pub fn read_change(
    mut sent: Object,
    row: &Expense,
    category: &str,
    preferences: &Preferences,
) -> Result<NewExpense, FieldErrors> {
    let mut texts = Vec::new();
    for field in ExpenseField::ALL {
        let name = field.name();
        let text = match field {
            ExpenseField::Description | ExpenseField::PaidBy => {
                sent.text_or_null(name).map(Option::unwrap_or_default)
            }
            _ => sent.text_if_given(name),
        };
        texts.extend(text.map(|text| (field, text)));
    }
    let mut expense = NewExpense {
        amount: row.amount,
        category: category.to_owned(),
        date: row.spent_on,
        description: row.description.clone(),
        paid_by: None,
        kind: CategoryKind::Spending,
    };
    let texts = texts.iter().map(|(field, text)| (*field, text.as_str()));
    let mut errors = set_fields(&mut expense, texts, preferences, AmountStyle::Plain);
    if let Some(kind) = sent.text_if_given(KIND) {
        let kind = errors.ok_or_add(KIND, CategoryKind::check(&kind));
        expense.kind = kind.unwrap_or_default();
    }
    sent.finish(if errors.is_empty() {
        Ok(expense)
    } else {
        Err(errors)
    })
}
