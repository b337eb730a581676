//! What may come in, told to the OpenAPI document. The bodies themselves are read by [`Object`](super::json_body::Object),
//! which tells every error at once; the fuzz test compares the two.
#![expect(
    dead_code,
    reason = "these types are only described, never filled: bodies and addresses are read field by field"
)]

use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::error::FieldError;

/// An error, as RFC 9457 has it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// Always `about:blank`: the status says what kind of error it is.
    #[schema(example = "about:blank")]
    r#type: String,
    /// The kind of error in a few words.
    #[schema(example = "Some fields need another look")]
    title: String,
    /// The HTTP status.
    #[schema(example = 422)]
    status: u16,
    /// What happened and what to do about it.
    #[schema(example = "Each field says what to change.")]
    detail: String,
    /// For invalid input: what is wrong with each field.
    #[schema(nullable = false)]
    errors: Option<Vec<FieldError>>,
    /// For errors of the server: names the request in its log.
    #[schema(nullable = false)]
    instance: Option<String>,
}

/// The address and the password of a new account.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAccount {
    /// The email address that signs in.
    #[schema(format = Email, max_length = 254, example = "name@example.com")]
    email: String,
    /// At least 10 characters, and hard to guess.
    #[schema(min_length = 10, max_length = 1024, example = "correct horse battery staple")]
    password: String,
}

/// The address and the password of an account.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// The email address.
    #[schema(min_length = 1, example = "name@example.com")]
    email: String,
    /// The password.
    #[schema(min_length = 1, example = "correct horse battery staple")]
    password: String,
}

/// A new expense.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewExpense {
    /// A string, never a JSON number. A negative amount is a refund. Not 0, at most 10^13 of its smallest unit (100000000000.00 with cents) either way, and no
    /// more decimals than the account's currency has.
    #[schema(pattern = r"^-?[0-9]+(\.[0-9]+)?$", example = "12.50")]
    amount: String,
    /// The category's name. A new name makes a new category; names compare without case.
    #[schema(min_length = 1, max_length = 60, example = "Groceries")]
    category: String,
    /// From 1900-01-01 to 9999-12-31. Without it: today, in the account's time zone.
    #[schema(format = Date, example = "2026-11-22")]
    date: Option<String>,
    /// Line feeds and tabs may stand in it; other control characters may not.
    #[schema(max_length = 500, example = "Weekly shopping")]
    description: Option<String>,
}

/// What to change of an expense; what is left out stays.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpenseChange {
    /// A string, never a JSON number.
    #[schema(nullable = false, pattern = r"^-?[0-9]+(\.[0-9]+)?$", example = "12.50")]
    amount: Option<String>,
    /// The category's name.
    #[schema(nullable = false, min_length = 1, max_length = 60, example = "Groceries")]
    category: Option<String>,
    /// From 1900-01-01 to 9999-12-31.
    #[schema(nullable = false, format = Date, example = "2026-11-22")]
    date: Option<String>,
    /// `null` takes it away.
    #[schema(max_length = 500, example = "Weekly shopping")]
    description: Option<String>,
}

/// Many new expenses.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewExpenses {
    /// In the order in which they get their ids.
    #[schema(max_items = 1000)]
    items: Vec<NewExpense>,
}

/// A budget to set or remove.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBudget {
    /// The month from which on it holds, until it changes again. Without it: this month.
    #[schema(pattern = "^[0-9]{4}-(0[1-9]|1[0-2])$", example = "2026-11")]
    month: Option<String>,
    /// A category you have. Without it: the overall monthly budget.
    #[schema(example = "Groceries")]
    category: Option<String>,
    /// A string, never a JSON number, 0 or more; `null` removes the budget from that month on.
    #[schema(required = true, pattern = r"^-?[0-9]+(\.[0-9]+)?$", example = "2000.00")]
    amount: Option<String>,
}

/// A kind of period.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub enum PeriodKind {
    /// One day.
    Day,
    /// From the account's first day of the week on.
    Week,
    /// From the account's first day of the month on.
    Month,
    /// The twelve months named in it.
    Year,
    /// Everything.
    All,
}

/// Which days.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PeriodQuery {
    /// The kind of period; not together with `from` and `to`.
    #[param(nullable = false, inline)]
    period: Option<PeriodKind>,
    /// Any date inside the period; without it today, in the account's time zone.
    #[param(nullable = false, format = Date)]
    on: Option<String>,
    /// The first day, included.
    #[param(nullable = false, format = Date)]
    from: Option<String>,
    /// The last day, included.
    #[param(nullable = false, format = Date)]
    to: Option<String>,
}

/// Which expenses.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FilterQuery {
    /// Only this category, by its name in any case.
    #[param(nullable = false, max_length = 60)]
    category: Option<String>,
    /// Text in the description or the category, in any case, or an amount.
    #[param(nullable = false, max_length = 200)]
    q: Option<String>,
}

/// Which part of the list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// How many at most.
    #[param(nullable = false, minimum = 1, maximum = 500, default = 50)]
    limit: Option<i64>,
    /// The `next_cursor` of the page before.
    #[param(nullable = false)]
    cursor: Option<String>,
}

/// Which month.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct MonthQuery {
    /// The month; without it this one, in the account's time zone.
    #[param(nullable = false, pattern = "^[0-9]{4}-(0[1-9]|1[0-2])$")]
    month: Option<String>,
}

/// Which expense.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct ExpensePath {
    /// The expense's id.
    #[param(pattern = "^[1-9][0-9]{0,18}$")]
    id: String,
}

/// Sending again without doing again.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub struct RetryHeader {
    /// A text of your own, new for each new request: sent again with it, the request gets the first answer and is
    /// not carried out again. It is remembered for a day.
    #[param(
        rename = "Idempotency-Key",
        nullable = false,
        min_length = 1,
        max_length = 255,
        pattern = "^[!-~]+$",
        example = "6f1c2a0e"
    )]
    idempotency_key: Option<String>,
}

/// Changing only what was seen.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub struct ConditionHeader {
    /// The `ETag` you have seen: if the expense was changed since, nothing happens and the answer is a 412.
    #[param(rename = "If-Match", nullable = false)]
    if_match: Option<String>,
}
