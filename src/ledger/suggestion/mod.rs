//! The category that a description is likely to have: from the book's own history and nothing else.
//!
//! What was chosen in at least three of the last five uses of the same description; else the same of its longest beginning
//! of whole words that was used at least three times. `find` reads the uses of one description through an index, `history`
//! those of all descriptions of a file in one pass over the latest expenses.

mod beginnings;
mod find;
mod history;
mod suggested;
mod uses;

pub use self::find::find;
pub use self::history::History;
pub use self::suggested::Suggestion;
