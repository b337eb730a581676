//! Totals by payer: the sum and the number of the expenses of each day, category and payer, without those that the maker of
//! the book paid. Their sums are the totals less these.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::{self, BigInt, HasSqlType};
use time::Date;

use super::query::{MANY, TotalsQuery};
use super::total::Counted;
use crate::db::schema::expenses;
use crate::db::{BookId, Conn, UserId, on_backend, raw_sql};
use crate::error::AppError;
use crate::ledger::bulk::{self, Row, Values};
use crate::ledger::kinds::CategoryScope;
use crate::ledger::sum::Sum;
use crate::money::Money;
use crate::period::DateRange;

const TABLE: &str = "payer_totals";
const ALL_COLUMNS: &str = "spent_on, category_id, paid_by, amount, count";
const SUM: &str = "CAST(COALESCE(SUM(amount), 0) AS BIGINT), CAST(COALESCE(SUM(count), 0) AS BIGINT)";
const BY_CATEGORY: &str = "category_id, CAST(SUM(amount) AS BIGINT), CAST(SUM(count) AS BIGINT)";
const BY_DAY: &str = "spent_on, CAST(SUM(amount) AS BIGINT), CAST(SUM(count) AS BIGINT)";
const BY_PAYER: &str = "paid_by, CAST(SUM(amount) AS BIGINT), CAST(SUM(count) AS BIGINT)";

/// A row of `payer_totals`, or what is added to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PayerTotal {
    book_id: i64,
    day: Date,
    category_id: i64,
    paid_by: i64,
    sum: Sum,
}

/// Which of these totals a sum is made of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) owner: BookId,
    pub(super) days: DateRange,
    pub(super) categories: &'a CategoryScope,
    /// Only this payer; `None` for everybody but the maker.
    pub(super) payer: Option<UserId>,
}

impl<DB> Row<DB> for PayerTotal
where
    DB: diesel::backend::Backend + HasSqlType<BigInt> + HasSqlType<sql_types::Date>,
    i64: ToSql<BigInt, DB>,
    Date: ToSql<sql_types::Date, DB>,
{
    const BEFORE: &'static [&'static str] = &[
        "INSERT INTO payer_totals AS kept (book_id, spent_on, category_id, paid_by, amount, count) VALUES ",
    ];
    const AFTER: &'static [&'static str] = &[
        " ON CONFLICT (book_id, spent_on, category_id, paid_by) DO UPDATE \
          SET amount = kept.amount + excluded.amount, count = kept.count + excluded.count",
    ];

    fn values<'b>(&'b self, out: &mut Values<'_, '_, 'b, DB>) -> QueryResult<()> {
        out.push::<BigInt, _>(&self.book_id)?;
        out.push::<sql_types::Date, _>(&self.day)?;
        out.push::<BigInt, _>(&self.category_id)?;
        out.push::<BigInt, _>(&self.paid_by)?;
        out.push::<BigInt, _>(&self.sum.amount)?;
        out.push::<BigInt, _>(&self.sum.count)
    }
}

/// Adds to the totals of the payers, and removes the rows that are left without expenses.
pub(super) fn add(conn: &mut Conn, changes: &[Counted]) -> Result<(), AppError> {
    let payers = changes.iter().filter_map(|change| {
        Some(PayerTotal {
            book_id: change.day.book_id,
            day: change.day.period,
            category_id: change.day.category_id,
            paid_by: change.paid_by?,
            sum: Sum {
                amount: change.day.amount,
                count: change.day.count,
            },
        })
    });
    write(conn, payers)
}

fn write(conn: &mut Conn, changes: impl Iterator<Item = PayerTotal>) -> Result<(), AppError> {
    let mut sums: BTreeMap<(Date, i64, i64), PayerTotal> = BTreeMap::new();
    for change in changes {
        sums.entry((change.day, change.category_id, change.paid_by))
            .and_modify(|total| total.sum += change.sum)
            .or_insert(change);
    }
    let totals: Vec<PayerTotal> = sums
        .into_values()
        .filter(|total| total.sum != Sum::default())
        .collect();
    on_backend!(conn, |c| bulk::write(c, &totals))?;
    let fewer: Vec<&PayerTotal> = totals.iter().filter(|total| total.sum.count < 0).collect();
    if let (true, Some(first), Some(last)) = (fewer.len() > MANY, fewer.first(), fewer.last()) {
        let all = TotalsQuery::<()>::delete_from(TABLE, BookId(first.book_id));
        all.within(first.day, last.day)
            .sql(" AND count = 0")
            .execute(conn)?;
        return Ok(());
    }
    for total in fewer {
        TotalsQuery::<()>::delete_from(TABLE, BookId(total.book_id))
            .at(total.day)
            .of_category(total.category_id)
            .of_payer(total.paid_by)
            .sql(" AND count = 0")
            .execute(conn)?;
    }
    Ok(())
}

/// Moves the totals of one category to another.
pub(super) fn move_category(conn: &mut Conn, owner: BookId, from: i64, into: i64) -> Result<(), AppError> {
    let query = Rows::select_from(TABLE, ALL_COLUMNS, owner).of_category(from);
    let moved = loaded(conn, owner, query)?;
    let delete = TotalsQuery::<()>::delete_from(TABLE, owner);
    delete.of_category(from).execute(conn)?;
    let moved = moved.into_iter().map(|total| PayerTotal {
        category_id: into,
        ..total
    });
    write(conn, moved)
}

