//! Daily and monthly totals: the sum and count of each day or month and category, kept by whoever writes an expense.

use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;
use diesel::result::QueryResult;
use diesel::sql_types::{self, BigInt};
use time::Date;

use super::bulk::{self, ROWS_PER_STATEMENT, Row, Values};
use super::id_list::ids;
use super::sum::Sum;
use crate::db::schema::{daily_totals, expenses, monthly_totals};
use crate::db::{Conn, UserId, on_backend, raw_sql, sql};
use crate::error::AppError;
use crate::period::DateRange;

/// One day of one category, or what is added to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = daily_totals)]
pub struct DailyTotal {
    /// Whose it is.
    pub user_id: i64,
    /// The day.
    pub spent_on: Date,
    /// The category.
    pub category_id: i64,
    /// Minor units.
    pub amount: i64,
    /// Expenses.
    pub count: i64,
}

impl DailyTotal {
    /// Whether it changes anything.
    fn is_nonzero(&self) -> bool {
        self.amount != 0 || self.count != 0
    }
}

/// One calendar month of one category, or what is added to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = monthly_totals)]
pub struct MonthlyTotal {
    /// Whose it is.
    pub user_id: i64,
    /// Year × 100 + month.
    pub month: i32,
    /// The category.
    pub category_id: i64,
    /// Minor units.
    pub amount: i64,
    /// Expenses.
    pub count: i64,
}

impl MonthlyTotal {
    /// Whether it changes anything.
    fn is_nonzero(&self) -> bool {
        self.amount != 0 || self.count != 0
    }
}

impl Row for DailyTotal {
    const SQL: (&'static str, &'static str) = (
        "INSERT INTO daily_totals (user_id, spent_on, category_id, amount, count) VALUES ",
        " ON CONFLICT (user_id, spent_on, category_id) \
         DO UPDATE SET amount = amount + excluded.amount, count = count + excluded.count",
    );

    fn values<'b>(&'b self, out: &mut Values<'_, '_, 'b>) -> QueryResult<()> {
        out.push::<BigInt, _>(&self.user_id)?;
        out.push::<sql_types::Date, _>(&self.spent_on)?;
        out.push::<BigInt, _>(&self.category_id)?;
        out.push::<BigInt, _>(&self.amount)?;
        out.push::<BigInt, _>(&self.count)
    }
}

impl Row for MonthlyTotal {
    const SQL: (&'static str, &'static str) = (
        "INSERT INTO monthly_totals (user_id, month, category_id, amount, count) VALUES ",
        " ON CONFLICT (user_id, month, category_id) \
         DO UPDATE SET amount = amount + excluded.amount, count = count + excluded.count",
    );

    fn values<'b>(&'b self, out: &mut Values<'_, '_, 'b>) -> QueryResult<()> {
        out.push::<BigInt, _>(&self.user_id)?;
        out.push::<sql_types::Integer, _>(&self.month)?;
        out.push::<BigInt, _>(&self.category_id)?;
        out.push::<BigInt, _>(&self.amount)?;
        out.push::<BigInt, _>(&self.count)
    }
}

/// Adds to the totals of days and of their months; `count` and `amount` may be negative. A row that nothing is left
/// of goes.
pub(super) fn add(conn: &mut Conn, changes: &[DailyTotal]) -> Result<(), AppError> {
    let days: Vec<DailyTotal> = changes.iter().filter(|day| day.is_nonzero()).copied().collect();
    let mut months = by_month(&days);
    months.retain(MonthlyTotal::is_nonzero);
    match conn {
        Conn::Sqlite(c) => {
            bulk::write(c, &days)?;
            bulk::write(c, &months)?;
        }
        #[cfg(feature = "_postgres")]
        Conn::Postgres(c) => {
            for day in &days {
                AddToDay {
                    owner: day.user_id,
                    day: day.spent_on,
                    category: day.category_id,
                    amount: day.amount,
                    count: day.count,
                }
                .bound()
                .execute(c)?;
            }
            for month in &months {
                AddToMonth {
                    owner: month.user_id,
                    month: month.month,
                    category: month.category_id,
                    amount: month.amount,
                    count: month.count,
                }
                .bound()
                .execute(c)?;
            }
        }
    }
    // Only a change that takes expenses away can leave a row without any.
    for day in days.iter().filter(|day| day.count < 0) {
        RemoveEmptyDay {
            owner: day.user_id,
            day: day.spent_on,
            category: day.category_id,
        }
        .bound()
        .execute(conn)?;
    }
    for month in months.iter().filter(|month| month.count < 0) {
        RemoveEmptyMonth {
            owner: month.user_id,
            month: month.month,
            category: month.category_id,
        }
        .bound()
        .execute(conn)?;
    }
    Ok(())
}

