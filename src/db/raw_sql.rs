//! SQL text as an expression. Unlike with diesel's `sql`, the connection caches the prepared statement.

use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, TypedExpressionType, ValidGrouping, is_aggregate,
};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::SqlType;

/// A constant SQL text of the type `ST`.
#[derive(Debug, Clone, Copy)]
pub struct RawSql<ST>(&'static str, PhantomData<ST>);

/// `sql` as an expression; the caller guarantees that it has the type `ST`.
pub fn raw_sql<ST>(sql: &'static str) -> RawSql<ST> {
    RawSql(sql, PhantomData)
}

impl<ST: SqlType + TypedExpressionType> Expression for RawSql<ST> {
    type SqlType = ST;
}

impl<ST, DB: Backend> QueryFragment<DB> for RawSql<ST> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(self.0);
        Ok(())
    }
}

// The cache of prepared statements finds them by their text.
impl<ST> QueryId for RawSql<ST> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<ST, QS> SelectableExpression<QS> for RawSql<ST> where Self: Expression {}
impl<ST, QS> AppearsOnTable<QS> for RawSql<ST> where Self: Expression {}

impl<ST, GroupBy> ValidGrouping<GroupBy> for RawSql<ST> {
    type IsAggregate = is_aggregate::Never;
}
