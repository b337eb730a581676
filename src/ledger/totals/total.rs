//! A row of totals.

use std::collections::BTreeMap;

use diesel::serialize::ToSql;
use diesel::sql_types::{self, BigInt, HasSqlType};
use time::Date;

use crate::db::Value;
use crate::ledger::bulk::{Row, Values};
use crate::ledger::expense::Expense;
use crate::money::Money;

/// The period of a total: a day, or a month as year × 100 + month.
pub trait Grain: Copy + Ord + Into<Value> + 'static {
    type SqlType;
    const TABLE: &'static str;
    /// The column of the day or month.
    const COLUMN: &'static str;
}

impl Grain for Date {
    type SqlType = sql_types::Date;
    const TABLE: &'static str = "daily_totals";
    const COLUMN: &'static str = "spent_on";
}

impl Grain for i32 {
    type SqlType = sql_types::Integer;
    const TABLE: &'static str = "monthly_totals";
    const COLUMN: &'static str = "month";
}

/// The total of one category in one day or month, or what is added to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Total<P> {
    pub(crate) book_id: i64,
    pub period: P,
    pub(crate) category_id: i64,
    pub(crate) amount: Money,
    /// Expenses.
    pub(crate) count: i64,
}

pub type DailyTotal = Total<Date>;

/// What an expense adds to the totals of its day and of its payer.
#[derive(Debug, Clone, Copy)]
pub struct Counted {
    pub(crate) day: DailyTotal,
    /// As [`PaidBy`](crate::ledger::paid_by::PaidBy) stores it.
    pub(crate) paid_by: Option<i64>,
}

impl Counted {
    /// What a row adds that begins to count.
    pub(in crate::ledger) fn added(row: &Expense) -> Self {
        Self {
            day: DailyTotal {
                book_id: row.book_id,
                period: row.spent_on,
                category_id: row.category_id,
                amount: row.amount,
                count: 1,
            },
            paid_by: row.paid_by,
        }
    }

    /// What a row adds that no longer counts.
    pub(in crate::ledger) fn removed(row: &Expense) -> Self {
        let Self { day, paid_by } = Self::added(row);
        let day = DailyTotal {
            amount: -day.amount,
            count: -day.count,
            ..day
        };
        Self { day, paid_by }
    }
}

pub type MonthlyTotal = Total<i32>;

impl<P, DB> Row<DB> for Total<P>
where
    P: Grain + ToSql<P::SqlType, DB>,
    DB: diesel::backend::Backend + HasSqlType<BigInt> + HasSqlType<P::SqlType>,
    i64: ToSql<BigInt, DB>,
{
    const BEFORE: &'static [&'static str] = &[
        "INSERT INTO ",
        P::TABLE,
        " AS kept (book_id, ",
        P::COLUMN,
        ", category_id, amount, count) VALUES ",
    ];
    const AFTER: &'static [&'static str] = &[
        " ON CONFLICT (book_id, ",
        P::COLUMN,
        ", category_id) DO UPDATE SET amount = kept.amount + excluded.amount, count = kept.count + excluded.count",
    ];

    fn values<'b>(&'b self, out: &mut Values<'_, '_, 'b, DB>) -> diesel::QueryResult<()> {
        out.push::<BigInt, _>(&self.book_id)?;
        out.push::<P::SqlType, _>(&self.period)?;
        out.push::<BigInt, _>(&self.category_id)?;
        out.push::<BigInt, _>(&self.amount)?;
        out.push::<BigInt, _>(&self.count)
    }
}

/// The number of a day's month.
pub(super) fn month_of(day: Date) -> i32 {
    day.year() * 100 + i32::from(u8::from(day.month()))
}

/// One total for each period and category. Those that change nothing are left out.
pub(super) fn added_up<P: Grain>(totals: impl IntoIterator<Item = Total<P>>) -> Vec<Total<P>> {
    let mut sums: BTreeMap<(P, i64), Total<P>> = BTreeMap::new();
    for total in totals {
        sums.entry((total.period, total.category_id))
            .and_modify(|sum| {
                // The limits on amounts and rows keep sums far below 64 bits; a batch is checked before its totals.
                sum.amount += total.amount;
                sum.count += total.count;
            })
            .or_insert(total);
    }
    sums.into_values()
        .filter(|sum| !sum.amount.is_zero() || sum.count != 0)
        .collect()
}

/// The totals of the months of `days`, which are of one owner.
pub(super) fn by_month(days: &[DailyTotal]) -> Vec<MonthlyTotal> {
    added_up(days.iter().map(|day| Total {
        book_id: day.book_id,
        period: month_of(day.period),
        category_id: day.category_id,
        amount: day.amount,
        count: day.count,
    }))
}
