//! A statement in SQL that the connection keeps prepared.
//!
//! Diesel keeps no UPDATE, no upsert and nothing with words of its own prepared, because it can't know that their text is
//! always the same; and preparing one costs more than running it. So the few that every request runs are written here
//! as text, each a type of its own, by which the connection finds it again.

use std::marker::PhantomData;

use diesel::RunQueryDsl;
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::{self as types, HasSqlType};
use time::{Date, PrimitiveDateTime};

use super::connection::{Conn, on_backend};

/// The text of a statement.
pub trait StaticSql: Sized + 'static {
    /// With a `?` for each value, and none for anything else.
    const SQL: &'static str;
    /// The types of the columns of a row that it gives; any, where it gives none.
    type Row;

    /// The statement with these values, as many as there are `?`, in their order. They have the same types each time;
    /// whether those are right, and those of the columns, whoever writes the text answers for.
    fn with<const N: usize>(values: [Value; N]) -> Statement<Self, N> {
        const { assert!(places(Self::SQL) == N, "a value for each `?`") }
        Statement {
            values,
            words: PhantomData,
        }
    }
}

/// How many `?` there are.
const fn places(sql: &str) -> usize {
    let (text, mut at, mut found) = (sql.as_bytes(), 0, 0);
    while at < text.len() {
        found += (text[at] == b'?') as usize;
        at += 1;
    }
    found
}

/// Names a statement: `sql! { Savepoint: "SAVEPOINT job" }`, or one that gives rows:
/// `sql! { DataVersion -> BigInt: "PRAGMA data_version" }`.
macro_rules! sql {
    ($name:ident: $sql:expr) => {
        $crate::db::statement::sql! { $name -> (): $sql }
    };
    ($name:ident -> $row:ty: $sql:expr) => {
        struct $name;

        impl $crate::db::statement::StaticSql for $name {
            const SQL: &'static str = $sql;
            type Row = $row;
        }
    };
}
pub(crate) use sql;

/// A value of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    /// `BIGINT`.
    Number(i64),
    /// `INTEGER`.
    Small(i32),
    /// `DATE`.
    Day(Date),
    /// `TIMESTAMP` in UTC.
    Moment(PrimitiveDateTime),
    /// `TIMESTAMP` in UTC, or nothing.
    MomentOrNull(Option<PrimitiveDateTime>),
}

/// See [`StaticSql::with`].
#[derive(Debug, Clone)]
pub struct Statement<W, const N: usize> {
    values: [Value; N],
    words: PhantomData<W>,
}

impl<W, DB, const N: usize> QueryFragment<DB> for Statement<W, N>
where
    W: StaticSql,
    DB: Backend
        + HasSqlType<types::BigInt>
        + HasSqlType<types::Integer>
        + HasSqlType<types::Date>
        + HasSqlType<types::Timestamp>
        + HasSqlType<types::Nullable<types::Timestamp>>,
    i64: ToSql<types::BigInt, DB>,
    i32: ToSql<types::Integer, DB>,
    Date: ToSql<types::Date, DB>,
    PrimitiveDateTime: ToSql<types::Timestamp, DB>,
    Option<PrimitiveDateTime>: ToSql<types::Nullable<types::Timestamp>, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let mut values = self.values.iter();
        for (at, words) in W::SQL.split('?').enumerate() {
            if at > 0 {
                match values.next() {
                    Some(Value::Number(value)) => out.push_bind_param::<types::BigInt, _>(value)?,
                    Some(Value::Small(value)) => out.push_bind_param::<types::Integer, _>(value)?,
                    Some(Value::Day(value)) => out.push_bind_param::<types::Date, _>(value)?,
                    Some(Value::Moment(value)) => out.push_bind_param::<types::Timestamp, _>(value)?,
                    Some(Value::MomentOrNull(value)) => {
                        out.push_bind_param::<types::Nullable<types::Timestamp>, _>(value)?;
                    }
                    None => out.push_sql("NULL"),
                }
            }
            out.push_sql(words);
        }
        Ok(())
    }
}

// Statements are told apart by the types of their texts.
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

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Number(value)
    }
}

impl From<i32> for Value {
    fn from(value: i32) -> Self {
        Self::Small(value)
    }
}

impl From<Date> for Value {
    fn from(value: Date) -> Self {
        Self::Day(value)
    }
}

impl From<PrimitiveDateTime> for Value {
    fn from(value: PrimitiveDateTime) -> Self {
        Self::Moment(value)
    }
}

impl From<Option<PrimitiveDateTime>> for Value {
    fn from(value: Option<PrimitiveDateTime>) -> Self {
        Self::MomentOrNull(value)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use diesel::connection::{InstrumentationEvent, SimpleConnection as _};
    use diesel::{Connection as _, SqliteConnection};
    use time::macros::{date, datetime};

    use super::*;

    sql! { Put -> (types::BigInt, types::Date):
        "INSERT INTO t (id, day, small) VALUES (?, ?, ?) \
         ON CONFLICT (id) DO UPDATE SET id = t.id + excluded.id RETURNING id, day"
    }
    sql! { Stamp: "UPDATE t SET at = ? WHERE id > ?" }

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
        assert_eq!(Stamp::with([at.into(), 7_i64.into()]).execute(&mut conn), Ok(2));
        assert_eq!(prepared.load(Ordering::Relaxed), 2);
    }
}
