//! Putting back an earlier state of an expense.

use super::category::{self as categories, CategoryRef};
use super::category_color::Colors;
use super::change::{Change, apply};
use super::expense::Expense;
use super::history::read::state_before;
use super::history::record::What;
use super::history::state::{CategoryState, ExpenseState};
use super::queries::find_restorable;
use crate::db::{BookId, Conn, WriteContext};
use crate::error::AppError;

/// Makes the expense `id` what it was before its change `change`, as a change of its own; with its category. This
/// may take it out of the trash, or move it there. One that has this state already stays as it is.
///
/// An expense that was deleted 30 days ago, and a change that it has not, are [`AppError::NotFound`].
pub fn put_back(
    conn: &mut Conn,
    owner: BookId,
    id: i64,
    change: i64,
    context: &WriteContext,
) -> Result<(Expense, CategoryRef), AppError> {
    let old = find_restorable(conn, owner, id, context.now)?;
    let old_category = categories::find(conn, owner, old.category_id)?;
    let state = state_before(conn, owner, id, ExpenseState::of(&old, &old_category), change)?;
    let category = category_of(conn, owner, &state.category, context)?;
    let wanted = state.applied_to(&old, category.id, context.now);
    if wanted == old {
        return Ok((old, category));
    }
    let new = wanted.next_version(context);
    let change = Change::Update {
        old: &old,
        new: &new,
        category: &old_category,
        what: What::PutBack,
        context,
    };
    apply(conn, owner, change)?;
    Ok((new, category))
}

/// The category of an earlier state. One that is gone is found by its name, or created.
fn category_of(
    conn: &mut Conn,
    owner: BookId,
    state: &CategoryState,
    context: &WriteContext,
) -> Result<CategoryRef, AppError> {
    match categories::find(conn, owner, state.id) {
        Err(AppError::NotFound) => {
            let wanted = (state.name.as_str(), state.kind);
            categories::find_or_create(conn, owner, wanted, context, &mut Colors::default())
        }
        found => found,
    }
}
