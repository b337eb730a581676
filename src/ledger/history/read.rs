//! Reads the history of one expense.

use diesel::prelude::*;
use time::PrimitiveDateTime;

use super::record::{ChangeRow, What};
use super::state::{ExpenseState, RecordedState};
use crate::db::schema::changes;
use crate::db::{BookId, Conn, UserId};
use crate::error::AppError;

/// One change of an expense.
#[derive(Debug, Clone)]
pub struct Step {
    pub id: i64,
    /// That of the expense before the change.
    pub version: i32,
    pub by: UserId,
    /// UTC.
    pub at: PrimitiveDateTime,
    pub what: What,
    pub before: ExpenseState,
    pub after: ExpenseState,
}

/// At most `limit` changes of an expense, newest first, with versions below `until`. `present` is its state now.
pub fn steps(
    conn: &mut Conn,
    owner: BookId,
    expense: i64,
    present: ExpenseState,
    until: Option<i32>,
    limit: usize,
) -> Result<Vec<Step>, AppError> {
    let rows = load(conn, owner, expense)?;
    let mut steps = Vec::new();
    let mut after = present;
    for row in rows {
        let before = after.clone().before(recorded(&row)?);
        if until.is_none_or(|until| row.version < until) {
            if steps.len() == limit {
                break;
            }
            steps.push(Step {
                id: row.id,
                version: row.version,
                by: UserId(row.by_user),
                at: row.at,
                // A change of a kind that only a newer version knows.
                what: What::parse(&row.what).unwrap_or(What::Edited),
                before: before.clone(),
                after,
            });
        }
        after = before;
    }
    Ok(steps)
}

/// The state of an expense before the change `id`, given its state now. A change that this expense has not is
/// [`AppError::NotFound`].
pub fn state_before(
    conn: &mut Conn,
    owner: BookId,
    expense: i64,
    present: ExpenseState,
    id: i64,
) -> Result<ExpenseState, AppError> {
    let mut state = present;
    for row in load(conn, owner, expense)? {
        state = state.before(recorded(&row)?);
        if row.id == id {
            return Ok(state);
        }
    }
    Err(AppError::NotFound)
}

/// Who changed an expense last since it had `version`, and when; `None` if that is not known.
pub fn last_since(
    conn: &mut Conn,
    owner: BookId,
    expense: i64,
    version: i32,
) -> Result<Option<(UserId, PrimitiveDateTime)>, AppError> {
    let last: Option<(i64, PrimitiveDateTime)> = changes::table
        .filter(changes::book_id.eq(owner.0))
        .filter(changes::expense_id.eq(expense))
        .filter(changes::version.ge(version))
        .order(changes::version.desc())
        .select((changes::by_user, changes::at))
        .first(conn)
        .optional()?;
    Ok(last.map(|(by, at)| (UserId(by), at)))
}

/// All changes of an expense, newest first.
fn load(conn: &mut Conn, owner: BookId, expense: i64) -> Result<Vec<ChangeRow>, AppError> {
    Ok(changes::table
        .filter(changes::book_id.eq(owner.0))
        .filter(changes::expense_id.eq(expense))
        .order(changes::version.desc())
        .select(changes::all_columns)
        .load(conn)?)
}

fn recorded(row: &ChangeRow) -> Result<RecordedState, AppError> {
    serde_json::from_str(&row.before).map_err(AppError::internal)
}
