//! Merging one category into another.

use diesel::prelude::*;

use super::budget_merge::{self, Carried};
use super::category::CategoryRef;
use super::change::{Change, apply};
use super::schedule;
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

/// Moves every expense of `from`, those in the trash included, its budget and its schedules to `into` and removes `from`.
///
/// Either one missing is [`AppError::NotFound`]; one of another kind is an error at `into`.
pub fn merge(
    conn: &mut Conn,
    owner: BookId,
    from: i64,
    into: i64,
    context: &WriteContext,
) -> Result<Merged, AppError> {
    let mine = categories::table.filter(categories::book_id.eq(owner.0));
    let both: Vec<CategoryRef> = mine
        .filter(categories::id.eq_any([from, into]))
        .select(CategoryRef::as_select())
        .load(conn)?;
    let of = |id: i64| both.iter().find(|category| category.id == id);
    let Some((category, other)) = of(from).zip(of(into)).filter(|_| from != into) else {
        return Err(AppError::NotFound);
    };
    if category.kind != other.kind {
        return Err(AppError::invalid(
            "into",
            format!(
                "“{}” is {}, “{}” is {}. Only categories of the same kind can be merged.",
                category.name,
                category.kind.name(),
                other.name,
                other.kind.name(),
            ),
        ));
    }
    let change = Change::MoveCategory {
        from: category,
        into,
        context,
    };
    let moved = apply(conn, owner, change)?.count;
    let budget = budget_merge::carry_over(conn, owner, from, into)?;
    schedule::row::move_category(conn, owner, from, into)?;
    diesel::delete(mine.filter(categories::id.eq(from))).execute(conn)?;
    Ok(Merged { moved, budget })
}
