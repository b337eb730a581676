//! The expenses that match a filter: their pages, sums and export.

mod export_rows;
mod query;
mod sums;

pub use self::export_rows::Mark;
pub use self::query::Selection;
pub use self::sums::recorded_days;
