//! Sums over totals: whole months from the monthly table, the days before and after them from the daily one.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::{self, BigInt};
use time::Date;

use super::payers;
use super::query::TotalsQuery;
use super::total::{Grain, month_of};
use crate::db::{BookId, Conn, UserId};
use crate::error::AppError;
use crate::ledger::kinds::CategoryScope;
use crate::ledger::paid_by::PaidBy;
use crate::ledger::sum::Sum;
use crate::money::Money;
use crate::period::DateRange;

/// Amount and count of all rows, also where there are none.
const ALL: &str = "CAST(COALESCE(SUM(amount), 0) AS BIGINT), CAST(COALESCE(SUM(count), 0) AS BIGINT)";
const BY_CATEGORY: &str = "category_id, CAST(SUM(amount) AS BIGINT), CAST(SUM(count) AS BIGINT)";
const GROUP_BY_CATEGORY: &str = " GROUP BY category_id";
const BY_DAY: &str = "spent_on, CAST(SUM(amount) AS BIGINT), CAST(SUM(count) AS BIGINT)";

/// Which expenses a sum is made of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scope<'a> {
    pub(crate) owner: BookId,
    pub(crate) days: DateRange,
    pub(crate) categories: &'a CategoryScope,
    /// Only what this person has paid.
    pub(crate) paid_by: Option<PaidBy>,
}

impl Scope<'_> {
    /// The totals of all payers.
    fn query<P: Grain, Row>(&self, columns: &'static str, (first, last): (P, P)) -> TotalsQuery<Row> {
        TotalsQuery::select::<P>(columns, self.owner)
            .within(first, last)
            .of_categories(self.categories)
    }

    fn of_payer(&self, payer: Option<UserId>) -> payers::Scope<'_> {
        payers::Scope {
            owner: self.owner,
            days: self.days,
            categories: self.categories,
            payer,
        }
    }
}

/// The sum and count of each category. A category may come more than once, and with a count of 0.
pub(crate) fn by_category(conn: &mut Conn, scope: Scope<'_>) -> Result<Vec<(i64, Sum)>, AppError> {
    match scope.paid_by {
        None => all_by_category(conn, scope),
        Some(PaidBy::Member(person)) => scope.of_payer(Some(person)).by_category(conn),
        Some(PaidBy::Maker) => {
            let mut rows = all_by_category(conn, scope)?;
            let others = scope.of_payer(None).by_category(conn)?;
            rows.extend(others.into_iter().map(|(id, sum)| (id, -sum)));
            Ok(rows)
        }
    }
}

fn all_by_category(conn: &mut Conn, scope: Scope<'_>) -> Result<Vec<(i64, Sum)>, AppError> {
    type Columns = (BigInt, BigInt, BigInt);
    let (edges, months) = whole_months(scope.days);
    let mut rows: Vec<(i64, Money, i64)> = Vec::new();
    if let Some(months) = months {
        let query = scope.query::<_, Columns>(BY_CATEGORY, months);
        rows.extend(query.sql(GROUP_BY_CATEGORY).load::<(i64, Money, i64)>(conn)?);
    }
    for days in edges {
        let query = scope.query::<_, Columns>(BY_CATEGORY, (days.first(), days.last()));
        rows.extend(query.sql(GROUP_BY_CATEGORY).load::<(i64, Money, i64)>(conn)?);
    }
    let summed = |(id, amount, count)| (id, Sum { amount, count });
    Ok(rows.into_iter().map(summed).collect())
}

/// The sum and count of each category over all time, by its id.
pub fn of_categories(conn: &mut Conn, owner: BookId) -> Result<HashMap<i64, Sum>, AppError> {
    let mut totals: HashMap<i64, Sum> = HashMap::new();
    let scope = Scope {
        owner,
        days: DateRange::ALL_DAYS,
        categories: &CategoryScope::Everything,
        paid_by: None,
    };
    for (id, sum) in by_category(conn, scope)? {
        *totals.entry(id).or_default() += sum;
    }
    Ok(totals)
}

/// The sum and count of everything.
pub(crate) fn sum(conn: &mut Conn, scope: Scope<'_>) -> Result<Sum, AppError> {
    match scope.paid_by {
        None => sum_of_all(conn, scope),
        Some(PaidBy::Member(person)) => scope.of_payer(Some(person)).sum(conn),
        Some(PaidBy::Maker) => Ok(sum_of_all(conn, scope)? + -scope.of_payer(None).sum(conn)?),
    }
}

fn sum_of_all(conn: &mut Conn, scope: Scope<'_>) -> Result<Sum, AppError> {
    let (edges, months) = whole_months(scope.days);
    let mut all = Sum::default();
    let mut add = |(amount, count)| all += Sum { amount, count };
    if let Some(months) = months {
        let query = scope.query::<_, (BigInt, BigInt)>(ALL, months);
        add(query.get_result::<(Money, i64)>(conn)?);
    }
    for days in edges {
        let query = scope.query::<_, (BigInt, BigInt)>(ALL, (days.first(), days.last()));
        add(query.get_result::<(Money, i64)>(conn)?);
    }
    Ok(all)
}

