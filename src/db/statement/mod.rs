//! SQL statements that stay prepared on a connection.
//!
//! Preparing a statement costs more than running it. Diesel caches a prepared statement only if its type determines its
//! text, which is not so for an UPDATE, an upsert or an expression in raw SQL. A statement that every request runs is
//! therefore a constant with a type of its own.

pub(crate) mod binds;
mod value;

use std::marker::PhantomData;

use diesel::RunQueryDsl;
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;

use self::binds::{count_places, is_name, next_bind};
pub(crate) use self::value::Value;
use super::connection::{Conn, on_backend};

/// The text of a statement, named by [`sql!`].
pub trait StaticSql: Sized + 'static {
    /// The text in pieces, so that statements can share constants. No bind crosses the end of a piece.
    const SQL: &'static [&'static str];
    /// The named binds, in the order of their values; none where the text has `?` instead.
    const NAMES: &'static [&'static str] = &[];
    /// The types of the columns of a returned row. Nothing checks them against the text.
    type Row;

    /// The statement with a value for each `?`, in order. Their types must be the same each time.
    fn with<const N: usize>(values: [Value; N]) -> Statement<Self, N> {
        const { assert!(Self::NAMES.is_empty(), "named binds get their values by name") }
        const { assert!(count_places(Self::SQL) == N, "a value for each `?`") }
        Statement::new(values)
    }
}

/// Names a statement: `sql! { Savepoint: "SAVEPOINT job" }`; one that returns rows: `sql! { DataVersion -> BigInt:
/// "PRAGMA data_version" }`; one with values, each bound by its name as often as the text needs it:
///
/// ```ignore
/// sql! { Stamp { at: PrimitiveDateTime, id: i64 }: "UPDATE t SET at = :at WHERE id > :id" }
/// Stamp { at, id }.bound().execute(conn)?;
/// ```
///
/// The text may consist of several constants, separated by commas.
macro_rules! sql {
    ($name:ident $({ $($bind:ident: $of:ty),+ $(,)? })?: $($sql:expr),+ $(,)?) => {
        $crate::db::statement::sql! { $name $({ $($bind: $of),+ })? -> (): $($sql),+ }
    };
    ($name:ident -> $row:ty: $($sql:expr),+ $(,)?) => {
        struct $name;

        impl $crate::db::statement::StaticSql for $name {
            const SQL: &'static [&'static str] = &[$($sql),+];
            type Row = $row;
        }
    };
    ($name:ident { $($bind:ident: $of:ty),+ $(,)? } -> $row:ty: $($sql:expr),+ $(,)?) => {
        struct $name {
            $($bind: $of),+
        }

        impl $crate::db::statement::StaticSql for $name {
            const SQL: &'static [&'static str] = &[$($sql),+];
            const NAMES: &'static [&'static str] = &[$(stringify!($bind)),+];
            type Row = $row;
        }

        impl $name {
            fn bound(self) -> $crate::db::statement::Statement<Self, { [$(stringify!($bind)),+].len() }> {
                const {
                    assert!(
                        $crate::db::statement::binds::binds_are(
                            <$name as $crate::db::statement::StaticSql>::SQL,
                            <$name as $crate::db::statement::StaticSql>::NAMES,
                        ),
                        "the text binds each name, and no other"
                    );
                }
                $crate::db::statement::Statement::new([$(self.$bind.into()),+])
            }
        }
    };
}
pub(crate) use sql;

/// A statement with its values.
#[derive(Debug, Clone)]
pub struct Statement<W, const N: usize> {
    values: [Value; N],
    text: PhantomData<W>,
}

impl<W: StaticSql, const N: usize> Statement<W, N> {
    /// With the values of the named binds, or of each `?`, in order.
    pub(crate) fn new(values: [Value; N]) -> Self {
        Self {
            values,
            text: PhantomData,
        }
    }

    /// The value of a name.
    fn value(&self, text: &str, from: usize, to: usize) -> QueryResult<&Value> {
        let at = W::NAMES
            .iter()
            .position(|name| is_name(text.as_bytes(), from, to, name));
        at.and_then(|at| self.values.get(at))
            .ok_or_else(|| diesel::result::Error::QueryBuilderError("a bind without a value".into()))
    }
}

impl<W, DB, const N: usize> QueryFragment<DB> for Statement<W, N>
where
    W: StaticSql,
    DB: Backend,
    Value: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let mut values = self.values.iter();
        for piece in W::SQL {
            if W::NAMES.is_empty() {
                for (at, sql) in piece.split('?').enumerate() {
                    if at > 0
                        && let Some(value) = values.next()
                    {
                        value.walk_ast(out.reborrow())?;
                    }
                    out.push_sql(sql);
                }
                continue;
            }
            let mut from = 0;
            while let Some((colon, end)) = next_bind(piece.as_bytes(), from) {
                out.push_sql(&piece[from..colon]);
                self.value(piece, colon + 1, end)?.walk_ast(out.reborrow())?;
                from = end;
            }
            out.push_sql(&piece[from..]);
        }
        Ok(())
    }
}

// Each text has its own type, which identifies the prepared statement.
impl<W: StaticSql, const N: usize> QueryId for Statement<W, N> {
    type QueryId = W;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<W: StaticSql, const N: usize> Query for Statement<W, N> {
    type SqlType = W::Row;
}

impl<W, const N: usize> RunQueryDsl<Conn> for Statement<W, N> {}
impl<W, const N: usize> RunQueryDsl<diesel::SqliteConnection> for Statement<W, N> {}
#[cfg(feature = "_postgres")]
impl<W, const N: usize> RunQueryDsl<diesel::PgConnection> for Statement<W, N> {}

/// Runs a statement without values.
pub(super) fn execute_sql<W: StaticSql>(conn: &mut Conn, _: W) -> QueryResult<()> {
    on_backend!(conn, |c| W::with([]).execute(c)).map(drop)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use diesel::connection::{InstrumentationEvent, SimpleConnection as _};
    use diesel::{Connection as _, SqliteConnection, sql_types as types};
    use time::macros::{date, datetime};

    use super::*;

    sql! { Put -> (types::BigInt, types::Date):
        "INSERT INTO t (id, day, small) VALUES (?, ?, ?) \
         ON CONFLICT (id) DO UPDATE SET id = t.id + excluded.id RETURNING id, day"
    }
    sql! { Stamp { at: Option<time::PrimitiveDateTime>, id: i64 }:
        "UPDATE t SET at = :at WHERE id > :id AND (at IS NULL) = (", ":at IS NOT NULL)"
    }

    #[test]
    fn a_statement_is_prepared_once_and_takes_its_values_in_order() {
        let mut conn = SqliteConnection::establish(":memory:").unwrap();
        conn.batch_execute("CREATE TABLE t (id BIGINT PRIMARY KEY, day DATE, at TIMESTAMP, small INTEGER)")
            .unwrap();
        let prepared = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&prepared);
        conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if matches!(event, InstrumentationEvent::CacheQuery { .. }) {
                count.fetch_add(1, Ordering::Relaxed);
            }
        });
        let day = date!(2026 - 11 - 25);
        for id in [7_i64, 8, 9] {
            let put = Put::with([id.into(), day.into(), 1.into()]);
            assert_eq!(put.get_result(&mut conn), Ok((id, day)));
        }
        assert_eq!(prepared.load(Ordering::Relaxed), 1);
        let at = Some(datetime!(2026-11-25 08:00));
        assert_eq!(Stamp { at, id: 7 }.bound().execute(&mut conn), Ok(2));
        assert_eq!(prepared.load(Ordering::Relaxed), 2);
    }
}
