//! The rows of budgets. The slice `budgets` reads and writes them; the ledger carries them over when it merges categories.

use diesel::prelude::*;

use crate::db::schema::budgets;
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
