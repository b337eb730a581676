//! The categories that are used most, for the form "Add expense".

use std::cmp::Reverse;

use time::Date;

use crate::db::{BookId, Conn};
use crate::error::AppError;
use crate::ledger::category::Categories;
use crate::ledger::filter::Filter;
use crate::ledger::kinds::Kinds;
use crate::ledger::selection::Selection;
use crate::period::{DateRange, Period};

/// What was common before may not be now.
const EARLIER_MONTHS: usize = 2;

/// The categories of this month and the months before it, the most used first.
pub fn categories(
    conn: &mut Conn,
    owner: BookId,
    filter: &Filter,
    categories: &Categories,
    today: Date,
) -> Result<Vec<i64>, AppError> {
    let recent = filter
        .period_only()
        .with_period(Period::Range(recent_months(today)))
        .with_kind(Kinds::All);
    let mut used = Selection::new(owner, &recent, categories).by_category(conn)?;
    used.sort_by_key(|(id, sum)| (Reverse(sum.count), categories.position(*id)));
    Ok(used.into_iter().map(|(id, _)| id).collect())
}

/// Whole calendar months: their totals are read with one statement.
fn recent_months(today: Date) -> DateRange {
    let first_of_month = |date: Date| date.replace_day(1).unwrap_or(date);
    let first = (0..EARLIER_MONTHS).fold(first_of_month(today), |month, _| {
        first_of_month(month.previous_day().unwrap_or(month))
    });
    let length = today.month().length(today.year());
    DateRange::between(first, today.replace_day(length).unwrap_or(today))
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn recent_months_are_whole() {
        for (today, first, last) in [
            (
                date!(2026 - 11 - 22),
                date!(2026 - 09 - 01),
                date!(2026 - 11 - 30),
            ),
            (
                date!(2028 - 02 - 01),
                date!(2027 - 12 - 01),
                date!(2028 - 02 - 29),
            ),
        ] {
            let months = recent_months(today);
            assert_eq!((months.first(), months.last()), (first, last));
        }
    }
}
