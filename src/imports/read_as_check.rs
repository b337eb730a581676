//! Checks the members of `read_as` that a script sends, so that each error names its member.

use serde_json::Value;

use super::reading::{Choices, Format};
use crate::error::{AppError, FieldErrors};
use crate::statements::csv::{AmountAs, DateChoice};

/// The members of `read_as`.
const MEMBERS: [&str; 15] = [
    "format",
    "encoding",
    "delimiter",
    "header_line",
    "first_row_line",
    "decimal",
    "thousands",
    "date",
    "amount",
    "description",
    "category",
    "currency",
    "id",
    "account",
    "status",
];
const DECIMALS: [&str; 2] = [".", ","];
const THOUSANDS: [&str; 7] = [".", ",", "'", "’", " ", "\u{a0}", "\u{202f}"];

/// The choices `present` with the members of `sent` in place of theirs.
pub fn merged(mut present: Value, sent: Value) -> Result<Choices, AppError> {
    let Value::Object(sent) = sent else {
        return Err(AppError::invalid("read_as", "Send an object."));
    };
    let mut errors = FieldErrors::default();
    for (name, value) in sent {
        if let Err(message) = check(&name, &value) {
            errors.add(&field(&name), message);
        }
        present[name] = value;
    }
    if !errors.is_empty() {
        return Err(AppError::Invalid(errors));
    }
    let choices: Choices = serde_json::from_value(present)
        .map_err(|error| AppError::invalid("read_as", format!("This can't be read: {error}.")))?;
    if choices.csv.decimal.is_some() && choices.csv.thousands.flatten() == choices.csv.decimal {
        return Err(AppError::invalid(
            &field("thousands"),
            "The decimal and thousands marks can't be the same.",
        ));
    }
    check_columns(&choices)?;
    Ok(choices)
}

fn field(member: &str) -> String {
    format!("read_as.{}", crate::text::truncated(member, 60))
}

fn check(name: &str, value: &Value) -> Result<(), String> {
    match name {
        "format" => {
            let known = value.as_str().is_some_and(|name| Format::parse(name).is_some());
            let names = Format::ALL.map(Format::name).join("”, “");
            known.then_some(()).ok_or_else(|| format!("Send “{names}”."))
        }
        "header_line" | "thousands" if value.is_null() => Ok(()),
        "header_line" | "first_row_line" => match value.as_u64() {
            Some(1..) => Ok(()),
            _ => Err("Send a line number, 1 or more, or null if there's no header.".to_owned()),
        },
        "decimal" => one_of(value, &DECIMALS),
        "thousands" => one_of(value, &THOUSANDS),
        "date" => parsed::<DateChoice>(value),
        "amount" => parsed::<AmountAs>(value),
        "description" | "status" => parsed::<Vec<String>>(value),
        "encoding" => parsed::<String>(value),
        "delimiter" => parsed::<char>(value),
        name if MEMBERS.contains(&name) => parsed::<Option<String>>(value),
        _ => Err("Unknown field.".to_owned()),
    }
}

fn one_of(value: &Value, known: &[&str]) -> Result<(), String> {
    let is_known = value.as_str().is_some_and(|text| known.contains(&text));
    let names = known.join("”, “");
    is_known.then_some(()).ok_or_else(|| format!("Send “{names}”."))
}

fn parsed<T: serde::de::DeserializeOwned>(value: &Value) -> Result<(), String> {
    T::deserialize(value)
        .map(drop)
        .map_err(|error| format!("This can't be read: {error}."))
}

/// Refuses one column for two purposes.
fn check_columns(choices: &Choices) -> Result<(), AppError> {
    let date = choices.csv.date.as_ref().and_then(|date| date.column.as_ref());
    let amounts: Vec<&String> = match &choices.csv.amount {
        None => Vec::new(),
        Some(AmountAs::Signed { column } | AmountAs::SpentPositive { column }) => vec![column],
        Some(AmountAs::DebitCredit { debit, credit }) => vec![debit, credit],
        Some(AmountAs::Indicator {
            column, indicator, ..
        }) => vec![column, indicator],
    };
    if let [one, other] = amounts[..]
        && one == other
    {
        return Err(AppError::invalid(
            &field("amount"),
            "Choose two different columns.",
        ));
    }
    if date.is_some_and(|date| amounts.contains(&date)) {
        return Err(AppError::invalid(
            &field("amount"),
            "This is the date column. Choose another one.",
        ));
    }
    Ok(())
}
