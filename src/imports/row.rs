//! The rows of `import_rows` and their SQL.

use diesel::prelude::*;
use time::Date;

use super::verdict::{Reason, Verdict};
use crate::db::schema::import_rows;
use crate::db::{Backend, BookId, Conn, sql};
use crate::error::AppError;
use crate::ledger::bulk::{self, bulk_insert};
use crate::money::Money;

/// Rows of one INSERT on PostgreSQL, whose limit is 65,535 values.
#[cfg(feature = "_postgres")]
const ROWS_AT_ONCE: usize = 500;

bulk_insert!(ImportRow, import_rows, " ON CONFLICT (book_id, import_id, row_number) DO UPDATE SET verdict = excluded.verdict, \
    reason = excluded.reason, take = excluded.take, expense_id = excluded.expense_id";
    book_id,
    import_id,
    row_number,
    line,
    verdict,
    reason,
    take,
    booked_on,
    amount,
    currency,
    description,
    memo,
    category,
    source_id,
    account,
    text_key,
    expense_id,
    raw,
    category_reason,
    is_income,
);

/// A row of `import_rows`.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = import_rows)]
pub struct ImportRow {
    pub book_id: i64,
    pub import_id: i64,
    /// From 1, in the order of the file.
    pub row_number: i32,
    /// Where it starts in the file, from 1.
    pub line: i64,
    /// See [`Verdict`].
    pub verdict: String,
    /// See [`Reason`].
    pub reason: Option<String>,
    /// Whether an expense is to be made of it; of a confirmed import: whether one was made.
    pub take: bool,
    pub booked_on: Option<Date>,
    /// In the direction of the account: negative is money out.
    pub amount: Option<Money>,
    pub currency: Option<String>,
    pub description: String,
    pub memo: String,
    /// `None` is the one of the import.
    pub category: Option<String>,
    pub source_id: Option<String>,
    pub account: Option<String>,
    /// Of the description, see `entry::text_key`.
    pub text_key: i64,
    /// The expense that was made of it, or that it is, or may be.
    pub expense_id: Option<i64>,
    /// As it stands in the file, if it was rejected.
    pub raw: Option<String>,
    /// Why the category was suggested; `None` where the file or a person says it.
    pub category_reason: Option<String>,
    /// Whether the file says that the category is one of income.
    pub is_income: Option<bool>,
}

impl ImportRow {
    /// One that this version does not know is never taken.
    pub fn verdict(&self) -> Verdict {
        Verdict::parse(&self.verdict).unwrap_or(Verdict::Rejected)
    }

    pub fn reason(&self) -> Option<Reason> {
        self.reason.as_deref().and_then(Reason::parse)
    }
}

/// Inserts rows; of those that are there, changes verdict, reason, `take` and expense.
pub fn upsert(conn: &mut Conn, rows: &[ImportRow]) -> Result<(), AppError> {
    match conn {
        Conn::Sqlite(c) => {
            bulk::write(c, rows)?;
        }
        #[cfg(feature = "_postgres")]
        Conn::Postgres(c) => {
            use diesel::upsert::excluded;
            for rows in rows.chunks(ROWS_AT_ONCE) {
                diesel::insert_into(import_rows::table)
                    .values(rows)
                    .on_conflict((
                        import_rows::book_id,
                        import_rows::import_id,
                        import_rows::row_number,
                    ))
                    .do_update()
                    .set((
                        import_rows::verdict.eq(excluded(import_rows::verdict)),
                        import_rows::reason.eq(excluded(import_rows::reason)),
                        import_rows::take.eq(excluded(import_rows::take)),
                        import_rows::expense_id.eq(excluded(import_rows::expense_id)),
                    ))
                    .execute(c)?;
            }
        }
    }
    Ok(())
}

sql! { SetExpense { expense: i64, owner: i64, import: i64, number: i32 }:
    "UPDATE import_rows SET expense_id = :expense \
     WHERE book_id = :owner AND import_id = :import AND row_number = :number"
}

