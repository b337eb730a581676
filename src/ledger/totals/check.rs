//! The stored totals, and the totals computed from the expenses.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date as SqlDate, Integer};
use time::Date;

use super::query::TotalsQuery;
use super::total::{DailyTotal, MonthlyTotal, Total, by_month};
use crate::db::schema::expenses;
use crate::db::{BookId, Conn, raw_sql};
use crate::error::AppError;
use crate::money::Money;

/// Period, category, amount, count.
type Row<P> = (P, i64, Money, i64);
type DailyQuery = TotalsQuery<(SqlDate, BigInt, BigInt, BigInt)>;
type MonthlyQuery = TotalsQuery<(Integer, BigInt, BigInt, BigInt)>;

const DAILY_COLUMNS: &str = "spent_on, category_id, amount, count";
const MONTHLY_COLUMNS: &str = "month, category_id, amount, count";

fn totals<P>(owner: BookId, rows: Vec<Row<P>>) -> Vec<Total<P>> {
    let total = |(period, category_id, amount, count)| Total {
        book_id: owner.0,
        period,
        category_id,
        amount,
        count,
    };
    rows.into_iter().map(total).collect()
}

/// The daily totals computed from the expenses.
pub fn recount(conn: &mut Conn, owner: BookId) -> Result<Vec<DailyTotal>, AppError> {
    let rows: Vec<Row<Date>> = expenses::table
        .filter(expenses::book_id.eq(owner.0))
        .filter(expenses::deleted_at.is_null())
        .group_by((expenses::spent_on, expenses::category_id))
        .order((expenses::spent_on, expenses::category_id))
        .select((
            expenses::spent_on,
            expenses::category_id,
            raw_sql::<BigInt>("CAST(SUM(amount) AS BIGINT)"),
            raw_sql::<BigInt>("COUNT(*)"),
        ))
        .load(conn)?;
    Ok(totals(owner, rows))
}

/// The monthly totals computed from the result of [`recount`].
pub fn recount_months(days: &[DailyTotal]) -> Vec<MonthlyTotal> {
    by_month(days)
}

/// The stored daily totals.
pub fn kept(conn: &mut Conn, owner: BookId) -> Result<Vec<DailyTotal>, AppError> {
    let query = DailyQuery::select::<Date>(DAILY_COLUMNS, owner);
    let query = query.sql(" ORDER BY spent_on, category_id");
    Ok(totals(owner, query.load::<Row<Date>>(conn)?))
}

/// The stored daily totals of one category.
pub(super) fn kept_of_category(
    conn: &mut Conn,
    owner: BookId,
    category: i64,
) -> Result<Vec<DailyTotal>, AppError> {
    let query = DailyQuery::select::<Date>(DAILY_COLUMNS, owner).of_category(category);
    Ok(totals(owner, query.load::<Row<Date>>(conn)?))
}

/// The stored monthly totals.
pub fn kept_months(conn: &mut Conn, owner: BookId) -> Result<Vec<MonthlyTotal>, AppError> {
    let query = MonthlyQuery::select::<i32>(MONTHLY_COLUMNS, owner);
    let query = query.sql(" ORDER BY month, category_id");
    Ok(totals(owner, query.load::<Row<i32>>(conn)?))
}
