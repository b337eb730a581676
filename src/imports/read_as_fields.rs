//! The choices that the fields of the form "Read as" stand for.

use serde_json::{Map, Value, json};

use super::reading::{Format, Reading};
use crate::error::{AppError, FieldErrors};
use crate::statements::csv::{AmountAs, ReadAs};
use crate::text;
use crate::web::fields::Fields;

/// Stands for no column.
pub(super) const NONE: &str = "";

/// The choices that the form makes different from the present reading, in the shape of `read_as`.
pub fn choices(form: &Fields, reading: Option<&Reading>) -> Result<Value, AppError> {
    let mut sent = Map::new();
    let present = reading.and_then(|reading| reading.read_as.as_ref());
    if let Some(format) = form.non_empty("format") {
        let format = Format::parse(&format)
            .ok_or_else(|| AppError::invalid("read_as.format", "Choose one of the formats."))?;
        if reading.is_none_or(|reading| reading.format != format) {
            sent.insert("format".to_owned(), json!(format));
            return Ok(Value::Object(sent));
        }
    }
    let Some(present) = present else {
        if let Some(format) = form.non_empty("date_order") {
            sent.insert("date".to_owned(), json!({ "format": format }));
        }
        if let Some(decimal) = form.non_empty("decimal") {
            sent.insert("decimal".to_owned(), json!(decimal));
        }
        return Ok(Value::Object(sent));
    };
    layout(form, present, &mut sent)?;
    if !sent.is_empty() {
        if let Some(format) = reading.map(|reading| reading.format) {
            sent.insert("format".to_owned(), json!(format));
        }
        for name in ["encoding", "delimiter", "header_line"] {
            let present = json!(present).get(name).cloned().unwrap_or_default();
            sent.entry(name).or_insert(present);
        }
        return Ok(Value::Object(sent));
    }
    columns(form, present, &mut sent);
    Ok(Value::Object(sent))
}

/// What the lines and cells of the file depend on, where it differs.
fn layout(form: &Fields, present: &ReadAs, sent: &mut Map<String, Value>) -> Result<(), AppError> {
    if let Some(encoding) = form.non_empty("encoding")
        && encoding != present.encoding
    {
        sent.insert("encoding".to_owned(), json!(encoding));
    }
    if let Some(delimiter) = form.get_opt("delimiter").and_then(|text| text.chars().next())
        && delimiter != present.delimiter
    {
        sent.insert("delimiter".to_owned(), json!(delimiter));
    }
    let line = text::number(form.get("header_line"));
    if !line.is_empty() {
        let number: u64 = line
            .parse()
            .map_err(|_| AppError::Invalid(FieldErrors::one("header_line", "Enter a line number, or 0.")))?;
        let number = Some(number).filter(|number| *number > 0);
        if number != present.header_line {
            sent.insert("header_line".to_owned(), json!(number));
        }
    }
    Ok(())
}

/// The columns and what their cells are. A select that was left at "Choose…" chooses nothing.
fn columns(form: &Fields, present: &ReadAs, sent: &mut Map<String, Value>) {
    let column = form.non_empty("date");
    let format = form.non_empty("date_order");
    if column.is_some() || format.is_some() {
        let mut date = Map::new();
        if let Some(column) = column {
            date.insert("column".to_owned(), json!(column));
        }
        if let Some(format) = format {
            date.insert("format".to_owned(), json!(format));
        }
        sent.insert("date".to_owned(), Value::Object(date));
    }
    if let Some(amount) = amount(form, present) {
        sent.insert("amount".to_owned(), amount);
    }
    if let Some(decimal) = form.non_empty("decimal") {
        sent.insert("decimal".to_owned(), json!(decimal));
        // A mark can't be both.
        if present.thousands.map(|mark| mark.to_string()) == Some(decimal) {
            sent.insert("thousands".to_owned(), Value::Null);
        }
    }
    let texts: Vec<String> = ["description", "description_2"]
        .iter()
        .filter_map(|name| form.non_empty(name))
        .collect();
    if form.get_opt("description").is_some() {
        sent.insert("description".to_owned(), json!(texts));
    }
    for name in ["category", "currency", "id"] {
        if let Some(column) = form.get_opt(name) {
            let column = Some(column).filter(|column| *column != NONE);
            sent.insert(name.to_owned(), json!(column));
        }
    }
}

fn amount(form: &Fields, present: &ReadAs) -> Option<Value> {
    let mode = form.non_empty("amount_mode")?;
    let column = form.non_empty("amount").unwrap_or_default();
    let words = |name: &str, present: &[String]| -> Vec<String> {
        let typed: Vec<String> = form
            .get(name)
            .split(',')
            .map(|word| word.trim().to_owned())
            .filter(|word| !word.is_empty())
            .collect();
        if typed.is_empty() { present.to_vec() } else { typed }
    };
    Some(match mode.as_str() {
        "debit_credit" => json!({
            "mode": mode,
            "debit": column,
            "credit": form.get("amount_in"),
        }),
        "indicator" => {
            let (out, into) = match &present.amount {
                AmountAs::Indicator { out, into, .. } => (out.clone(), into.clone()),
                _ => (Vec::new(), Vec::new()),
            };
            json!({
                "mode": mode,
                "column": column,
                "indicator": form.get("amount_in"),
                "out": words("words_out", &out),
                "in": words("words_in", &into),
            })
        }
        _ => json!({ "mode": mode, "column": column }),
    })
}
