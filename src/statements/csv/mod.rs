//! CSV files of any bank or tracker: [`propose`] proposes how to read one, and [`rows`] reads it.
//!
//! A file is decoded (`decode`), split into records (`split`), and its table is found (`table`). The order of dates, the
//! decimal mark and the direction of amounts are determined from all cells of all rows (`tally`). If several readings fit,
//! [`Proposal::questions`] has a question; nothing is guessed.

mod amount;
mod amount_columns;
mod cells;
mod columns;
mod currency;
mod date;
mod date_format;
mod decode;
mod direction;
mod exclusion_words;
mod exclusions;
mod file_stats;
mod fold;
mod header_words;
mod layout;
pub mod limits;
mod number;
mod own;
mod parse_row;
mod propose;
mod question;
mod read_as;
mod read_as_builder;
mod rows;
mod running_balance;
mod settle;
mod split;
mod start;
mod table;
mod tally;
mod totals;
mod unreadable;
mod words;

pub use own::{REJECTED_BECAUSE, is_own};
pub use propose::{Proposal, propose};
pub use question::Question;
pub use read_as::{AmountAs, Choices, DateAs, DateChoice, ReadAs};
pub use rows::{Rows, rows};
pub use unreadable::Unreadable;
