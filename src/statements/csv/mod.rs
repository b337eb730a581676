//! CSV files of any bank or tracker: what they seem to be ([`propose`]), and their rows once that is settled ([`rows`]).
//!
//! A file is decoded (`decode`), split into records (`split`), and its table is found (`table`). Every cell of every row
//! is counted (`tally`), so that the order of dates, the decimal mark and the direction of amounts are those of the whole
//! file. Where two readings fit, [`Proposal::questions`] asks; nothing is guessed.

mod amount;
mod amount_columns;
mod cells;
mod columns;
mod currency;
mod date;
mod decode;
mod direction;
mod fold;
mod judge;
mod layout;
pub mod limits;
mod number;
mod own;
mod propose;
mod read_as;
mod rows;
mod settle;
mod split;
mod start;
mod survey;
mod table;
mod tally;
mod totals;
mod unreadable;
mod verdict_words;
mod verdicts;
mod words;

pub use propose::{Proposal, Question, propose};
pub use read_as::{AmountAs, Choices, DateAs, DateChoice, ReadAs};
pub use rows::{Rows, rows};
pub use unreadable::Unreadable;
