//! A calendar date that is fast to read from a million rows.

use super::connection::Backend as ConnBackend;
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::sql_types;
use diesel::sqlite::Sqlite;
use time::Date;

use crate::period::parse_date;

/// A date parsed directly from the text that `SQLite` stores. Diesel tries several formats of the crate `time`, which takes
/// longer than reading the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromSqlRow)]
#[diesel(sql_type = sql_types::Date)]
pub struct Day(pub Date);

impl FromSql<sql_types::Date, Sqlite> for Day {
    fn from_sql(mut value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let text = value.read_text();
        parse_date(text)
            .map(Self)
            .ok_or_else(|| format!("{text:?} is no date").into())
    }
}

#[cfg(feature = "_postgres")]
impl FromSql<sql_types::Date, diesel::pg::Pg> for Day {
    fn from_sql(value: <diesel::pg::Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        <Date as FromSql<sql_types::Date, diesel::pg::Pg>>::from_sql(value).map(Self)
    }
}

impl FromSql<sql_types::Date, ConnBackend> for Day {
    fn from_sql(value: <ConnBackend as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        value.from_sql::<Self, sql_types::Date>()
    }
}
