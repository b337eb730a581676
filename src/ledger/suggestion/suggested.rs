//! A suggestion, with its reason in words.

use super::uses::Agreement;

/// A suggested category, which exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The name of the category.
    pub category: String,
    /// Why: "as the last 9 times".
    pub reason: String,
}

impl Suggestion {
    /// `beginning` is the part of the description that was known; `None` for all of it.
    pub(super) fn new(category: &str, agreement: Agreement, beginning: Option<String>) -> Self {
        let times = agreement.words();
        Self {
            category: category.to_owned(),
            reason: match beginning {
                Some(beginning) => format!("{times} with “{beginning}”"),
                None => times,
            },
        }
    }

    /// "Groceries, as the last 9 times".
    pub fn words(&self) -> String {
        format!("{}, {}", self.category, self.reason)
    }
}