#[cfg(feature = "_postgres")]
sql! { AddToDay { owner: i64, day: Date, category: i64, amount: i64, count: i64 }:
    "INSERT INTO daily_totals AS kept (user_id, spent_on, category_id, amount, count) \
     VALUES (:owner, :day, :category, :amount, :count) \
     ON CONFLICT (user_id, spent_on, category_id) \
     DO UPDATE SET amount = kept.amount + excluded.amount, count = kept.count + excluded.count"
}
#[cfg(feature = "_postgres")]
sql! { AddToMonth { owner: i64, month: i32, category: i64, amount: i64, count: i64 }:
    "INSERT INTO monthly_totals AS kept (user_id, month, category_id, amount, count) \
     VALUES (:owner, :month, :category, :amount, :count) \
     ON CONFLICT (user_id, month, category_id) \
     DO UPDATE SET amount = kept.amount + excluded.amount, count = kept.count + excluded.count"
}
sql! { RemoveEmptyDay { owner: i64, day: Date, category: i64 }:
    "DELETE FROM daily_totals WHERE user_id = :owner AND spent_on = :day AND category_id = :category AND count = 0"
}
sql! { RemoveEmptyMonth { owner: i64, month: i32, category: i64 }:
    "DELETE FROM monthly_totals WHERE user_id = :owner AND month = :month AND category_id = :category AND count = 0"
}

/// The number by which a day's month is kept.
fn month_of(day: Date) -> i32 {
    day.year() * 100 + i32::from(u8::from(day.month()))
}

/// Days of one owner summed up to months.
fn by_month(days: &[DailyTotal]) -> Vec<MonthlyTotal> {
    let mut months: BTreeMap<(i32, i64), MonthlyTotal> = BTreeMap::new();
    for day in days {
        let month = month_of(day.spent_on);
        let sum = months.entry((month, day.category_id)).or_insert(MonthlyTotal {
            user_id: day.user_id,
            month,
            category_id: day.category_id,
            amount: 0,
            count: 0,
        });
        sum.amount += day.amount;
        sum.count += day.count;
    }
    months.into_values().collect()
}

/// Moves the totals of one category to another; returns how many expenses they stand for.
pub(crate) fn move_all(conn: &mut Conn, owner: UserId, from: i64, into: i64) -> Result<i64, AppError> {
    let mine = daily_totals::table
        .filter(daily_totals::user_id.eq(owner.0))
        .filter(daily_totals::category_id.eq(from));
    let mut days: Vec<DailyTotal> = mine.select(daily_totals::all_columns).load(conn)?;
    diesel::delete(mine).execute(conn)?;
    diesel::delete(
        monthly_totals::table
            .filter(monthly_totals::user_id.eq(owner.0))
            .filter(monthly_totals::category_id.eq(from)),
    )
    .execute(conn)?;
    for day in &mut days {
        day.category_id = into;
    }
    add(conn, &days)?;
    Ok(days.iter().map(|day| day.count).sum())
}

const AMOUNT: &str = "CAST(SUM(amount) AS BIGINT)";
const COUNT: &str = "CAST(SUM(count) AS BIGINT)";
const ALL_AMOUNT: &str = "CAST(COALESCE(SUM(amount), 0) AS BIGINT)";
const ALL_COUNT: &str = "CAST(COALESCE(SUM(count), 0) AS BIGINT)";

/// The rows of `$query`, over `$table`, within `$places`, of `$categories` alone if there are any.
macro_rules! within {
    ($query:expr, $table:ident, $place:ident, $owner:expr, $places:expr, $categories:expr) => {{
        let rows = $query
            .filter($table::user_id.eq($owner.0))
            .filter($table::$place.between($places.0, $places.1))
            .into_boxed();
        match $categories {
            Some(categories) => rows.filter(ids("category_id IN", categories)),
            None => rows,
        }
    }};
}

/// The sum and count of each category within `days`, of `categories` alone if there are any: whole months from their
/// totals, the days before and after them from theirs. A category may come more than once.
pub(crate) fn by_category(
    conn: &mut Conn,
    owner: UserId,
    days: DateRange,
    categories: Option<&[i64]>,
) -> Result<Vec<(i64, Sum)>, AppError> {
    let (edges, months) = whole_months(days);
    let mut rows: Vec<(i64, i64, i64)> = Vec::new();
    let sums = || (raw_sql::<BigInt>(AMOUNT), raw_sql::<BigInt>(COUNT));
    if let Some(months) = months {
        let query = monthly_totals::table
            .group_by(monthly_totals::category_id)
            .select((monthly_totals::category_id, sums().0, sums().1));
        let query = within!(query, monthly_totals, month, owner, months, categories);
        rows.extend(query.load::<(i64, i64, i64)>(conn)?);
    }
    for days in edges {
        let days = (days.first(), days.last());
        let query = daily_totals::table.group_by(daily_totals::category_id).select((
            daily_totals::category_id,
            sums().0,
            sums().1,
        ));
        let query = within!(query, daily_totals, spent_on, owner, days, categories);
        rows.extend(query.load::<(i64, i64, i64)>(conn)?);
    }
    let summed = |(id, amount, count)| (id, Sum { amount, count });
    Ok(rows.into_iter().map(summed).collect())
}