/// Stores the expenses that were made of `rows`.
pub fn set_expenses(conn: &mut Conn, rows: &[ImportRow]) -> Result<(), AppError> {
    match conn {
        Conn::Sqlite(c) => {
            for row in rows {
                let statement = SetExpense {
                    expense: row.expense_id.unwrap_or_default(),
                    owner: row.book_id,
                    import: row.import_id,
                    number: row.row_number,
                };
                statement.bound().execute(c)?;
            }
            Ok(())
        }
        // A round trip for each row would take longer than writing all columns.
        #[cfg(feature = "_postgres")]
        Conn::Postgres(_) => upsert(conn, rows),
    }
}

/// Which rows a page or a bulk choice is about.
#[derive(Debug, Clone, Default)]
pub struct RowFilter {
    pub verdict: Option<Verdict>,
    /// Only money in.
    pub is_money_in: bool,
    /// Only those with this text key.
    pub text_key: Option<i64>,
}

/// The rows of a filter.
fn filtered<'a>(owner: BookId, import: i64, filter: &RowFilter) -> import_rows::BoxedQuery<'a, Backend> {
    let mut rows = import_rows::table
        .filter(import_rows::book_id.eq(owner.0))
        .filter(import_rows::import_id.eq(import))
        .into_boxed();
    if let Some(verdict) = filter.verdict {
        rows = rows.filter(import_rows::verdict.eq(verdict.name()));
    }
    if filter.is_money_in {
        rows = rows.filter(import_rows::amount.gt(0));
    }
    if let Some(key) = filter.text_key {
        rows = rows.filter(import_rows::text_key.eq(key));
    }
    rows
}

/// At most `limit` rows after the number `after`.
pub fn page(
    conn: &mut Conn,
    owner: BookId,
    import: i64,
    filter: &RowFilter,
    after: i32,
    limit: usize,
) -> Result<Vec<ImportRow>, AppError> {
    Ok(filtered(owner, import, filter)
        .filter(import_rows::row_number.gt(after))
        .order(import_rows::row_number)
        .limit(i64::try_from(limit).unwrap_or(i64::MAX))
        .select(import_rows::all_columns)
        .load(conn)?)
}

/// The number after which the page of `limit` rows begins that ends at `after`; 0 for the first page.
pub fn page_before(
    conn: &mut Conn,
    owner: BookId,
    import: i64,
    filter: &RowFilter,
    after: i32,
    limit: usize,
) -> Result<i32, AppError> {
    let number: Option<i32> = filtered(owner, import, filter)
        .filter(import_rows::row_number.le(after))
        .order(import_rows::row_number.desc())
        .offset(i64::try_from(limit).unwrap_or(i64::MAX))
        .select(import_rows::row_number)
        .first(conn)
        .optional()?;
    Ok(number.unwrap_or(0))
}

/// The rows with these numbers.
pub fn numbered(
    conn: &mut Conn,
    owner: BookId,
    import: i64,
    numbers: &[i32],
) -> Result<Vec<ImportRow>, AppError> {
    Ok(import_rows::table
        .filter(import_rows::book_id.eq(owner.0))
        .filter(import_rows::import_id.eq(import))
        .filter(import_rows::row_number.eq_any(numbers))
        .order(import_rows::row_number)
        .select(import_rows::all_columns)
        .load(conn)?)
}

/// How many rows are taken.
pub fn taken(conn: &mut Conn, owner: BookId, import: i64) -> Result<i64, AppError> {
    Ok(import_rows::table
        .filter(import_rows::book_id.eq(owner.0))
        .filter(import_rows::import_id.eq(import))
        .filter(import_rows::take.eq(true))
        .count()
        .get_result(conn)?)
}

/// Removes the rows of an import.
pub fn remove(conn: &mut Conn, owner: BookId, import: i64) -> Result<(), AppError> {
    let rows = import_rows::table
        .filter(import_rows::book_id.eq(owner.0))
        .filter(import_rows::import_id.eq(import));
    diesel::delete(rows).execute(conn)?;
    Ok(())
}

/// How many rows an import has.
pub fn count(conn: &mut Conn, owner: BookId, import: i64) -> Result<u64, AppError> {
    let rows: i64 = import_rows::table
        .filter(import_rows::book_id.eq(owner.0))
        .filter(import_rows::import_id.eq(import))
        .count()
        .get_result(conn)?;
    Ok(u64::try_from(rows).unwrap_or(0))
}
