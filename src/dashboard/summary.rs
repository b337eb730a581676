//! All totals of a period, for pages, charts, budgets and the API.

use time::Date;

use crate::db::{BookId, Conn};
use crate::error::AppError;
use crate::ledger::category::Categories;
use crate::ledger::filter::Filter;
use crate::ledger::selection::{Selection, recorded_days};
use crate::ledger::sum::Sum;
use crate::period::DateRange;

/// The totals for a filter.
#[derive(Debug, Clone)]
pub struct Summary {
    pub categories: Categories,
    pub sum: Sum,
    /// Each category that has expenses, largest first.
    pub by_category: Vec<(i64, Sum)>,
    /// Each day that has expenses, oldest first.
    pub by_day: Vec<(Date, Sum)>,
    /// The first and last day that have expenses, in any period.
    pub recorded: Option<DateRange>,
}

impl Summary {
    /// The approximate size in memory, including the budgets beside it.
    pub fn bytes(&self) -> usize {
        2 * self.categories.bytes() + size_of_val(&*self.by_category) + size_of_val(&*self.by_day)
    }

    /// Computes the totals for `filter`.
    pub fn of(conn: &mut Conn, owner: BookId, filter: &Filter) -> Result<Self, AppError> {
        let categories = Categories::of(conn, owner)?;
        let selection = Selection::new(owner, filter, &categories);
        let mut by_category = selection.by_category(conn)?;
        by_category.sort_by(|(id, one), (other_id, other)| {
            other
                .amount
                .cmp(&one.amount)
                .then_with(|| categories.position(*id).cmp(&categories.position(*other_id)))
        });
        let sum = by_category
            .iter()
            .fold(Sum::default(), |all, (_, sum)| all + *sum);
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
