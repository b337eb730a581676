//! Fixed SQL text as an expression. Unlike diesel's `sql`, they let the database keep the prepared statement.

use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, TypedExpressionType, ValidGrouping, is_aggregate,
};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::SqlType;

/// SQL text that is the same each time, of the type `ST`.
#[derive(Debug, Clone, Copy)]
pub struct RawSql<ST>(&'static str, PhantomData<ST>);

/// `words` as an expression of the type `ST`; whether they are, the caller answers for.
pub fn raw_sql<ST>(words: &'static str) -> RawSql<ST> {
    RawSql(words, PhantomData)
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

// Statements are told apart by their text.
impl<ST> QueryId for RawSql<ST> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<ST, QS> SelectableExpression<QS> for RawSql<ST> where Self: Expression {}
impl<ST, QS> AppearsOnTable<QS> for RawSql<ST> where Self: Expression {}

impl<ST, GroupBy> ValidGrouping<GroupBy> for RawSql<ST> {
    type IsAggregate = is_aggregate::Never;
}
