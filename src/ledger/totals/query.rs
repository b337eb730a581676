//! A statement over the table of totals of one grain. Diesel's DSL would need the same query once for each table.

use std::borrow::Cow;
use std::marker::PhantomData;

use diesel::RunQueryDsl;
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;

use super::total::Grain;
use crate::db::{BookId, Conn, Value};
use crate::ledger::kinds::CategoryScope;

/// From so many changes on, one statement looks for all rows that are left without expenses.
pub(super) const MANY: usize = 20;

/// The statement, with rows of the types `Row`. Nothing checks them against the text.
pub(super) struct TotalsQuery<Row> {
    parts: Vec<Part>,
    /// Whether the connection may keep it prepared: only where its text is one of a few.
    is_cacheable: bool,
    row: PhantomData<Row>,
}

enum Part {
    Sql(Cow<'static, str>),
    Value(Value),
}

impl<Row> TotalsQuery<Row> {
    /// Reads `columns` of the owner's totals.
    pub(super) fn select<P: Grain>(columns: &'static str, owner: BookId) -> Self {
        Self::select_from(P::TABLE, columns, owner)
    }

    /// Reads `columns` of the owner's rows of `table`.
    pub(super) fn select_from(table: &'static str, columns: &'static str, owner: BookId) -> Self {
        Self::new().sql("SELECT ").sql(columns).of_owner(table, owner)
    }

    /// Removes the owner's totals.
    pub(super) fn delete<P: Grain>(owner: BookId) -> Self {
        Self::delete_from(P::TABLE, owner)
    }

    /// Removes the owner's rows of `table`.
    pub(super) fn delete_from(table: &'static str, owner: BookId) -> Self {
        Self::new().sql("DELETE").of_owner(table, owner)
    }

    fn new() -> Self {
        Self {
            parts: Vec::with_capacity(16),
            is_cacheable: true,
            row: PhantomData,
        }
    }

    fn of_owner(self, table: &'static str, owner: BookId) -> Self {
        let from = self.sql(" FROM ").sql(table);
        from.sql(" WHERE book_id = ").value(owner.0)
    }

    /// Appends text.
    pub(super) fn sql(mut self, text: &'static str) -> Self {
        self.parts.push(Part::Sql(Cow::Borrowed(text)));
        self
    }

    /// Appends a value.
    pub(super) fn value(mut self, value: impl Into<Value>) -> Self {
        self.parts.push(Part::Value(value.into()));
        self
    }

    /// Only these days or months.
    pub(super) fn within<P: Grain>(self, first: P, last: P) -> Self {
        let column = self.sql(" AND ").sql(P::COLUMN);
        column.sql(" BETWEEN ").value(first).sql(" AND ").value(last)
    }

    /// Only this day or month.
    pub(super) fn at<P: Grain>(self, period: P) -> Self {
        self.sql(" AND ").sql(P::COLUMN).sql(" = ").value(period)
    }

    /// Only this category.
    pub(super) fn of_category(self, category: i64) -> Self {
        self.sql(" AND category_id = ").value(category)
    }

    /// Only this payer.
    pub(super) fn of_payer(self, person: i64) -> Self {
        self.sql(" AND paid_by = ").value(person)
    }

    /// Only these categories.
    pub(super) fn of_categories(mut self, categories: &CategoryScope) -> Self {
        if let Some(condition) = categories.condition() {
            self.parts
                .push(Part::Sql(Cow::Owned(format!(" AND {condition}"))));
            self.is_cacheable = false;
        }
        self
    }
}

impl<Row, DB> QueryFragment<DB> for TotalsQuery<Row>
where
    DB: Backend,
    Value: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        if !self.is_cacheable {
            out.unsafe_to_cache_prepared();
        }
        for part in &self.parts {
            match part {
                Part::Sql(text) => out.push_sql(text),
                Part::Value(value) => value.walk_ast(out.reborrow())?,
            }
        }
        Ok(())
    }
}

// The connection finds a prepared statement by its text.
impl<Row> QueryId for TotalsQuery<Row> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Row> Query for TotalsQuery<Row> {
    type SqlType = Row;
}

impl<Row> RunQueryDsl<Conn> for TotalsQuery<Row> {}
