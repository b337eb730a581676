//! Schemas of request bodies and parameters for the OpenAPI document.
//!
//! They only describe: `json_body::Object` reads the bodies, so that it can report all errors together.
//! The fuzz test checks that both agree.
#![expect(
    dead_code,
    reason = "the types only describe the schemas; bodies and parameters are read field by field"
)]

use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::error::FieldError;

/// An error (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// Always `about:blank`: the status is the kind of error.
    #[schema(example = "about:blank")]
    r#type: String,
    /// The kind of error.
    #[schema(example = "Check the highlighted fields")]
    title: String,
    /// The HTTP status.
    #[schema(example = 422)]
    status: u16,
    /// What happened and what to do.
    #[schema(example = "See the message on each field.")]
    detail: String,
    /// For invalid input: the invalid fields.
    #[schema(nullable = false)]
    errors: Option<Vec<FieldError>>,
    /// For server errors: the id of the request in the log.
    #[schema(nullable = false)]
    instance: Option<String>,
}

/// Email and password of a new account.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAccount {
    /// The email address to sign in with.
    #[schema(format = Email, max_length = 254, example = "name@example.com")]
    email: String,
    /// At least 10 characters, and hard to guess.
    #[schema(min_length = 10, max_length = 1024, example = "correct horse battery staple")]
    password: String,
}

/// Email and password of an account.
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

/// New settings of a book. Members that are left out keep their values.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BookChange {
    #[schema(nullable = false, min_length = 1, max_length = 60, example = "Household")]
    name: Option<String>,
    /// ISO 4217.
    #[schema(nullable = false, min_length = 3, max_length = 3, example = "USD")]
    currency: Option<String>,
    /// The first day of the month.
    #[schema(nullable = false, minimum = 1, maximum = 28, example = 1)]
    month_start: Option<u8>,
}

/// A budget to set or remove.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBudget {
    /// The first month of the budget, which applies until it is changed. Default: this month.
    #[schema(pattern = "^[0-9]{4}-(0[1-9]|1[0-2])$", example = "2026-11")]
    month: Option<String>,
    /// An existing category. Without it: the overall monthly budget.
    #[schema(example = "Groceries")]
    category: Option<String>,
    /// A string, never a JSON number, 0 or more; `null` removes the budget starting that month.
    #[schema(required = true, pattern = r"^-?[0-9]+(\.[0-9]+)?$", example = "2000.00")]
    amount: Option<String>,
}

/// Kinds of categories.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub enum KindChoice {
    Spending,
    /// Money in.
    Income,
    All,
}

/// A filter by kind.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct KindQuery {
    /// The kind of the categories. Default: `all`.
    #[param(nullable = false, inline)]
    kind: Option<KindChoice>,
}

/// A kind of period.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub enum PeriodKind {
    /// One day.
    Day,
    /// Starts on the account's first day of the week.
    Week,
    /// Starts on the account's first day of the month.
    Month,
    /// The twelve months named after it.
    Year,
    /// Everything.
    All,
}

/// The period.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PeriodQuery {
    /// The kind of period; not together with `from` and `to`.
    #[param(nullable = false, inline)]
    period: Option<PeriodKind>,
    /// Any date inside the period. Default: today in the account's time zone.
    #[param(nullable = false, format = Date)]
    on: Option<String>,
    /// The first day, included.
    #[param(nullable = false, format = Date)]
    from: Option<String>,
    /// The last day, included.
    #[param(nullable = false, format = Date)]
    to: Option<String>,
}

/// A filter.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FilterQuery {
    /// The name of a category, case-insensitive.
    #[param(nullable = false, max_length = 60)]
    category: Option<String>,
    /// Text in the description or category, case-insensitive, or an amount.
    #[param(nullable = false, max_length = 200)]
    q: Option<String>,
    /// The id of a person: only what they have paid.
    #[param(nullable = false)]
    person: Option<String>,
}

/// A page of the list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// The maximum number of items.
    #[param(nullable = false, minimum = 1, maximum = 500, default = 50)]
    limit: Option<i64>,
    /// The `next_cursor` of the previous page.
    #[param(nullable = false)]
    cursor: Option<String>,
}

/// A month.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct MonthQuery {
    /// Default: this month in the account's time zone.
    #[param(nullable = false, pattern = "^[0-9]{4}-(0[1-9]|1[0-2])$")]
    month: Option<String>,
}

/// A description.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DescriptionQuery {
    /// That of an expense.
    #[param(min_length = 1, max_length = 500, example = "Lunch")]
    description: String,
}

/// An expense.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct ExpensePath {
    /// The expense's id.
    #[param(pattern = "^[1-9][0-9]{0,18}$")]
    id: String,
}

/// Safe retries.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub struct RetryHeader {
    /// A unique text of your own for each request. A retry with the same key gets the first response, and the request
    /// is not executed again. Keys are stored for a day.
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

/// Conditional changes.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub struct ConditionHeader {
    /// The `ETag` of what is changed. If that has changed since, the response is 412 and nothing is changed.
    #[param(rename = "If-Match", nullable = false)]
    if_match: Option<String>,
}
