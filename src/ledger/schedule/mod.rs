//! Schedules of expenses that recur, and what was decided about their dates. What is still to come is computed, and never
//! a row of `expenses`.

mod catch_up;
pub mod check;
pub mod decide;
pub mod dismissed;
pub mod edit;
pub mod found;
pub mod lifecycle;
pub mod occurrence;
pub mod open_dates;
mod payers;
pub mod post;
pub mod prices;
pub mod removal;
pub mod row;

pub use catch_up::{catch_up, is_due, post_book, post_now, today};
