//! The description of how a CSV file is read, which a person can change and save for the next file.

use serde::{Deserialize, Deserializer, Serialize};

/// A complete description. A column is the text of its header, or `#` and its position from 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadAs {
    /// As `utf-8`, `utf-8 with byte order mark`, `windows-1252`, `utf-16-le with byte order mark`.
    pub encoding: String,
    pub delimiter: char,
    /// The physical line of the header, if there is one.
    pub header_line: Option<u64>,
    /// The physical line of the first row, if there is no header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_row_line: Option<u64>,
    pub decimal: char,
    #[serde(default)]
    pub thousands: Option<char>,
    pub date: DateAs,
    pub amount: AmountAs,
    /// In order: the first non-empty text is the description, the others are the memo.
    pub description: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Columns whose words can exclude a row; `None` means those that their headers name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Vec<String>>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DateAs {
    pub column: String,
    /// As `DD.MM.YYYY`.
    pub format: String,
}

/// The direction of amounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "snake_case")]
pub enum AmountAs {
    /// Negative is money out.
    Signed { column: String },
    /// Positive is money out.
    SpentPositive { column: String },
    /// One column for money out, one for money in.
    DebitCredit { debit: String, credit: String },
    /// Another column has the direction, as one of these words.
    Indicator {
        column: String,
        indicator: String,
        out: Vec<String>,
        #[serde(rename = "in")]
        into: Vec<String>,
    },
}

/// The members of [`ReadAs`] that a person has chosen; the others are determined from the file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Choices {
    pub encoding: Option<String>,
    pub delimiter: Option<char>,
    /// `Some(None)`: there is no header.
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub header_line: Option<Option<u64>>,
    pub first_row_line: Option<u64>,
    pub decimal: Option<char>,
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub thousands: Option<Option<char>>,
    pub date: Option<DateChoice>,
    pub amount: Option<AmountAs>,
    pub description: Option<Vec<String>>,
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub category: Option<Option<String>>,
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub currency: Option<Option<String>>,
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub id: Option<Option<String>>,
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub account: Option<Option<String>>,
    pub status: Option<Vec<String>>,
    /// Whether they were made for an earlier file: then the format of dates and the marks of numbers only answer what this file
    /// leaves open.
    #[serde(skip_serializing_if = "is_false")]
    pub is_remembered: bool,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_false(value: &bool) -> bool {
    !value
}

impl Choices {
    /// These choices for the next file with the same header, without the position of the table and the encoding; `None` if
    /// nothing remains.
    pub fn for_next_file(&self) -> Option<Self> {
        let next = Self {
            encoding: None,
            delimiter: None,
            header_line: None,
            first_row_line: None,
            is_remembered: false,
            ..self.clone()
        };
        (next != Self::default()).then_some(Self {
            is_remembered: true,
            ..next
        })
    }
}

/// The column, the format or both.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DateChoice {
    pub column: Option<String>,
    pub format: Option<String>,
}

/// Distinguishes `null` from a missing member.
fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_shape_is_that_of_the_api() {
        let shape = json!({
            "encoding": "utf-8", "delimiter": ";", "header_line": 1, "decimal": ",", "thousands": null,
            "date": {"column": "Datum", "format": "DD.MM.YYYY"},
            "amount": {"mode": "indicator", "column": "Bedrag", "indicator": "Af Bij", "out": ["Af"], "in": ["Bij"]},
            "description": ["Naam"], "currency": "Munt",
        });
        let read_as: ReadAs = serde_json::from_value(shape.clone()).unwrap();
        assert_eq!(serde_json::to_value(read_as).unwrap(), shape);
    }

    #[test]
    fn a_member_that_is_null_is_chosen() {
        let choices: Choices = serde_json::from_value(json!({"header_line": null, "decimal": ","})).unwrap();
        assert_eq!(choices.header_line, Some(None));
        assert_eq!(choices.decimal, Some(','));
        assert_eq!(choices.category, None);
    }
}
