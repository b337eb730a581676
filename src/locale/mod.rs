//! Locales: how a country writes numbers and dates. The interface itself is English.
//!
//! Amounts are formatted in `money`, with the patterns from here.

mod dates;
mod formatters;
mod handle;
mod negotiate;
mod numbers;
mod table;

pub use handle::Locale;
pub(crate) use numbers::{MINUS, NO_BREAK_SPACE};
pub(crate) use table::MoneyPattern;
