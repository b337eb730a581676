//! A month's budgets together with what was spent of each.

use super::model::{self, InForce};
use super::standing::Standing;
use crate::db::{Conn, UserId};
use crate::error::AppError;
use crate::ledger::category::Categories;
use crate::ledger::filter::Filter;
use crate::ledger::selection::Selection;
use crate::money::Money;
use crate::period::{DateRange, Month, Period};

/// The budgets of one month and what was spent of each.
#[derive(Debug, Clone)]
pub struct MonthBudgets {
    /// The month.
    pub month: Month,
    /// Its days.
    pub days: DateRange,
    /// The overall budget, if there is one.
    pub overall: Option<(InForce, Standing)>,
    /// The categories' budgets.
    pub by_category: Vec<(InForce, Standing)>,
}

impl MonthBudgets {
    /// The budgets of `month` in the calendar of `filter`, whatever else the filter asks for.
    pub fn of(
        conn: &mut Conn,
        owner: UserId,
        filter: &Filter,
        month: Month,
        categories: &Categories,
    ) -> Result<Self, AppError> {
        let days = filter.calendar.month_bounds(month);
        let in_force = model::in_force(conn, owner, month)?;
        let spent = if in_force.is_empty() {
            Vec::new()
        } else {
            let month = filter.whole().over(Period::Range(days));
            Selection::new(owner, &month, categories).by_category(conn)?
        };
        let standing = |budget: &InForce| Standing {
            amount: budget.amount,
            spent: spent
                .iter()
                .filter(|(id, _)| budget.category_id.is_none_or(|wanted| wanted == *id))
                .map(|(_, sum)| sum.money())
                .sum::<Money>(),
        };
        let mut overall = None;
        let mut by_category = Vec::new();
        for budget in in_force {
            match budget.category_id {
                None => overall = Some((budget, standing(&budget))),
                Some(_) => by_category.push((budget, standing(&budget))),
            }
        }
        by_category
            .sort_by_key(|(budget, _)| budget.category_id.map(|id| categories.name(id).to_lowercase()));
        Ok(Self {
            month,
            days,
            overall,
            by_category,
        })
    }
}
