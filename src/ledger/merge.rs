//! Merging one category into another.

use diesel::prelude::*;

use super::budget_merge::{self, Carried};
use super::change::{Change, apply};
use crate::db::schema::categories;
use crate::db::{BookId, Conn};
use crate::error::AppError;

/// The result of a merge.
#[derive(Debug, Clone, Copy)]
pub struct Merged {
    /// How many expenses moved, not counting the trash.
    pub moved: i64,
    /// What happened to the budget.
    pub budget: Carried,
}

/// Moves every expense of `from`, those in the trash included, and its budget to `into` and removes `from`.
///
/// Either one missing is [`AppError::NotFound`].
pub fn merge(conn: &mut Conn, owner: BookId, from: i64, into: i64) -> Result<Merged, AppError> {
    let mine = categories::table.filter(categories::book_id.eq(owner.0));
    let both: i64 = mine
        .filter(categories::id.eq_any([from, into]))
        .count()
        .get_result(conn)?;
    if both != 2 {
        return Err(AppError::NotFound);
    }
    let moved = apply(conn, owner, Change::MoveCategory { from, into })?.count;
    let budget = budget_merge::carry_over(conn, owner, from, into)?;
    diesel::delete(mine.filter(categories::id.eq(from))).execute(conn)?;
    Ok(Merged { moved, budget })
}
