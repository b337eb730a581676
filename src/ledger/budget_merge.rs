//! Merges the budgets of two categories: the target keeps its own budget, and gets that of the other category for months
//! without one.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use crate::db::schema::budgets;
use crate::db::{BookId, Conn};
use crate::error::AppError;
use crate::ledger::budget::Budget;

/// What happened to the budget of the removed category.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Carried {
    /// The target got it, at least for some months.
    pub taken: bool,
    /// The target keeps its own one, at least for some months.
    pub kept: bool,
}

/// Rows of one category by month. Each applies until the next one.
type Steps = BTreeMap<i32, Budget>;

/// Moves the budget of `from` to `into` for months without one, and removes the rows of `from`.
pub(super) fn carry_over(conn: &mut Conn, owner: BookId, from: i64, into: i64) -> Result<Carried, AppError> {
    let mine = budgets::table.filter(budgets::book_id.eq(owner.0));
    let both = mine.filter(budgets::category_id.eq(from).or(budgets::category_id.eq(into)));
    let rows: Vec<Budget> = both.select(budgets::all_columns).load(conn)?;
    let (theirs, own): (Vec<Budget>, Vec<Budget>) =
        rows.into_iter().partition(|row| row.category_id == Some(from));
    if theirs.is_empty() {
        return Ok(Carried::default());
    }
    let by_month = |rows: Vec<Budget>| rows.into_iter().map(|row| (row.month, row)).collect();
    let (rows, carried) = merged(&by_month(theirs), &by_month(own), into);
    diesel::delete(both).execute(conn)?;
    for row in rows {
        diesel::insert_into(budgets::table).values(row).execute(conn)?;
    }
    Ok(carried)
}

/// The rows of `into` after the merge. Each has the id of a row of its month, so that no new ids are needed.
fn merged(theirs: &Steps, own: &Steps, into: i64) -> (Vec<Budget>, Carried) {
    let at = |steps: &Steps, month: i32| steps.range(..=month).next_back().and_then(|(_, row)| row.amount);
    let (mut rows, mut carried, mut before) = (Vec::new(), Carried::default(), None);
    let months: BTreeSet<i32> = theirs.keys().chain(own.keys()).copied().collect();
    for month in months {
        let (their, its) = (at(theirs, month), at(own, month));
        carried.taken |= their.is_some() && its.is_none();
        carried.kept |= their.is_some() && its.is_some();
        let amount = its.or(their);
        let row = own.get(&month).or_else(|| theirs.get(&month));
        if amount != before
            && let Some(row) = row
        {
            rows.push(Budget {
                category_id: Some(into),
                amount,
                ..row.clone()
            });
            before = amount;
        }
    }
    (rows, carried)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Money;

    fn steps(of: i64, amounts: &[(i32, Option<i64>)]) -> Steps {
        let row = |(month, amount): &(i32, Option<i64>)| Budget {
            book_id: 1,
            id: of * 1_000_000 + i64::from(*month),
            category_id: Some(of),
            month: *month,
            amount: amount.map(Money::from_minor),
        };
        amounts.iter().map(row).map(|row| (row.month, row)).collect()
    }

    #[test]
    fn each_month_has_its_own_budget_or_else_the_others() {
        for (theirs, own, expected, taken, kept) in [
            (
                &[(202_601, Some(70))][..],
                &[][..],
                &[(202_601, Some(70))][..],
                true,
                false,
            ),
            (
                &[(202_601, Some(70))],
                &[(202_601, Some(5))],
                &[(202_601, Some(5))],
                false,
                true,
            ),
            (
                &[(202_601, Some(70))],
                &[(202_603, Some(5)), (202_606, None)],
                &[(202_601, Some(70)), (202_603, Some(5)), (202_606, Some(70))],
                true,
                true,
            ),
            (
                &[(202_601, Some(70)), (202_604, None)],
                &[(202_604, Some(70))],
                &[(202_601, Some(70))],
                true,
                false,
            ),
            (
                &[(202_601, Some(70)), (202_604, None)],
                &[],
                &[(202_601, Some(70)), (202_604, None)],
                true,
                false,
            ),
            (
                &[(202_601, None)],
                &[(202_602, Some(0))],
                &[(202_602, Some(0))],
                false,
                false,
            ),
        ] {
            let (rows, carried) = merged(&steps(1, theirs), &steps(2, own), 2);
            let amount = |row: &Budget| row.amount.map(Money::minor);
            let found: Vec<(i32, Option<i64>)> = rows.iter().map(|row| (row.month, amount(row))).collect();
            assert_eq!(found, expected);
            assert_eq!(carried, Carried { taken, kept });
            let ids: BTreeSet<i64> = rows.iter().map(|row| row.id).collect();
            assert_eq!(ids.len(), rows.len(), "no id comes twice");
        }
    }
}