/// Removes those up to a day.
pub(super) fn remove_until(conn: &mut Conn, owner: BookId, last: Date) -> QueryResult<usize> {
    let delete = TotalsQuery::<()>::delete_from(TABLE, owner);
    delete.sql(" AND spent_on <= ").value(last).execute(conn)
}

/// Counts all of them again from the expenses.
pub(super) fn rebuild(conn: &mut Conn, owner: BookId) -> Result<(), AppError> {
    TotalsQuery::<()>::delete_from(TABLE, owner).execute(conn)?;
    let totals = recount(conn, owner)?;
    on_backend!(conn, |c| bulk::write(c, &totals))?;
    Ok(())
}

type Rows = TotalsQuery<(sql_types::Date, BigInt, BigInt, BigInt, BigInt)>;

fn loaded(conn: &mut Conn, owner: BookId, query: Rows) -> Result<Vec<PayerTotal>, AppError> {
    let rows: Vec<(Date, i64, i64, Money, i64)> = query.load(conn)?;
    Ok(totals(owner, rows))
}

fn totals(owner: BookId, rows: Vec<(Date, i64, i64, Money, i64)>) -> Vec<PayerTotal> {
    let total = |(day, category_id, paid_by, amount, count)| PayerTotal {
        book_id: owner.0,
        day,
        category_id,
        paid_by,
        sum: Sum { amount, count },
    };
    rows.into_iter().map(total).collect()
}

/// As they must be, counted from the expenses.
pub fn recount(conn: &mut Conn, owner: BookId) -> Result<Vec<PayerTotal>, AppError> {
    let keys = (expenses::spent_on, expenses::category_id, expenses::paid_by);
    let rows: Vec<(Date, i64, i64, Money, i64)> = expenses::table
        .filter(expenses::book_id.eq(owner.0))
        .filter(expenses::deleted_at.is_null())
        .filter(expenses::paid_by.is_not_null())
        .group_by(keys)
        .order(keys)
        .select((
            expenses::spent_on,
            expenses::category_id,
            expenses::paid_by.assume_not_null(),
            raw_sql::<BigInt>("CAST(SUM(amount) AS BIGINT)"),
            raw_sql::<BigInt>("COUNT(*)"),
        ))
        .load(conn)?;
    Ok(totals(owner, rows))
}

/// As they are stored.
pub fn kept(conn: &mut Conn, owner: BookId) -> Result<Vec<PayerTotal>, AppError> {
    let query = Rows::select_from(TABLE, ALL_COLUMNS, owner);
    loaded(conn, owner, query.sql(" ORDER BY spent_on, category_id, paid_by"))
}

impl Scope<'_> {
    fn query<Row>(&self, columns: &'static str) -> TotalsQuery<Row> {
        let query = TotalsQuery::select_from(TABLE, columns, self.owner)
            .within(self.days.first(), self.days.last())
            .of_categories(self.categories);
        match self.payer {
            Some(payer) => query.of_payer(payer.0),
            None => query,
        }
    }

    pub(super) fn sum(&self, conn: &mut Conn) -> Result<Sum, AppError> {
        let (amount, count) = self
            .query::<(BigInt, BigInt)>(SUM)
            .get_result::<(Money, i64)>(conn)?;
        Ok(Sum { amount, count })
    }

    pub(super) fn by_category(&self, conn: &mut Conn) -> Result<Vec<(i64, Sum)>, AppError> {
        let query = self.query::<(BigInt, BigInt, BigInt)>(BY_CATEGORY);
        let rows: Vec<(i64, Money, i64)> = query.sql(" GROUP BY category_id").load(conn)?;
        Ok(rows.into_iter().map(summed).collect())
    }

    pub(super) fn by_day(&self, conn: &mut Conn) -> Result<Vec<(Date, Sum)>, AppError> {
        let query = self.query::<(sql_types::Date, BigInt, BigInt)>(BY_DAY);
        let rows: Vec<(Date, Money, i64)> = query.sql(" GROUP BY spent_on").load(conn)?;
        Ok(rows.into_iter().map(summed).collect())
    }
}

fn summed<K>((key, amount, count): (K, Money, i64)) -> (K, Sum) {
    (key, Sum { amount, count })
}

/// The sum of each payer but the maker of the book, ordered by their ids.
pub(crate) fn by_payer(
    conn: &mut Conn,
    owner: BookId,
    days: DateRange,
    categories: &CategoryScope,
) -> Result<Vec<(UserId, Sum)>, AppError> {
    let scope = Scope {
        owner,
        days,
        categories,
        payer: None,
    };
    let query = scope.query::<(BigInt, BigInt, BigInt)>(BY_PAYER);
    let rows: Vec<(i64, Money, i64)> = query.sql(" GROUP BY paid_by ORDER BY paid_by").load(conn)?;
    let summed = |(person, amount, count)| (UserId(person), Sum { amount, count });
    Ok(rows.into_iter().map(summed).collect())
}
