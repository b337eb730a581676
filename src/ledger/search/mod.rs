//! The text part of a search: which expenses hold a text, and what they add up to.

mod copy;
mod find;
mod query;
mod source;

pub use self::copy::{LARGE_PIECE, PIECE, clear, index_fault, is_due, rebuild, settle, wrong};
pub(crate) use self::copy::{change, move_all, put, remove};
pub(super) use self::query::TextSearch;
