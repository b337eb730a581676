//! The ledger: expenses, categories, totals and search of one owner. Nothing else writes these tables.

pub mod bulk;
pub mod category;
pub mod expense;
pub mod filter;
pub mod search;
pub mod selection;
pub mod totals;
