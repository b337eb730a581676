//! Statements of banks and of other programs, from bytes to rows: pure functions that touch neither database nor disk.
//!
//! [`detect`](detect::detect) names the format. Each format is a folder with a `read` from bytes to an iterator of
//! [`Record`]s, one for each data row. A row that can't be read is a record as well; nothing fails a whole file.

pub mod balance;
pub mod camt;
mod clean;
mod day;
pub mod decimal;
mod decode;
pub mod detect;
mod lines;
pub mod mt940;
mod number;
pub mod ofx;
pub mod qif;
mod row;

pub use row::{LeftOut, Reason, Record, Rejected, Row};
