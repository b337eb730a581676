//! The categories that are used most, for the form "Add expense".

use std::cmp::Reverse;

use time::{Date, Duration};

use crate::db::{BookId, Conn};
use crate::error::AppError;
use crate::ledger::category::Categories;
use crate::ledger::filter::Filter;
use crate::ledger::kinds::Kinds;
use crate::ledger::selection::Selection;
use crate::period::{DateRange, Period};

/// A quarter of a year: what was common before may not be now.
const DAYS: Duration = Duration::days(90);

/// The categories of the last months, the most used first.
pub fn categories(
    conn: &mut Conn,
    owner: BookId,
    filter: &Filter,
    categories: &Categories,
    today: Date,
) -> Result<Vec<i64>, AppError> {
    let days = DateRange::between(today.checked_sub(DAYS).unwrap_or(Date::MIN), today);
    let recent = filter
        .period_only()
        .with_period(Period::Range(days))
        .with_kind(Kinds::All);
    let mut used = Selection::new(owner, &recent, categories).by_category(conn)?;
    used.sort_by_key(|(id, sum)| (Reverse(sum.count), categories.position(*id)));
    Ok(used.into_iter().map(|(id, _)| id).collect())
}
