//! A statement in SQL that the connection keeps prepared.
//!
//! Diesel keeps no UPDATE, no upsert and nothing with words of its own prepared, because it can't know that their text is
//! always the same; and preparing one costs more than running it. So the few that every request runs are written here
//! as text.

use std::marker::PhantomData;

use diesel::RunQueryDsl;
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::{self as sql, HasSqlType};
use time::{Date, PrimitiveDateTime};

use super::connection::{Conn, on_backend};

/// A value of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// `BIGINT`.
    Number(i64),
    /// `INTEGER`.
    Small(i32),
    /// `TEXT`.
    Text(String),
    /// `TEXT`, or nothing.
    TextOrNull(Option<String>),
    /// `DATE`.
    Day(Date),
    /// `TIMESTAMP` in UTC.
    Moment(PrimitiveDateTime),
    /// `TIMESTAMP` in UTC, or nothing.
    MomentOrNull(Option<PrimitiveDateTime>),
}

/// See [`statement`].
#[derive(Debug, Clone)]
pub struct Statement<ST> {
    words: &'static str,
    values: Vec<Value>,
    columns: PhantomData<ST>,
}

/// The statement `words`, with a value for each `?` in it; a row that it gives has columns of the type `ST`. Whether all
/// of that is so, the caller answers for.
pub fn statement<ST>(words: &'static str, values: impl Into<Vec<Value>>) -> Statement<ST> {
    Statement {
        words,
        values: values.into(),
        columns: PhantomData,
    }
}

impl<ST, DB> QueryFragment<DB> for Statement<ST>
where
    DB: Backend
        + HasSqlType<sql::BigInt>
        + HasSqlType<sql::Integer>
        + HasSqlType<sql::Text>
        + HasSqlType<sql::Nullable<sql::Text>>
        + HasSqlType<sql::Date>
        + HasSqlType<sql::Timestamp>
        + HasSqlType<sql::Nullable<sql::Timestamp>>,
    i64: ToSql<sql::BigInt, DB>,
    i32: ToSql<sql::Integer, DB>,
    String: ToSql<sql::Text, DB>,
    Option<String>: ToSql<sql::Nullable<sql::Text>, DB>,
    Date: ToSql<sql::Date, DB>,
    PrimitiveDateTime: ToSql<sql::Timestamp, DB>,
    Option<PrimitiveDateTime>: ToSql<sql::Nullable<sql::Timestamp>, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let mut values = self.values.iter();
        for (at, words) in self.words.split('?').enumerate() {
            if at > 0 {
                match values.next() {
                    Some(Value::Number(value)) => out.push_bind_param::<sql::BigInt, _>(value)?,
                    Some(Value::Small(value)) => out.push_bind_param::<sql::Integer, _>(value)?,
                    Some(Value::Text(value)) => out.push_bind_param::<sql::Text, _>(value)?,
                    Some(Value::TextOrNull(value)) => {
                        out.push_bind_param::<sql::Nullable<sql::Text>, _>(value)?;
                    }
                    Some(Value::Day(value)) => out.push_bind_param::<sql::Date, _>(value)?,
                    Some(Value::Moment(value)) => out.push_bind_param::<sql::Timestamp, _>(value)?,
                    Some(Value::MomentOrNull(value)) => {
                        out.push_bind_param::<sql::Nullable<sql::Timestamp>, _>(value)?;
                    }
                    None => out.push_sql("NULL"),
                }
            }
            out.push_sql(words);
        }
        Ok(())
    }
}

// Statements are told apart by their text.
impl<ST> QueryId for Statement<ST> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<ST> Query for Statement<ST> {
    type SqlType = ST;
}

impl<ST> RunQueryDsl<Conn> for Statement<ST> {}
impl<ST> RunQueryDsl<diesel::SqliteConnection> for Statement<ST> {}
#[cfg(feature = "_postgres")]
impl<ST> RunQueryDsl<diesel::PgConnection> for Statement<ST> {}

/// Runs a statement without values.
pub(super) fn say(conn: &mut Conn, words: &'static str) -> QueryResult<()> {
    on_backend!(conn, |c| statement::<sql::BigInt>(words, []).execute(c)).map(drop)
}

macro_rules! values {
    ($($of:ty => $value:ident),+ $(,)?) => {$(
        impl From<$of> for Value {
            fn from(value: $of) -> Self {
                Self::$value(value)
            }
        }
    )+};
}
values! {
    i64 => Number,
    i32 => Small,
    String => Text,
    Option<String> => TextOrNull,
    Date => Day,
    PrimitiveDateTime => Moment,
    Option<PrimitiveDateTime> => MomentOrNull,
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use diesel::connection::{InstrumentationEvent, SimpleConnection as _};
    use diesel::{Connection as _, SqliteConnection};
    use time::macros::{date, datetime};

    use super::*;

    const UPSERT: &str = "INSERT INTO t (id, day, words) VALUES (?, ?, ?) \
        ON CONFLICT (id) DO UPDATE SET id = t.id + excluded.id RETURNING id, day";

    #[test]
    fn a_statement_is_prepared_once_and_takes_its_values_in_order() {
        let mut conn = SqliteConnection::establish(":memory:").unwrap();
        conn.batch_execute("CREATE TABLE t (id BIGINT PRIMARY KEY, day DATE, at TIMESTAMP, words TEXT)")
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
            let row = [id.into(), day.into(), Some("one".to_owned()).into()];
            let written: (i64, Date) = statement::<(sql::BigInt, sql::Date)>(UPSERT, row)
                .get_result(&mut conn)
                .unwrap();
            assert_eq!(written, (id, day));
        }
        assert_eq!(prepared.load(Ordering::Relaxed), 1);
        let at = datetime!(2026-11-25 08:00);
        let changed = statement::<sql::BigInt>("UPDATE t SET at = ? WHERE id > ?", [at.into(), 7_i64.into()]);
        assert_eq!(changed.execute(&mut conn), Ok(2));
    }
}
