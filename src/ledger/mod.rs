//! The ledger: expenses, categories, totals and search of one owner. Nothing else writes these tables; of them `change`
//! alone writes expenses (with `trash`), with the totals and the search that follow.

pub mod budget;
mod budget_merge;
pub(crate) mod bulk;
pub mod category;
pub mod category_color;
pub mod category_kind;
pub mod category_removal;
mod change;
pub mod expense;
pub mod filter;
pub mod history;
mod id_list;
pub mod kinds;
mod limits;
pub mod merge;
pub mod page_position;
pub mod paid_by;
pub mod put_back;
pub mod queries;
mod removal;
pub mod schedule;
pub mod search;
pub mod selection;
pub mod suggestion;
pub mod sum;
pub mod totals;
mod trash;
pub mod write;

use crate::slice::Slice;

/// Lower than every slice with pages: their rows refer to those of the ledger.
pub const SLICE: Slice = Slice {
    purge: write::purge,
    remove: removal::remove,
    has_amounts: removal::has_amounts,
    ..Slice::EMPTY
};
