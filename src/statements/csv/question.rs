//! What a file leaves open and a person has to answer.

use serde::{Deserialize, Serialize};

/// A choice between readings that all fit the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "about", rename_all = "snake_case")]
pub enum Question {
    /// No column certainly has dates.
    DateColumn {
        options: Vec<String>,
    },
    /// Several columns, or none, can be the amount.
    AmountColumn {
        options: Vec<String>,
    },
    /// Formats, most likely first, and a date in the file that they read differently.
    DateOrder {
        options: Vec<String>,
        example: String,
    },
    DecimalMark {
        options: Vec<char>,
        example: String,
    },
    /// The modes of [`AmountAs`](super::read_as::AmountAs) that fit.
    Direction {
        options: Vec<String>,
    },
}
