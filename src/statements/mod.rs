//! Files of banks and other trackers, from bytes to rows with positions; nothing here knows the ledger.
//!
//! [`detect`](detect::detect) names the format. Each format has a `read` from bytes to an iterator of
//! [`Record`](row::Record)s, one for each data row. A row that can't be read is a record, too; nothing fails a whole file.

pub mod balance;
pub mod camt;
mod clean;
pub mod csv;
mod day;
pub mod decimal;
mod decode;
pub mod detect;
mod lines;
pub mod mt940;
mod number;
pub mod ofx;
pub mod qif;
pub mod row;
