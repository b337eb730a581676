//! Merging one category into another.

use diesel::prelude::*;

use super::budget_merge::{self, Carried};
use super::change::{Change, apply};
use crate::db::schema::categories;
use crate::db::{BookId, Conn, WriteContext};
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
pub fn merge(
    conn: &mut Conn,
    owner: BookId,
    from: i64,
    into: i64,
    context: &WriteContext,
) -> Result<Merged, AppError> {
    let mine = categories::table.filter(categories::book_id.eq(owner.0));
    let both: Vec<(i64, String)> = mine
        .filter(categories::id.eq_any([from, into]))
        .select((categories::id, categories::name))
        .load(conn)?;
    let Some((_, name)) = both.iter().find(|(id, _)| both.len() == 2 && *id == from) else {
        return Err(AppError::NotFound);
    };
    let change = Change::MoveCategory {
        from,
        name,
        into,
        context,
    };
    let moved = apply(conn, owner, change)?.count;
    let budget = budget_merge::carry_over(conn, owner, from, into)?;
    diesel::delete(mine.filter(categories::id.eq(from))).execute(conn)?;
    Ok(Merged { moved, budget })
}
