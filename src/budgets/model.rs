//! The rows of `budgets` and their SQL.

use std::collections::HashSet;

use diesel::prelude::*;

use crate::db::schema::budgets;
use crate::db::{BookId, Conn};
use crate::error::AppError;
use crate::ledger::budget::Budget;
use crate::money::Money;
use crate::period::Month;

/// A budget that applies in a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InForce {
    /// `None` is the overall monthly budget.
    pub category_id: Option<i64>,
    /// Never negative.
    pub amount: Money,
    /// The first month in which it applies; `None` if that month is outside of the calendar.
    pub since: Option<Month>,
}

/// The budgets that apply in `month`.
pub fn in_force(conn: &mut Conn, owner: BookId, month: Month) -> Result<Vec<InForce>, AppError> {
    let rows: Vec<(Option<i64>, i32, Option<Money>)> = budgets::table
        .filter(budgets::book_id.eq(owner.0))
        .filter(budgets::month.le(month.number()))
        .order(budgets::month.desc())
        .select((budgets::category_id, budgets::month, budgets::amount))
        .load(conn)?;
    let mut seen = HashSet::new();
    Ok(rows
        .into_iter()
        .filter(|(category_id, ..)| seen.insert(*category_id))
        .filter_map(|(category_id, month, amount)| {
            amount.map(|amount| InForce {
                category_id,
                amount,
                since: Month::from_number(month),
            })
        })
        .collect())
}

/// Sets a budget from `month` until its next change. `None` removes it from `month` on, including later changes.
pub fn set(
    conn: &mut Conn,
    owner: BookId,
    category_id: Option<i64>,
    month: Month,
    amount: Option<Money>,
    new_id: i64,
) -> Result<(), AppError> {
    let month = month.number();
    let mine: Vec<(i64, i32)> = budgets::table
        .filter(budgets::book_id.eq(owner.0))
        .filter(budgets::month.ge(month))
        .select((budgets::id, budgets::category_id, budgets::month))
        .load::<(i64, Option<i64>, i32)>(conn)?
        .into_iter()
        .filter(|(_, category, _)| *category == category_id)
        .map(|(id, _, month)| (id, month))
        .collect();
    let by_id = |id: i64| {
        budgets::table
            .filter(budgets::book_id.eq(owner.0))
            .filter(budgets::id.eq(id))
    };
    let mut written = false;
    for (id, at) in mine {
        if at == month {
            diesel::update(by_id(id))
                .set(budgets::amount.eq(amount))
                .execute(conn)?;
            written = true;
        } else if amount.is_none() {
            diesel::delete(by_id(id)).execute(conn)?;
        }
    }
    if !written {
        let row = Budget {
            book_id: owner.0,
            id: new_id,
            category_id,
            month,
            amount,
        };
        diesel::insert_into(budgets::table).values(row).execute(conn)?;
    }
    Ok(())
}

/// Removes every budget of a closed book.
pub(super) fn remove(conn: &mut Conn, owner: BookId) -> Result<(), AppError> {
    diesel::delete(budgets::table.filter(budgets::book_id.eq(owner.0))).execute(conn)?;
    Ok(())
}

/// Converts every budget to a currency with another number of decimals: 10 units stay 10 units, and surplus decimals are
/// truncated. Only called while there are no expenses.
pub(super) fn change_decimals(conn: &mut Conn, owner: BookId, old: u8, new: u8) -> Result<(), AppError> {
    let factor = 10_i64.pow(u32::from(old.abs_diff(new)));
    let mine = budgets::table.filter(budgets::book_id.eq(owner.0));
    if new > old {
        diesel::update(mine)
            .set(budgets::amount.eq(budgets::amount * factor))
            .execute(conn)?;
    } else {
        diesel::update(mine)
            .set(budgets::amount.eq(budgets::amount / factor))
            .execute(conn)?;
    }
    Ok(())
}
