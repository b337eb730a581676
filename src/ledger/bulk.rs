//! Many rows at once on `SQLite`, by statements that the connection keeps prepared: diesel would write row by row and
//! prepare each anew.

use diesel::SqliteConnection;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{BigInt, Date, Integer, Nullable, Text, Timestamp};
use diesel::sqlite::Sqlite;

use super::expense::Expense;
use super::totals::{DailyTotal, MonthlyTotal};

/// Rows of one statement. Those that are left over go one by one, so that there are two texts to keep and no more.
const AT_ONCE: usize = 50;

/// A row that is written in bulk.
trait Row {
    /// The statement before the values of the rows, and after them.
    const WORDS: (&'static str, &'static str);

    fn values<'b>(&'b self, out: &mut Values<'_, '_, 'b>) -> QueryResult<()>;
}

/// Writes the values of one row.
struct Values<'a, 'o, 'b> {
    out: &'a mut AstPass<'o, 'b, Sqlite>,
    next: &'static str,
}

impl<'b> Values<'_, '_, 'b> {
    fn push<ST, T>(&mut self, value: &'b T) -> QueryResult<()>
    where
        Sqlite: diesel::sql_types::HasSqlType<ST>,
        T: diesel::serialize::ToSql<ST, Sqlite>,
    {
        self.out.push_sql(self.next);
        self.next = ",";
        self.out.push_bind_param::<ST, T>(value)
    }
}

/// One statement for all of the rows.
struct Many<'a, R, const N: usize>(&'a [R; N]);

impl<R: Row, const N: usize> QueryFragment<Sqlite> for Many<'_, R, N> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        let (before, after) = R::WORDS;
        out.push_sql(before);
        for (at, row) in self.0.iter().enumerate() {
            let next = if at == 0 { "(" } else { ",(" };
            row.values(&mut Values { out: &mut out, next })?;
            out.push_sql(")");
        }
        out.push_sql(after);
        Ok(())
    }
}

// Statements are told apart by what they write and how many of it.
impl<R: 'static, const N: usize> QueryId for Many<'_, R, N> {
    type QueryId = Many<'static, R, N>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<R, const N: usize> RunQueryDsl<SqliteConnection> for Many<'_, R, N> {}

/// Writes the rows; how many were written.
fn write<R: Row + 'static>(conn: &mut SqliteConnection, rows: &[R]) -> QueryResult<usize> {
    let (pieces, rest) = rows.as_chunks::<AT_ONCE>();
    let (rest, _) = rest.as_chunks::<1>();
    let mut written = 0;
    for piece in pieces {
        written += Many(piece).execute(conn)?;
    }
    for row in rest {
        written += Many(row).execute(conn)?;
    }
    Ok(written)
}

impl Row for Expense {
    const WORDS: (&'static str, &'static str) = (
        "INSERT INTO expenses (user_id, id, spent_on, category_id, amount, description, search, request_key, version, \
         created_at, updated_at, deleted_at) VALUES ",
        "",
    );

    fn values<'b>(&'b self, out: &mut Values<'_, '_, 'b>) -> QueryResult<()> {
        out.push::<BigInt, _>(&self.user_id)?;
        out.push::<BigInt, _>(&self.id)?;
        out.push::<Date, _>(&self.spent_on)?;
        out.push::<BigInt, _>(&self.category_id)?;
        out.push::<BigInt, _>(&self.amount)?;
        out.push::<Text, _>(&self.description)?;
        out.push::<Text, _>(&self.search)?;
        out.push::<Nullable<Text>, _>(&self.request_key)?;
        out.push::<Integer, _>(&self.version)?;
        out.push::<Timestamp, _>(&self.created_at)?;
        out.push::<Timestamp, _>(&self.updated_at)?;
        out.push::<Nullable<Timestamp>, _>(&self.deleted_at)
    }
}

impl Row for DailyTotal {
    const WORDS: (&'static str, &'static str) = (
        "INSERT INTO daily_totals (user_id, spent_on, category_id, amount, count) VALUES ",
        " ON CONFLICT (user_id, spent_on, category_id) \
         DO UPDATE SET amount = amount + excluded.amount, count = count + excluded.count",
    );

    fn values<'b>(&'b self, out: &mut Values<'_, '_, 'b>) -> QueryResult<()> {
        out.push::<BigInt, _>(&self.user_id)?;
        out.push::<Date, _>(&self.spent_on)?;
        out.push::<BigInt, _>(&self.category_id)?;
        out.push::<BigInt, _>(&self.amount)?;
        out.push::<BigInt, _>(&self.count)
    }
}

impl Row for MonthlyTotal {
    const WORDS: (&'static str, &'static str) = (
        "INSERT INTO monthly_totals (user_id, month, category_id, amount, count) VALUES ",
        " ON CONFLICT (user_id, month, category_id) \
         DO UPDATE SET amount = amount + excluded.amount, count = count + excluded.count",
    );

    fn values<'b>(&'b self, out: &mut Values<'_, '_, 'b>) -> QueryResult<()> {
        out.push::<BigInt, _>(&self.user_id)?;
        out.push::<Integer, _>(&self.month)?;
        out.push::<BigInt, _>(&self.category_id)?;
        out.push::<BigInt, _>(&self.amount)?;
        out.push::<BigInt, _>(&self.count)
    }
}

/// Inserts expenses; how many.
pub(super) fn insert(conn: &mut SqliteConnection, rows: &[Expense]) -> QueryResult<usize> {
    write(conn, rows)
}

/// Adds to the totals of days and of months.
pub(super) fn add(
    conn: &mut SqliteConnection,
    days: &[DailyTotal],
    months: &[MonthlyTotal],
) -> QueryResult<()> {
    write(conn, days)?;
    write(conn, months)?;
    Ok(())
}
