//! A statement that the database keeps prepared although diesel would prepare it anew each time.

use diesel::RunQueryDsl;
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::BigInt;

use super::connection::{Conn, on_backend};
use super::fixed;

/// See [`prepared`].
#[derive(Debug, Clone, Copy)]
pub struct Prepared<Q>(Q);

/// `statement`, which the connection keeps prepared. Only for one whose text is the same each time: diesel, which
/// can't know that, keeps no UPDATE and no upsert, and preparing one costs more than running it.
pub fn prepared<Q>(statement: Q) -> Prepared<Q> {
    Prepared(statement)
}

impl<Q: QueryFragment<DB>, DB: Backend> QueryFragment<DB> for Prepared<Q> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }

    fn is_safe_to_cache_prepared(&self, _: &DB) -> QueryResult<bool> {
        Ok(true)
    }
}

// Statements are told apart by their text.
impl<Q> QueryId for Prepared<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: Query> Query for Prepared<Q> {
    type SqlType = Q::SqlType;
}

impl<Q> RunQueryDsl<Conn> for Prepared<Q> {}
impl<Q> RunQueryDsl<diesel::SqliteConnection> for Prepared<Q> {}
#[cfg(feature = "_postgres")]
impl<Q> RunQueryDsl<diesel::PgConnection> for Prepared<Q> {}

/// Runs a statement without values, kept prepared.
pub(super) fn say(conn: &mut Conn, words: &'static str) -> QueryResult<()> {
    on_backend!(conn, |c| prepared(fixed::<BigInt>(words)).execute(c)).map(drop)
}
