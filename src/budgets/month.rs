//! The budgets of a month with their spending.

use std::collections::HashMap;

use super::model::{self, InForce};
use super::standing::Standing;
use crate::accounts::preferences::Preferences;
use crate::db::{BookId, Conn};
use crate::error::AppError;
use crate::ledger::category::Categories;
use crate::ledger::filter::Filter;
use crate::ledger::selection::Selection;
use crate::ledger::sum::Sum;
use crate::period::{DateRange, Month, Period};

#[derive(Debug, Clone)]
pub struct MonthBudgets {
    pub month: Month,
    /// The days of the month.
    pub days: DateRange,
    pub overall: Option<(InForce, Standing)>,
    pub by_category: Vec<(InForce, Standing)>,
}

impl MonthBudgets {
    /// The budgets of `month` in the calendar of `filter`; ignores the rest of the filter.
    pub fn of(
        conn: &mut Conn,
        owner: BookId,
        filter: &Filter,
        month: Month,
        categories: &Categories,
    ) -> Result<Self, AppError> {
        let days = filter.calendar.month_bounds(month);
        let mut in_force = model::in_force(conn, owner, month)?;
        // A budget is about spending. One of a category that has become income since applies to nothing.
        in_force.retain(|budget| {
            !budget
                .category_id
                .is_some_and(|id| categories.kind(id).is_income())
        });
        let spent: HashMap<i64, Sum> = if in_force.is_empty() {
            HashMap::new()
        } else {
            let month = filter.period_only().with_period(Period::Range(days));
            let sums = Selection::new(owner, &month, categories).by_category(conn)?;
            sums.into_iter().collect()
        };
        let standing = |budget: &InForce| Standing {
            amount: budget.amount,
            spent: match budget.category_id {
                None => spent.values().map(|sum| sum.amount).sum(),
                Some(id) => spent.get(&id).copied().unwrap_or_default().amount,
            },
        };
        let mut overall = None;
        let mut by_category = Vec::new();
        for budget in in_force {
            match budget.category_id {
                None => overall = Some((budget, standing(&budget))),
                Some(_) => by_category.push((budget, standing(&budget))),
            }
        }
        by_category.sort_by_key(|(budget, _)| budget.category_id.and_then(|id| categories.position(id)));
        Ok(Self {
            month,
            days,
            overall,
            by_category,
        })
    }
}

/// "November 2026".
pub(super) fn name(month: Month, preferences: &Preferences) -> String {
    preferences.locale.month_year(month.year(), month.month())
}
