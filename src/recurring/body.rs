//! Recurring entries in JSON: request bodies.

use time::Date;
use utoipa::ToSchema;

use super::fields::ScheduleFields;
use crate::accounts::preferences::Preferences;
use crate::api::json_body::Object;
use crate::error::FieldErrors;
use crate::expenses::field_values::AmountStyle;
use crate::expenses::fields::{ExpenseField, ExpenseFields, KIND};
use crate::expenses::json::new_fields;
use crate::ledger::category::CategoryRef;
use crate::ledger::category_kind::CategoryKind;
use crate::ledger::schedule::edit::{NewSchedule, times_left};
use crate::ledger::schedule::row::{Mode, Schedule};
use crate::period::{RepeatUnit, format_date};
use crate::web::view::Field;

/// The members of a body that say what is entered and when.
pub const MEMBERS: [&str; 11] = [
    "amount",
    "category",
    KIND,
    "date",
    "description",
    "paid_by",
    "every",
    "unit",
    "until",
    "times",
    "mode",
];

/// A new recurring entry.
#[derive(ToSchema)]
#[schema(as = NewRecurring)]
#[schema(example = json!({"amount": "900.00", "category": "Rent", "date": "2026-12-01", "description": "Flat"}))]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only describes the body, which is read field by field")]
pub struct NewScheduleJson {
    /// A string, never a JSON number. A negative amount is a refund. Not 0.
    #[schema(pattern = r"^-?[0-9]+(\.[0-9]+)?$", example = "900.00")]
    amount: String,
    /// The category's name. A new name creates a category.
    #[schema(min_length = 1, max_length = 60, example = "Rent")]
    category: String,
    /// What a new category becomes. Default: `spending`. A known one keeps its kind.
    #[schema(nullable = false, inline)]
    kind: Option<CategoryKind>,
    /// The first date, from 1900-01-01 to 9999-12-31; the others are counted from it. Default: today where the book is.
    /// Dates until today are entered at once.
    #[schema(format = Date, example = "2026-11-01")]
    date: Option<String>,
    /// Can contain line feeds and tabs, but no other control characters.
    #[schema(max_length = 500, example = "Flat")]
    description: Option<String>,
    /// The id of a member of the book. Default: the person whose token it is.
    #[schema(example = "250322420521504700")]
    paid_by: Option<String>,
    /// Units between two dates. Default: 1.
    #[schema(nullable = false, minimum = 1, maximum = 99, example = 1)]
    every: Option<u8>,
    /// Default: `month`. In a shorter month the 31st is the last day.
    #[schema(nullable = false, pattern = "^(day|week|month|year)$", example = "month")]
    unit: Option<String>,
    /// The last possible date, not before the first one; not together with `times`.
    #[schema(format = Date, example = "2027-12-31")]
    until: Option<String>,
    /// The number of dates; not together with `until`. Without both it does not end.
    #[schema(minimum = 1, maximum = 9999)]
    times: Option<u32>,
    /// Default: `post`, which enters it by itself on its day. `ask` waits until a person confirms it.
    #[schema(nullable = false, pattern = "^(post|ask)$", example = "post")]
    mode: Option<String>,
}

/// Changes of a recurring entry from its next date on. Omitted fields stay as they are.
#[derive(ToSchema)]
#[schema(as = RecurringChange)]
#[schema(example = json!({"amount": "920.00"}))]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only describes the body, which is read field by field")]
pub struct ScheduleChangeJson {
    /// A string, never a JSON number.
    #[schema(nullable = false, pattern = r"^-?[0-9]+(\.[0-9]+)?$", example = "920.00")]
    amount: Option<String>,
    /// The category's name.
    #[schema(nullable = false, min_length = 1, max_length = 60, example = "Rent")]
    category: Option<String>,
    /// What a new category becomes. Default: the kind of the present one. A known one keeps its kind.
    #[schema(nullable = false, inline)]
    kind: Option<CategoryKind>,
    /// The next date.
    #[schema(nullable = false, format = Date, example = "2026-12-01")]
    date: Option<String>,
    /// `null` removes it.
    #[schema(max_length = 500, example = "Flat")]
    description: Option<String>,
    /// The id of a member of the book, or of the present payer; `null` changes nothing.
    #[schema(example = "250322420521504700")]
    paid_by: Option<String>,
    /// Units between two dates.
    #[schema(nullable = false, minimum = 1, maximum = 99, example = 1)]
    every: Option<u8>,
    #[schema(nullable = false, pattern = "^(day|week|month|year)$", example = "month")]
    unit: Option<String>,
    /// The last possible date, in the place of `times`; `null` removes it.
    #[schema(format = Date, example = "2027-12-31")]
    until: Option<String>,
    /// The number of dates from the next one on, in the place of `until`; `null` removes it.
    #[schema(minimum = 1, maximum = 9999, example = 12)]
    times: Option<u32>,
    #[schema(nullable = false, pattern = "^(post|ask)$", example = "post")]
    mode: Option<String>,
    /// `true` pauses it; `false` continues it and skips the dates from the pause until yesterday.
    #[schema(nullable = false, example = true)]
    paused: Option<bool>,
}

