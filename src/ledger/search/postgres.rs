//! Search on PostgreSQL: the writes keep the copy, and the database keeps its index (`pg_trgm`, where available).

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel::{PgConnection, sql_query};

use super::keys;
use super::query::{Source, SourceQuery};
use super::store::{Change, Count, Store};
use crate::db::BookId;
use crate::db::schema::search_rows;
use crate::error::AppError;
use crate::ledger::expense::Expense;
use crate::text;

impl Store for PgConnection {
    fn note(&mut self, change: Change<'_>) -> Result<(), AppError> {
        match change {
            Change::Added(rows) => insert(self, rows),
            Change::Updated(row) => update(self, row),
            Change::Removed(owner, ids) => diesel::delete(
                search_rows::table
                    .filter(search_rows::book_id.eq(owner.0))
                    .filter(search_rows::id.eq_any(ids)),
            )
            .execute(self),
            Change::Merged { owner, from, into } => diesel::update(
                search_rows::table
                    .filter(search_rows::book_id.eq(owner.0))
                    .filter(search_rows::category_id.eq(from)),
            )
            .set(search_rows::category_id.eq(into))
            .execute(self),
        }?;
        Ok(())
    }

    fn sources(&mut self, query: &SourceQuery<'_>) -> Result<Vec<Source>, AppError> {
        let pattern = text::like_containing(query.text.folded);
        // The policy of the table compares with the same pattern, so that the index serves it; see the migration.
        self.batch_execute(&format!(
            "SET LOCAL app.search = '{}'",
            pattern.replace('\'', "''")
        ))?;
        let select = format!(
            "SELECT CAST(spent_on - {} AS BIGINT) AS day, id, category_id, amount, spent_on \
             FROM search_rows AS r WHERE book_id = {} AND {} AND {}",
            keys::SQL_DAY_ZERO,
            query.text.owner.0,
            query.within_days(),
            query.conditions("folded LIKE $1 ESCAPE '\\'")
        );
        Ok(vec![Source::by_id(select, pattern)])
    }

    fn check(&mut self, owner: BookId) -> Result<i64, AppError> {
        let wrong: Count = sql_query(
            "SELECT COUNT(*) AS count FROM (SELECT * FROM expenses WHERE book_id = $1 AND deleted_at IS NULL) e
             FULL JOIN (SELECT * FROM search_rows WHERE book_id = $1) r ON r.book_id = e.book_id AND r.id = e.id
             WHERE (r.spent_on, r.category_id, r.amount, r.folded) IS DISTINCT FROM
                   (e.spent_on, e.category_id, e.amount, e.search)",
        )
        .bind::<BigInt, _>(owner.0)
        .get_result(self)?;
        Ok(wrong.count)
    }

    fn rebuild(&mut self, owner: BookId) -> Result<(), AppError> {
        for statement in [
            "DELETE FROM search_rows WHERE book_id = $1",
            "INSERT INTO search_rows (book_id, id, spent_on, category_id, amount, folded)
             SELECT book_id, id, spent_on, category_id, amount, search FROM expenses
             WHERE book_id = $1 AND deleted_at IS NULL",
        ] {
            sql_query(statement).bind::<BigInt, _>(owner.0).execute(self)?;
        }
        Ok(())
    }
}

fn insert(conn: &mut PgConnection, rows: &[Expense]) -> QueryResult<usize> {
    let rows: Vec<_> = rows
        .iter()
        .filter(|row| row.deleted_at.is_none())
        .map(|row| {
            (
                search_rows::book_id.eq(row.book_id),
                search_rows::id.eq(row.id),
                search_rows::spent_on.eq(row.spent_on),
                search_rows::category_id.eq(row.category_id),
                search_rows::amount.eq(row.amount),
                search_rows::folded.eq(&row.search),
            )
        })
        .collect();
    diesel::insert_into(search_rows::table).values(rows).execute(conn)
}

fn update(conn: &mut PgConnection, row: &Expense) -> QueryResult<usize> {
    diesel::update(search_rows::table.find((row.book_id, row.id)))
        .set((
            search_rows::spent_on.eq(row.spent_on),
            search_rows::category_id.eq(row.category_id),
            search_rows::amount.eq(row.amount),
            search_rows::folded.eq(&row.search),
        ))
        .execute(conn)
}
