//! A value of a statement.

use diesel::backend::Backend;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::{self as types, HasSqlType};
use time::{Date, PrimitiveDateTime};

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
