//! Every total of a period: the one place where pages, charts, budgets and the API get their sums.

use std::collections::HashMap;

use time::Date;

use crate::budgets::model::{self as budgets, InForce};
use crate::budgets::standing::Standing;
use crate::categories::model::Categories;
use crate::db::{Conn, UserId};
use crate::error::AppError;
use crate::expenses::filter::Filter;
use crate::expenses::selection::{Selection, Sum, recorded_days};
use crate::period::{DateRange, Month, Period};

/// The totals of what a filter asks for.
#[derive(Debug, Clone)]
pub struct Summary {
    /// The person's categories.
    pub categories: Categories,
    /// Everything.
    pub sum: Sum,
    /// Each category that has expenses, largest first.
    pub by_category: Vec<(i64, Sum)>,
    /// Each day that has expenses, oldest first.
    pub by_day: Vec<(Date, Sum)>,
    /// The first and last day that have expenses, in any period.
    pub recorded: Option<DateRange>,
}

impl Summary {
    /// About how many bytes it takes, the budgets beside it included.
    pub fn bytes(&self) -> usize {
        2 * self.categories.bytes() + size_of_val(&*self.by_category) + size_of_val(&*self.by_day)
    }

    /// Sums up what `filter` asks for.
    pub fn of(conn: &mut Conn, owner: UserId, filter: &Filter) -> Result<Self, AppError> {
        let categories = Categories::of(conn, owner)?;
        let selection = Selection::new(owner, filter, &categories);
        let mut by_category = selection.by_category(conn)?;
        by_category.sort_by(|(id, one), (other_id, other)| {
            other
                .amount
                .cmp(&one.amount)
                .then_with(|| categories.position(*id).cmp(&categories.position(*other_id)))
        });
        let sum = by_category.iter().fold(Sum::default(), |all, (_, sum)| Sum {
            amount: all.amount + sum.amount,
            count: all.count + sum.count,
        });
        let by_day = selection.by_day(conn)?;
        let recorded = recorded_days(conn, owner)?;
        Ok(Self {
            categories,
            sum,
            by_category,
            by_day,
            recorded,
        })
    }
}

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
        let in_force = budgets::in_force(conn, owner, month)?;
        let spent: HashMap<i64, Sum> = if in_force.is_empty() {
            HashMap::new()
        } else {
            let month = filter.whole().over(Period::Range(days));
            let sums = Selection::new(owner, &month, categories).by_category(conn)?;
            sums.into_iter().collect()
        };
        let standing = |budget: &InForce| Standing {
            amount: budget.amount,
            spent: match budget.category_id {
                None => spent.values().map(|sum| sum.money()).sum(),
                Some(id) => spent.get(&id).copied().unwrap_or_default().money(),
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
