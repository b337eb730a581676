//! The category that a description is likely to have: from the book's own history and nothing else.
//!
//! What was chosen in at least three of the last five uses of the same description; else the same of its longest beginning
//! of whole words that was used at least three times. `find` reads the uses of one description through an index, `history`
//! those of all descriptions of a file in one pass over the book.

mod beginnings;
mod find;
mod history;
mod uses;

use self::uses::Agreement;

pub use self::find::find;
pub use self::history::History;

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
    fn new(category: &str, agreement: Agreement, beginning: Option<String>) -> Self {
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