/// The sum and count of everything within `days`, of `categories` alone if there are any.
pub(super) fn sum(
    conn: &mut Conn,
    owner: UserId,
    days: DateRange,
    categories: Option<&[i64]>,
) -> Result<Sum, AppError> {
    let (edges, months) = whole_months(days);
    let mut all = Sum::default();
    let mut add = |(amount, count)| all += Sum { amount, count };
    let sums = || (raw_sql::<BigInt>(ALL_AMOUNT), raw_sql::<BigInt>(ALL_COUNT));
    if let Some(months) = months {
        let query = monthly_totals::table.select(sums());
        let query = within!(query, monthly_totals, month, owner, months, categories);
        add(query.first::<(i64, i64)>(conn)?);
    }
    for days in edges {
        let days = (days.first(), days.last());
        let query = daily_totals::table.select(sums());
        let query = within!(query, daily_totals, spent_on, owner, days, categories);
        add(query.first::<(i64, i64)>(conn)?);
    }
    Ok(all)
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

/// What the daily totals must be, counted from the expenses themselves.
pub fn recount(conn: &mut Conn, owner: UserId) -> Result<Vec<DailyTotal>, AppError> {
    let rows: Vec<(Date, i64, i64, i64)> = expenses::table
        .filter(expenses::user_id.eq(owner.0))
        .filter(expenses::deleted_at.is_null())
        .group_by((expenses::spent_on, expenses::category_id))
        .order((expenses::spent_on, expenses::category_id))
        .select((
            expenses::spent_on,
            expenses::category_id,
            raw_sql::<BigInt>(AMOUNT),
            raw_sql::<BigInt>("COUNT(*)"),
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(spent_on, category_id, amount, count)| DailyTotal {
            user_id: owner.0,
            spent_on,
            category_id,
            amount,
            count,
        })
        .collect())
}

/// What the monthly totals must be, given the days as they were counted.
pub fn recount_months(days: &[DailyTotal]) -> Vec<MonthlyTotal> {
    by_month(days)
}

/// Writes the totals anew from the expenses themselves.
pub fn rebuild(conn: &mut Conn, owner: UserId) -> Result<(), AppError> {
    diesel::delete(daily_totals::table.filter(daily_totals::user_id.eq(owner.0))).execute(conn)?;
    diesel::delete(monthly_totals::table.filter(monthly_totals::user_id.eq(owner.0))).execute(conn)?;
    let days = recount(conn, owner)?;
    for days in days.chunks(ROWS_PER_STATEMENT) {
        on_backend!(conn, |c| diesel::insert_into(daily_totals::table)
            .values(days)
            .execute(c))?;
    }
    for months in by_month(&days).chunks(ROWS_PER_STATEMENT) {
        on_backend!(conn, |c| diesel::insert_into(monthly_totals::table)
            .values(months)
            .execute(c))?;
    }
    Ok(())
}

/// The daily totals as they are kept.
pub fn kept(conn: &mut Conn, owner: UserId) -> Result<Vec<DailyTotal>, AppError> {
    Ok(daily_totals::table
        .filter(daily_totals::user_id.eq(owner.0))
        .order((daily_totals::spent_on, daily_totals::category_id))
        .select(daily_totals::all_columns)
        .load(conn)?)
}

/// The monthly totals as they are kept.
pub fn kept_months(conn: &mut Conn, owner: UserId) -> Result<Vec<MonthlyTotal>, AppError> {
    Ok(monthly_totals::table
        .filter(monthly_totals::user_id.eq(owner.0))
        .order((monthly_totals::month, monthly_totals::category_id))
        .select(monthly_totals::all_columns)
        .load(conn)?)
}

/// What each category sums to over all time: id → (minor units, expenses).
pub fn of_categories(conn: &mut Conn, owner: UserId) -> Result<HashMap<i64, (i64, i64)>, AppError> {
    let rows = by_category(conn, owner, DateRange::ALL_DAYS, None)?;
    let mut totals: HashMap<i64, (i64, i64)> = HashMap::new();
    for (id, sum) in rows {
        let total = totals.entry(id).or_default();
        total.0 += sum.amount;
        total.1 += sum.count;
    }
    Ok(totals)
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
