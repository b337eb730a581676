//! Expenses in JSON: requests and responses.

use serde::Serialize;
use time::Date;
use utoipa::ToSchema;

use super::field_values::{AmountStyle, set_fields};
use super::fields::{ExpenseField, ExpenseFields, KIND};
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
    /// The person that a column names.
    pub fn new(stored: Option<i64>, maker: UserId, people: &People) -> Self {
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

/// A new expense.
#[derive(ToSchema)]
#[schema(as = NewExpense)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only describes the body, which is read field by field")]
pub struct NewExpenseJson {
    /// A string, never a JSON number. A negative amount is a refund. Not 0; at most 10^13 minor units, positive or
    /// negative (100000000000.00 with cents); and no more decimals than the book's currency has.
    #[schema(pattern = r"^-?[0-9]+(\.[0-9]+)?$", example = "12.50")]
    amount: String,
    /// The category's name. A new name creates a category. Names are case-insensitive.
    #[schema(min_length = 1, max_length = 60, example = "Groceries")]
    category: String,
    /// What a new category becomes. Default: `spending`. A known one keeps its kind.
    #[schema(nullable = false, inline)]
    kind: Option<CategoryKind>,
    /// From 1900-01-01 to 9999-12-31. Default: today in the account's time zone.
    #[schema(format = Date, example = "2026-11-22")]
    date: Option<String>,
    /// Can contain line feeds and tabs, but no other control characters.
    #[schema(max_length = 500, example = "Weekly shopping")]
    description: Option<String>,
    /// The id of a member of the book. Default: the person whose token it is.
    #[schema(example = "250322420521504700")]
    paid_by: Option<String>,
}

/// Changes of an expense. Omitted fields stay as they are.
#[derive(ToSchema)]
#[schema(as = ExpenseChange)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only describes the body, which is read field by field")]
pub struct ExpenseChangeJson {
    /// A string, never a JSON number.
    #[schema(nullable = false, pattern = r"^-?[0-9]+(\.[0-9]+)?$", example = "12.50")]
    amount: Option<String>,
    /// The category's name.
    #[schema(nullable = false, min_length = 1, max_length = 60, example = "Groceries")]
    category: Option<String>,
    /// What a new category becomes. Default: `spending`. A known one keeps its kind.
    #[schema(nullable = false, inline)]
    kind: Option<CategoryKind>,
    /// From 1900-01-01 to 9999-12-31.
    #[schema(nullable = false, format = Date, example = "2026-11-22")]
    date: Option<String>,
    /// `null` removes it.
    #[schema(max_length = 500, example = "Weekly shopping")]
    description: Option<String>,
    /// The id of a member of the book, or of the present payer; `null` changes nothing.
    #[schema(example = "250322420521504700")]
    paid_by: Option<String>,
}

/// A new expense as it was sent; without a date it is of `today`.
pub fn read_new(mut sent: Object, today: Date, preferences: &Preferences) -> Result<NewExpense, FieldErrors> {
    let fields = new_fields(&mut sent, today);
    sent.finish(fields.check(preferences, AmountStyle::Plain))
}

/// The members of a new expense, unchecked; without a date it is of `today`.
pub fn new_fields(sent: &mut Object, today: Date) -> ExpenseFields {
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
    fields
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
            ExpenseField::Amount | ExpenseField::Category | ExpenseField::Date => sent.text_if_given(name),
        };
        texts.extend(text.map(|text| (field, text)));
    }
    let mut expense = NewExpense::unchanged(row, category.to_owned());
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
