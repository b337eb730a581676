//! Totals: the sum and the number of the expenses of each day or month and category. The daily and the monthly table
//! have the same form; `total::Grain` names what differs.

mod check;
mod payers;
mod query;
mod sums;
pub(super) mod total;
mod write;

pub use self::check::{kept, kept_months, recount, recount_months};
pub(super) use self::payers::by_payer;
pub use self::payers::{kept as kept_payers, recount as recount_payers};
pub use self::sums::of_categories;
pub(super) use self::sums::{Scope, by_category, by_day, recorded_days, sum};
pub use self::write::rebuild;
pub(super) use self::write::{add, move_category, remove};
