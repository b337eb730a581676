//! The expenses that a filter asks for, in the database: a page of them, their sums, an export of all.

mod export_rows;
mod query;
mod sums;

pub use self::export_rows::{ExportRow, Mark};
pub use self::query::Selection;
pub use self::sums::recorded_days;
