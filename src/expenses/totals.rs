//! Daily totals: the sum and count of each day and category, kept by whoever writes an expense.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use time::Date;

use super::model::ROWS_AT_ONCE;
use crate::db::schema::{daily_totals, expenses};
use crate::db::{Conn, UserId, on_backend};
use crate::error::AppError;

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

/// Adds to a day's total; `count` and `amount` may be negative. A total that nothing is left of goes.
pub(super) fn add(conn: &mut Conn, change: DailyTotal) -> Result<(), AppError> {
    if change.amount == 0 && change.count == 0 {
        return Ok(());
    }
    on_backend!(conn, |c| {
        diesel::insert_into(daily_totals::table)
            .values(change)
            .on_conflict((
                daily_totals::user_id,
                daily_totals::spent_on,
                daily_totals::category_id,
            ))
            .do_update()
            .set((
                daily_totals::amount.eq(daily_totals::amount + change.amount),
                daily_totals::count.eq(daily_totals::count + change.count),
            ))
            .execute(c)
    })?;
    if change.count < 0 {
        diesel::delete(
            daily_totals::table
                .filter(daily_totals::user_id.eq(change.user_id))
                .filter(daily_totals::spent_on.eq(change.spent_on))
                .filter(daily_totals::category_id.eq(change.category_id))
                .filter(daily_totals::count.eq(0)),
        )
        .execute(conn)?;
    }
    Ok(())
}

/// Moves the totals of one category to another; returns how many expenses they stand for.
pub(crate) fn move_all(conn: &mut Conn, owner: UserId, from: i64, into: i64) -> Result<i64, AppError> {
    let mine = daily_totals::table
        .filter(daily_totals::user_id.eq(owner.0))
        .filter(daily_totals::category_id.eq(from));
    let days: Vec<DailyTotal> = mine.select(daily_totals::all_columns).load(conn)?;
    diesel::delete(mine).execute(conn)?;
    let mut moved = 0;
    for day in days {
        moved += day.count;
        add(
            conn,
            DailyTotal {
                category_id: into,
                ..day
            },
        )?;
    }
    Ok(moved)
}

/// What the totals must be, counted from the expenses themselves.
pub fn recount(conn: &mut Conn, owner: UserId) -> Result<Vec<DailyTotal>, AppError> {
    let rows: Vec<(Date, i64, i64, i64)> = expenses::table
        .filter(expenses::user_id.eq(owner.0))
        .filter(expenses::deleted_at.is_null())
        .group_by((expenses::spent_on, expenses::category_id))
        .order((expenses::spent_on, expenses::category_id))
        .select((
            expenses::spent_on,
            expenses::category_id,
            sql::<BigInt>("CAST(SUM(amount) AS BIGINT)"),
            sql::<BigInt>("COUNT(*)"),
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

/// Writes the totals anew from the expenses themselves.
pub fn rebuild(conn: &mut Conn, owner: UserId) -> Result<(), AppError> {
    diesel::delete(daily_totals::table.filter(daily_totals::user_id.eq(owner.0))).execute(conn)?;
    for totals in recount(conn, owner)?.chunks(ROWS_AT_ONCE) {
        on_backend!(conn, |c| diesel::insert_into(daily_totals::table)
            .values(totals)
            .execute(c))?;
    }
    Ok(())
}

/// The totals as they are kept.
pub fn kept(conn: &mut Conn, owner: UserId) -> Result<Vec<DailyTotal>, AppError> {
    Ok(daily_totals::table
        .filter(daily_totals::user_id.eq(owner.0))
        .order((daily_totals::spent_on, daily_totals::category_id))
        .select(daily_totals::all_columns)
        .load(conn)?)
}
