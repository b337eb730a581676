//! The rows of an export: only what it writes of them, one by one as the database finds them.

use diesel::connection::DefaultLoadingMode;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Date as SqlDate, Text};
use time::Date;

use super::{Place, Selection};
use crate::db::schema::expenses;
use crate::db::{Backend, Conn, Day, prepared};
use crate::error::AppError;
use crate::money::Money;

/// What an export writes of an expense.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct ExportRow {
    /// Its id.
    pub id: i64,
    /// Its date.
    pub day: Day,
    /// Its category.
    pub category_id: i64,
    /// Minor units; negative is a refund.
    pub amount: i64,
    /// May be empty.
    pub description: String,
}

impl ExportRow {
    /// The amount.
    pub fn money(&self) -> Money {
        Money::from_minor(self.amount)
    }
}

type Columns = (BigInt, SqlDate, BigInt, BigInt, Text);

/// The day and the id of a row; the next ones are older.
pub type Mark = (Date, i64);

impl Selection {
    /// Gives at most `limit` rows to `take`, newest first, beginning after `mark` or with the newest; the mark of the
    /// last one, `None` where there are no more.
    pub fn export(
        &self,
        conn: &mut Conn,
        mark: Option<Mark>,
        limit: i64,
        mut take: impl FnMut(&ExportRow) -> Result<(), AppError>,
    ) -> Result<Option<Mark>, AppError> {
        let (mut count, mut last) = (0, None);
        let mut give = |row: ExportRow| {
            count += 1;
            last = Some((row.day.0, row.id));
            take(&row)
        };
        if self.search.is_some() {
            let place = mark.map_or(Place::Start, |(day, id)| Place::After(day, id));
            for row in self.page(conn, place, limit)? {
                give(ExportRow {
                    id: row.id,
                    day: Day(row.spent_on),
                    category_id: row.category_id,
                    amount: row.amount,
                    description: row.description,
                })?;
            }
        } else {
            let rows = self.rows_after(mark).limit(limit);
            for row in prepared(rows).load_iter::<ExportRow, DefaultLoadingMode>(conn)? {
                give(row?)?;
            }
        }
        Ok(last.filter(|_| count == limit))
    }

    fn rows_after(&self, mark: Option<Mark>) -> expenses::BoxedQuery<'static, Backend, Columns> {
        let rows = expenses::table
            .filter(expenses::user_id.eq(self.owner.0))
            .filter(expenses::deleted_at.is_null())
            .filter(expenses::spent_on.ge(self.days.first()))
            .select((
                expenses::id,
                expenses::spent_on,
                expenses::category_id,
                expenses::amount,
                expenses::description,
            ))
            .order((expenses::spent_on.desc(), expenses::id.desc()))
            .into_boxed();
        let rows = match mark {
            None => rows.filter(expenses::spent_on.le(self.days.last())),
            // As one condition it is where the index starts, and no row before the mark is looked at.
            Some((day, id)) => rows.filter(
                sql::<Bool>("(spent_on, id) < (")
                    .bind::<SqlDate, _>(day)
                    .sql(", ")
                    .bind::<BigInt, _>(id)
                    .sql(")"),
            ),
        };
        match self.category {
            Some(category) => rows.filter(expenses::category_id.eq(category)),
            None => rows,
        }
    }
}