/// A new recurring entry as it was sent; without a date it begins `today`.
pub fn read_new(
    mut sent: Object,
    today: Date,
    preferences: &Preferences,
) -> Result<NewSchedule, FieldErrors> {
    let monthly = ScheduleFields {
        expense: new_fields(&mut sent, today),
        every: Field::new("1"),
        unit: Field::new(RepeatUnit::Month.as_str()),
        mode: Field::new(Mode::Post.name()),
        ..ScheduleFields::default()
    };
    let fields = with_dates(monthly, &mut sent);
    sent.finish(fields.check(preferences, AmountStyle::Plain))
}

/// A stored recurring entry with the members that were sent in the place of its own. `next` is its next date, or the one
/// after its last, and `payer` its payer.
pub fn read_change(
    mut sent: Object,
    row: &Schedule,
    (category, payer): (&CategoryRef, String),
    next: Date,
    preferences: &Preferences,
) -> Result<NewSchedule, FieldErrors> {
    let mut expense = ExpenseFields::new(|field| {
        let name = field.name();
        match field {
            ExpenseField::Amount => sent
                .text_if_given(name)
                .unwrap_or_else(|| row.amount.to_plain(preferences.currency)),
            ExpenseField::Category => sent.text_if_given(name).unwrap_or_else(|| category.name.clone()),
            ExpenseField::Date => sent.text_if_given(name).unwrap_or_else(|| format_date(next)),
            ExpenseField::Description => match sent.text_or_null(name) {
                Some(text) => text.unwrap_or_default(),
                None => row.description.clone(),
            },
            ExpenseField::PaidBy => sent.text_or_null(name).flatten().unwrap_or_else(|| payer.clone()),
        }
    });
    let kind = sent.text_if_given(KIND);
    expense.kind = Some(kind.unwrap_or_else(|| category.kind.name().to_owned()));
    let stored = ScheduleFields {
        expense,
        every: Field::new(row.every.to_string()),
        unit: Field::new(row.unit.clone()),
        until: Field::new(row.until.map(format_date).unwrap_or_default()),
        times: Field::new(times_left(row).map(|times| times.to_string()).unwrap_or_default()),
        mode: Field::new(row.mode.clone()),
        is_confirmed: false,
    };
    let fields = with_dates(stored, &mut sent);
    sent.finish(fields.check(preferences, AmountStyle::Plain))
}

/// The fields with those members that say when it recurs. A new end takes the place of the other kind of end.
fn with_dates(mut fields: ScheduleFields, sent: &mut Object) -> ScheduleFields {
    if let Some(every) = sent.integer_if_given("every") {
        fields.every = Field::new(every.to_string());
    }
    if let Some(unit) = sent.text_if_given("unit") {
        fields.unit = Field::new(unit);
    }
    if let Some(mode) = sent.text_if_given("mode") {
        fields.mode = Field::new(mode);
    }
    let until = sent.text_or_null("until");
    let times = sent.integer_or_null("times");
    if matches!(until, Some(Some(_))) {
        fields.times = Field::default();
    }
    if matches!(times, Some(Some(_))) {
        fields.until = Field::default();
    }
    match until {
        // An empty text is no date, and not the same as `null`.
        Some(Some(text)) if text.trim().is_empty() => fields.until = Field::new("-"),
        Some(until) => fields.until = Field::new(until.unwrap_or_default()),
        None => {}
    }
    if let Some(times) = times {
        fields.times = Field::new(times.map(|times| times.to_string()).unwrap_or_default());
    }
    fields
}
