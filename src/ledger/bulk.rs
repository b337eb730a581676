//! Many rows in one INSERT that the connection keeps prepared. On `SQLite` diesel would write row by row and prepare each
//! statement again.

use diesel::backend::Backend;
use diesel::connection::Connection;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::HasSqlType;

/// Rows of one statement. The rest is written one by one, so that there are only two texts to keep prepared.
const ROWS_AT_ONCE: usize = 50;

/// A row that is written in bulk.
pub(crate) trait Row<DB: Backend> {
    /// The statement before the values of the rows, in pieces.
    const BEFORE: &'static [&'static str];
    /// The statement after them.
    const AFTER: &'static [&'static str];

    fn values<'b>(&'b self, out: &mut Values<'_, '_, 'b, DB>) -> QueryResult<()>;
}

/// Implements [`Row`] for a struct with the columns of a table on `SQLite`. `AFTER` is the end of the statement.
macro_rules! bulk_insert {
    ($row:ty, $table:ident, $after:expr; $first:ident $(, $column:ident)* $(,)?) => {
        impl $crate::ledger::bulk::Row<diesel::sqlite::Sqlite> for $row {
            const BEFORE: &'static [&'static str] = &[
                concat!("INSERT INTO ", stringify!($table), " ("),
                concat!(stringify!($first) $(, ", ", stringify!($column))*),
                ") VALUES ",
            ];
            const AFTER: &'static [&'static str] = &[$after];

            fn values<'b>(
                &'b self,
                out: &mut $crate::ledger::bulk::Values<'_, '_, 'b, diesel::sqlite::Sqlite>,
            ) -> diesel::result::QueryResult<()> {
                out.push::<diesel::dsl::SqlTypeOf<$table::$first>, _>(&self.$first)?;
                $(out.push::<diesel::dsl::SqlTypeOf<$table::$column>, _>(&self.$column)?;)*
                Ok(())
            }
        }
    };
}
pub(crate) use bulk_insert;

/// Writes the values of one row.
pub(crate) struct Values<'a, 'o, 'b, DB: Backend> {
    out: &'a mut AstPass<'o, 'b, DB>,
    separator: &'static str,
}

impl<'b, DB: Backend> Values<'_, '_, 'b, DB> {
    pub(crate) fn push<ST, T>(&mut self, value: &'b T) -> QueryResult<()>
    where
        DB: HasSqlType<ST>,
        T: ToSql<ST, DB>,
    {
        self.out.push_sql(self.separator);
        self.separator = ",";
        self.out.push_bind_param::<ST, T>(value)
    }
}

/// One statement for all of the rows.
struct Many<'a, R, const N: usize>(&'a [R; N]);

impl<DB: Backend, R: Row<DB>, const N: usize> QueryFragment<DB> for Many<'_, R, N> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        for piece in R::BEFORE {
            out.push_sql(piece);
        }
        for (at, row) in self.0.iter().enumerate() {
            let separator = if at == 0 { "(" } else { ",(" };
            row.values(&mut Values {
                out: &mut out,
                separator,
            })?;
            out.push_sql(")");
        }
        for piece in R::AFTER {
            out.push_sql(piece);
        }
        Ok(())
    }
}

// The type and the number of the rows determine the text.
impl<R: 'static, const N: usize> QueryId for Many<'_, R, N> {
    type QueryId = Many<'static, R, N>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<C, R, const N: usize> RunQueryDsl<C> for Many<'_, R, N> {}

/// Writes the rows; returns how many were written.
pub(crate) fn write<C, R>(conn: &mut C, rows: &[R]) -> QueryResult<usize>
where
    C: Connection,
    R: Row<C::Backend> + 'static,
{
    let (pieces, rest) = rows.as_chunks::<ROWS_AT_ONCE>();
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
