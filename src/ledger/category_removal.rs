//! Deletes a category that nothing uses.

use diesel::prelude::*;

use super::budget;
use super::category::{self, CategoryRef};
use crate::db::schema::{budgets, categories, expenses, schedules};
use crate::db::{BookId, Conn};
use crate::error::AppError;
use crate::period::Month;

/// Deletes a category without expenses, those in the trash included, without recurring entries, and without a budget from
/// `month` on; returns what it was. Otherwise it is an error at `name`; a missing one is [`AppError::NotFound`].
pub fn remove_unused(conn: &mut Conn, owner: BookId, id: i64, month: Month) -> Result<CategoryRef, AppError> {
    let category = category::find(conn, owner, id)?;
    let expense: Option<i64> = expenses::table
        .filter(expenses::book_id.eq(owner.0))
        .filter(expenses::category_id.eq(id))
        .select(expenses::id)
        .first(conn)
        .optional()?;
    if expense.is_some() {
        return Err(AppError::invalid(
            "name",
            "It has expenses, maybe in “Recently deleted”. Merge it into another category instead.",
        ));
    }
    let bill: Option<i64> = schedules::table
        .filter(schedules::book_id.eq(owner.0))
        .filter(schedules::category_id.eq(id))
        .select(schedules::id)
        .first(conn)
        .optional()?;
    if bill.is_some() {
        return Err(AppError::invalid(
            "name",
            "Recurring entries use it, maybe ended ones. Merge it into another category instead.",
        ));
    }
    if budget::has_from(conn, owner, id, month.number())? {
        return Err(AppError::invalid("name", "It has a budget. Remove that first."));
    }
    let past = budgets::table
        .filter(budgets::book_id.eq(owner.0))
        .filter(budgets::category_id.eq(id));
    diesel::delete(past).execute(conn)?;
    let row = categories::table
        .filter(categories::book_id.eq(owner.0))
        .filter(categories::id.eq(id));
    diesel::delete(row).execute(conn)?;
    Ok(category)
}