/// The sum and count of each day that has expenses. A day may come more than once, and with a count of 0.
pub(crate) fn by_day(conn: &mut Conn, scope: Scope<'_>) -> Result<Vec<(Date, Sum)>, AppError> {
    match scope.paid_by {
        None => all_by_day(conn, scope),
        Some(PaidBy::Member(person)) => scope.of_payer(Some(person)).by_day(conn),
        Some(PaidBy::Maker) => {
            let mut rows = all_by_day(conn, scope)?;
            let others = scope.of_payer(None).by_day(conn)?;
            rows.extend(others.into_iter().map(|(day, sum)| (day, -sum)));
            Ok(rows)
        }
    }
}

fn all_by_day(conn: &mut Conn, scope: Scope<'_>) -> Result<Vec<(Date, Sum)>, AppError> {
    let days = (scope.days.first(), scope.days.last());
    let query = scope.query::<Date, (sql_types::Date, BigInt, BigInt)>(BY_DAY, days);
    let rows: Vec<(Date, Money, i64)> = query.sql(" GROUP BY spent_on").load(conn)?;
    let summed = |(day, amount, count)| (day, Sum { amount, count });
    Ok(rows.into_iter().map(summed).collect())
}

/// The first and the last day that have expenses; `None` for an account without any.
pub(crate) fn recorded_days(conn: &mut Conn, owner: BookId) -> Result<Option<DateRange>, AppError> {
    let mut end = |order| {
        let day = TotalsQuery::<sql_types::Date>::select::<Date>("spent_on", owner).sql(order);
        day.get_result::<Date>(conn).optional()
    };
    let first = end(" ORDER BY spent_on ASC LIMIT 1")?;
    let last = end(" ORDER BY spent_on DESC LIMIT 1")?;
    Ok(first
        .zip(last)
        .and_then(|(first, last)| DateRange::new(first, last)))
}

/// The whole calendar months within `days`, first and last, and the days that are left over at both ends.
fn whole_months(days: DateRange) -> (Vec<DateRange>, Option<(i32, i32)>) {
    let is_first = |day: Date| {
        day.previous_day()
            .is_none_or(|before| before.month() != day.month())
    };
    let is_last = |day: Date| day.next_day().is_none_or(|after| after.month() != day.month());
    let begin = days.dates().take(31).find(|day| is_first(*day));
    let back = std::iter::successors(Some(days.last()), |day| day.previous_day());
    let end = back.take(31).find(|day| is_last(*day));
    match begin.zip(end) {
        Some((begin, end)) if begin < end => {
            let before = begin
                .previous_day()
                .and_then(|day| DateRange::new(days.first(), day));
            let after = end.next_day().and_then(|day| DateRange::new(day, days.last()));
            let edges = before
                .filter(|_| days.first() < begin)
                .into_iter()
                .chain(after.filter(|_| end < days.last()));
            (edges.collect(), Some((month_of(begin), month_of(end))))
        }
        _ => (vec![days], None),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::date;

    use super::*;
    use crate::period::{FIRST_DAY, LAST_DAY};

    #[test]
    fn months_are_taken_whole_and_the_days_around_them_by_themselves() {
        let range = |first, last| DateRange::new(first, last).unwrap();
        let (edges, months) = whole_months(range(date!(2026 - 10 - 25), date!(2026 - 12 - 01)));
        assert_eq!(months, Some((202_611, 202_611)));
        assert_eq!(
            edges,
            [
                range(date!(2026 - 10 - 25), date!(2026 - 10 - 31)),
                range(date!(2026 - 12 - 01), date!(2026 - 12 - 01))
            ]
        );
        let (edges, months) = whole_months(DateRange::ALL_DAYS);
        assert_eq!((edges.len(), months), (0, Some((190_001, 999_912))));
        let within = range(date!(2026 - 02 - 02), date!(2026 - 02 - 28));
        assert_eq!(whole_months(within), (vec![within], None));
    }

    proptest! {
        #[test]
        fn every_day_is_counted_once(first in 0..2_000_i64, length in 0..200_i64, at in 0..2_300_i64) {
            for start in [FIRST_DAY, LAST_DAY - time::Duration::days(2_300)] {
                let day = |n: i64| start + time::Duration::days(n);
                let days = DateRange::new(day(first), day(first + length)).unwrap();
                let (edges, months) = whole_months(days);
                let looked_at = day(at);
                let in_edges = edges.iter().filter(|edge| edge.contains(looked_at)).count();
                let in_months = months.is_some_and(|(from, to)| (from..=to).contains(&month_of(looked_at)));
                prop_assert_eq!(in_edges + usize::from(in_months), usize::from(days.contains(looked_at)));
            }
        }
    }
}
