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

/// How many `?` there are.
const fn count_places(sql: &[&str]) -> usize {
    let (mut piece, mut found) = (0, 0);
    while piece < sql.len() {
        let (text, mut at) = (sql[piece].as_bytes(), 0);
        while at < text.len() {
            found += (text[at] == b'?') as usize;
            at += 1;
        }
        piece += 1;
    }
    found
}

/// The first named bind at or after `from`: where its colon is, and where its name ends. `::` is a cast.
const fn next_bind(text: &[u8], from: usize) -> Option<(usize, usize)> {
    let mut at = from;
    while at + 1 < text.len() {
        let is_cast = text[at + 1] == b':' || (at > 0 && text[at - 1] == b':');
        if text[at] == b':' && !is_cast && text[at + 1].is_ascii_lowercase() {
            let mut end = at + 1;
            while end < text.len() && (text[end].is_ascii_alphanumeric() || text[end] == b'_') {
                end += 1;
            }
            return Some((at, end));
        }
        at += 1;
    }
    None
}

/// Whether `text[from..to]` is `name`.
const fn is_name(text: &[u8], from: usize, to: usize, name: &str) -> bool {
    let name = name.as_bytes();
    let mut at = 0;
    while at < name.len() && from + at < to {
        if text[from + at] != name[at] {
            return false;
        }
        at += 1;
    }
    at == name.len() && from + at == to
}

/// Whether the text binds each of `names`, and no other name. [`sql!`] checks it at compile time.
pub(crate) const fn binds_are(sql: &[&str], names: &[&str]) -> bool {
    let mut used = 0_u64;
    let mut piece = 0;
    while piece < sql.len() {
        let (text, mut from) = (sql[piece].as_bytes(), 0);
        while let Some((colon, end)) = next_bind(text, from) {
            let mut name = 0;
            while name < names.len() && !is_name(text, colon + 1, end, names[name]) {
                name += 1;
            }
            if name == names.len() {
                return false;
            }
            used |= 1 << name;
            from = end;
        }
        piece += 1;
    }
    used == (1 << names.len()) - 1
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
                        $crate::db::statement::binds_are(
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

impl<DB> QueryFragment<DB> for Value
where
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
        match self {
            Self::Number(value) => out.push_bind_param::<types::BigInt, _>(value),
            Self::Small(value) => out.push_bind_param::<types::Integer, _>(value),
            Self::Day(value) => out.push_bind_param::<types::Date, _>(value),
            Self::Moment(value) => out.push_bind_param::<types::Timestamp, _>(value),
            Self::MomentOrNull(value) => out.push_bind_param::<types::Nullable<types::Timestamp>, _>(value),
        }
    }
}

/// A statement with its values.
#[derive(Debug, Clone)]
pub struct Statement<W, const N: usize> {
    values: [Value; N],
    words: PhantomData<W>,
}

impl<W: StaticSql, const N: usize> Statement<W, N> {
    /// With the values of the named binds, or of each `?`, in order.
    pub(crate) fn new(values: [Value; N]) -> Self {
        Self {
            values,
            words: PhantomData,
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
                for (at, words) in piece.split('?').enumerate() {
                    if at > 0
                        && let Some(value) = values.next()
                    {
                        value.walk_ast(out.reborrow())?;
                    }
                    out.push_sql(words);
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

    #[test]
    fn a_text_binds_each_name_and_no_other() {
        for (sql, names, expected) in [
            (&["id = :id AND day = :day"][..], &["id", "day"][..], true),
            (&["id = :id OR :id IS NULL"], &["id"], true),
            (&["id = :id", " AND day = :day"], &["day", "id"], true),
            (&["id = :ids"], &["id"], false),
            (&["id = :i"], &["id"], false),
            (&["id = :id"], &["id", "day"], false),
            (&["id::bigint = :id AND at = '12:00'"], &["id"], true),
        ] {
            assert_eq!(binds_are(sql, names), expected, "{sql:?}");
        }
    }
}
