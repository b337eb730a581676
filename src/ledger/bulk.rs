//! Many rows at once on `SQLite`, by statements that the connection keeps prepared: diesel would write row by row and
//! prepare each anew.

use diesel::SqliteConnection;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sqlite::Sqlite;

/// Rows that one statement inserts where diesel writes it: PostgreSQL takes 65,535 values, and an expense has twelve.
pub(super) const ROWS_PER_STATEMENT: usize = 500;
/// Rows of one statement here. Those that are left over go one by one, so that there are two texts to keep and no more.
const AT_ONCE: usize = 50;

/// A row that is written in bulk.
pub(super) trait Row {
    /// The statement before the values of the rows, and after them.
    const SQL: (&'static str, &'static str);

    fn values<'b>(&'b self, out: &mut Values<'_, '_, 'b>) -> QueryResult<()>;
}

/// Writes the values of one row.
pub(super) struct Values<'a, 'o, 'b> {
    out: &'a mut AstPass<'o, 'b, Sqlite>,
    next: &'static str,
}

impl<'b> Values<'_, '_, 'b> {
    pub(super) fn push<ST, T>(&mut self, value: &'b T) -> QueryResult<()>
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
        let (before, after) = R::SQL;
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
pub(super) fn write<R: Row + 'static>(conn: &mut SqliteConnection, rows: &[R]) -> QueryResult<usize> {
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
