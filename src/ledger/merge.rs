//! Merging one category into another.

use diesel::prelude::*;

use super::budget_merge::{self, Carried};
use super::search::{self, Change};
use super::totals;
use crate::db::schema::{categories, expenses};
use crate::db::{Conn, UserId};
use crate::error::AppError;

/// What a merge has done.
#[derive(Debug, Clone, Copy)]
pub struct Merged {
    /// How many expenses moved, not counting the trash.
    pub moved: i64,
    /// What became of the budget.
    pub budget: Carried,
}

/// Moves every expense of `from`, those in the trash included, and its budget to `into` and removes `from`.
///
/// Either one missing is [`AppError::NotFound`].
pub fn merge(conn: &mut Conn, owner: UserId, from: i64, into: i64) -> Result<Merged, AppError> {
    let mine = categories::table.filter(categories::user_id.eq(owner.0));
    let both: i64 = mine
        .filter(categories::id.eq_any([from, into]))
        .count()
        .get_result(conn)?;
    if both != 2 {
        return Err(AppError::NotFound);
    }
    diesel::update(
        expenses::table
            .filter(expenses::user_id.eq(owner.0))
            .filter(expenses::category_id.eq(from)),
    )
    .set((
        expenses::category_id.eq(into),
        expenses::version.eq(expenses::version + 1),
    ))
    .execute(conn)?;
    search::note(conn, Change::Merged { owner, from, into })?;
    let moved = totals::move_all(conn, owner, from, into)?;
    let budget = budget_merge::carry_over(conn, owner, from, into)?;
    diesel::delete(mine.filter(categories::id.eq(from))).execute(conn)?;
    Ok(Merged { moved, budget })
}
