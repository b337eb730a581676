//! The rows of budgets. The slice `budgets` reads and writes them; the ledger carries them over when it merges categories.

use diesel::prelude::*;

use crate::db::schema::budgets;
use crate::db::{BookId, Conn};
use crate::error::AppError;
use crate::money::Money;

/// A row of `budgets`: from its month on, until a later row of the same category.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = budgets)]
pub struct Budget {
    /// Whose it is.
    pub book_id: i64,
    /// Made by the program.
    pub id: i64,
    /// `None` is the overall monthly budget.
    pub category_id: Option<i64>,
    /// Year * 100 + month.
    pub month: i32,
    /// `None` ends the budget.
    pub amount: Option<Money>,
}

/// Whether a category has a budget in `month` (see [`Budget::month`]) or a later one.
pub fn has_from(conn: &mut Conn, owner: BookId, category: i64, month: i32) -> Result<bool, AppError> {
    let steps: Vec<(i32, Option<Money>)> = budgets::table
        .filter(budgets::book_id.eq(owner.0))
        .filter(budgets::category_id.eq(category))
        .order(budgets::month)
        .select((budgets::month, budgets::amount))
        .load(conn)?;
    let (until, later): (Vec<_>, Vec<_>) = steps.into_iter().partition(|(from, _)| *from <= month);
    let now = until.last().is_some_and(|(_, amount)| amount.is_some());
    Ok(now || later.iter().any(|(_, amount)| amount.is_some()))
}
