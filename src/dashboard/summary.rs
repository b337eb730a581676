//! All totals of a period, for pages, charts, budgets and the API.

use time::Date;

use crate::db::{BookId, Conn};
use crate::error::AppError;
use crate::ledger::category::Categories;
use crate::ledger::filter::Filter;
use crate::ledger::kinds::{KindSums, Kinds};
use crate::ledger::selection::{Selection, recorded_days};
use crate::ledger::sum::Sum;
use crate::period::DateRange;

/// The totals for a filter.
#[derive(Debug, Clone)]
pub struct Summary {
    pub categories: Categories,
    pub sums: KindSums,
    /// Each category of spending that has expenses, largest first.
    pub by_category: Vec<(i64, Sum)>,
    /// The spending of each day that has some, oldest first.
    pub by_day: Vec<(Date, Sum)>,
    /// The first and last day that have expenses, in any period.
    pub recorded: Option<DateRange>,
}

impl Summary {
    /// The sum of spending.
    pub fn sum(&self) -> Sum {
        self.sums.spending
    }

    /// The approximate size in memory, including the budgets beside it.
    pub fn bytes(&self) -> usize {
        2 * self.categories.bytes() + size_of_val(&*self.by_category) + size_of_val(&*self.by_day)
    }

    /// Computes the totals for the period of `filter`.
    pub fn of(conn: &mut Conn, owner: BookId, filter: &Filter) -> Result<Self, AppError> {
        let categories = Categories::of(conn, owner)?;
        let selection = |kinds| Selection::new(owner, &filter.with_kind(kinds), &categories);
        let mut by_category = selection(Kinds::All).by_category(conn)?;
        let sums = KindSums::add_up(&categories, &by_category);
        by_category.retain(|(id, _)| !categories.kind(*id).is_income());
        by_category.sort_by(|(id, one), (other_id, other)| {
            other
                .amount
                .cmp(&one.amount)
                .then_with(|| categories.position(*id).cmp(&categories.position(*other_id)))
        });
        let by_day = selection(Kinds::Spending).by_day(conn)?;
        let recorded = recorded_days(conn, owner)?;
        Ok(Self {
            categories,
            sums,
            by_category,
            by_day,
            recorded,
        })
    }
}
