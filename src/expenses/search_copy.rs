//! The copy of the expenses that a search reads: kept with every write, put into its index, written anew.
//!
//! On `SQLite` triggers keep the copy (`search_rows`), and its rows wait until [`settle`] puts them into the index,
//! many at a time: one by one they would cost more than the write itself. A search reads those that wait, too.
//! On PostgreSQL the functions here keep the copy, and its index keeps itself.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::BigInt;

use super::model::Expense;
#[cfg(feature = "_postgres")]
use crate::db::schema::search_rows;
use crate::db::{Conn, UserId};
use crate::error::AppError;

/// Rows that are put into the index in one write.
pub const PIECE: i64 = 400;

#[derive(QueryableByName)]
struct Last {
    #[diesel(sql_type = diesel::sql_types::Nullable<BigInt>)]
    key: Option<i64>,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Takes up new rows, or rows that are back from the trash.
pub(super) fn put(conn: &mut Conn, rows: &[Expense]) -> Result<(), AppError> {
    match conn {
        Conn::Sqlite(_) => {}
        #[cfg(feature = "_postgres")]
        Conn::Postgres(c) => {
            let rows: Vec<_> = rows
                .iter()
                .filter(|row| row.deleted_at.is_none())
                .map(|row| {
                    (
                        search_rows::user_id.eq(row.user_id),
                        search_rows::id.eq(row.id),
                        search_rows::spent_on.eq(row.spent_on),
                        search_rows::category_id.eq(row.category_id),
                        search_rows::amount.eq(row.amount),
                        search_rows::folded.eq(&row.search),
                    )
                })
                .collect();
            diesel::insert_into(search_rows::table).values(rows).execute(c)?;
        }
    }
    let _ = rows;
    Ok(())
}

/// Takes over what has changed in a row.
pub(super) fn change(conn: &mut Conn, row: &Expense) -> Result<(), AppError> {
    match conn {
        Conn::Sqlite(_) => {}
        #[cfg(feature = "_postgres")]
        Conn::Postgres(c) => {
            diesel::update(search_rows::table.find((row.user_id, row.id)))
                .set((
                    search_rows::spent_on.eq(row.spent_on),
                    search_rows::category_id.eq(row.category_id),
                    search_rows::amount.eq(row.amount),
                    search_rows::folded.eq(&row.search),
                ))
                .execute(c)?;
        }
    }
    let _ = row;
    Ok(())
}

/// Lets go of rows that went to the trash, or for good.
pub(crate) fn remove(conn: &mut Conn, owner: UserId, ids: &[i64]) -> Result<(), AppError> {
    match conn {
        Conn::Sqlite(_) => {}
        #[cfg(feature = "_postgres")]
        Conn::Postgres(c) => {
            diesel::delete(
                search_rows::table
                    .filter(search_rows::user_id.eq(owner.0))
                    .filter(search_rows::id.eq_any(ids)),
            )
            .execute(c)?;
        }
    }
    let _ = (owner, ids);
    Ok(())
}

/// Moves the rows of one category to another.
pub(crate) fn move_all(conn: &mut Conn, owner: UserId, from: i64, into: i64) -> Result<(), AppError> {
    match conn {
        Conn::Sqlite(_) => {}
        #[cfg(feature = "_postgres")]
        Conn::Postgres(c) => {
            diesel::update(
                search_rows::table
                    .filter(search_rows::user_id.eq(owner.0))
                    .filter(search_rows::category_id.eq(from)),
            )
            .set(search_rows::category_id.eq(into))
            .execute(c)?;
        }
    }
    let _ = (owner, from, into);
    Ok(())
}

/// Puts at most `most` waiting rows, of all accounts, into the index; how many they were.
pub fn settle(conn: &mut Conn, most: i64) -> Result<usize, AppError> {
    if !matches!(conn, Conn::Sqlite(_)) {
        return Ok(0);
    }
    let last: Last = sql_query(
        "SELECT max(key) AS key FROM (SELECT key FROM search_rows INDEXED BY search_rows_waiting WHERE indexed = 0 \
         ORDER BY key LIMIT $1)",
    )
    .bind::<BigInt, _>(most)
    .get_result(conn)?;
    let Some(last) = last.key else { return Ok(0) };
    sql_query(
        "INSERT INTO search_index (rowid, letters) SELECT key, folded FROM search_rows INDEXED BY search_rows_waiting \
         WHERE indexed = 0 AND key <= $1",
    )
    .bind::<BigInt, _>(last)
    .execute(conn)?;
    Ok(sql_query(
        "UPDATE search_rows INDEXED BY search_rows_waiting SET indexed = 1 WHERE indexed = 0 AND key <= $1",
    )
    .bind::<BigInt, _>(last)
    .execute(conn)?)
}

/// Whether so many rows wait that it is worth a write. (Looks across all accounts.)
pub fn is_due(conn: &mut Conn) -> Result<bool, AppError> {
    if !matches!(conn, Conn::Sqlite(_)) {
        return Ok(false);
    }
    let waiting: Count = sql_query(
        "SELECT COUNT(*) AS count FROM (SELECT 1 FROM search_rows INDEXED BY search_rows_waiting WHERE indexed = 0 LIMIT $1)",
    )
    .bind::<BigInt, _>(PIECE)
    .get_result(conn)?;
    Ok(waiting.count >= PIECE)
}

/// The rows of `owner`'s live expenses that the copy does not have just so, and those it has too many.
pub fn wrong(conn: &mut Conn, owner: UserId) -> Result<i64, AppError> {
    let wrong: Count = if matches!(conn, Conn::Sqlite(_)) {
        sql_query(
            "WITH span AS (SELECT first, last FROM search_spans WHERE user_id = $1)
             SELECT (SELECT COUNT(*) FROM expenses e WHERE e.user_id = $1 AND e.deleted_at IS NULL AND NOT EXISTS (
                         SELECT 1 FROM span s JOIN search_rows r ON r.id = e.id AND r.key BETWEEN s.first AND s.last
                         WHERE r.category_id = e.category_id AND r.amount = e.amount AND r.folded = e.search
                           AND (r.key >> 22) & 4194303 = CAST(julianday(e.spent_on) - 2415019.5 AS INTEGER)))
                  + (SELECT COUNT(*) FROM span s JOIN search_rows r ON r.key BETWEEN s.first AND s.last
                     WHERE NOT EXISTS (SELECT 1 FROM expenses e
                         WHERE e.user_id = $1 AND e.id = r.id AND e.deleted_at IS NULL)) AS count",
        )
        .bind::<BigInt, _>(owner.0)
        .get_result(conn)?
    } else {
        sql_query(format!(
            "SELECT COUNT(*) AS count FROM (SELECT * FROM expenses WHERE user_id = {0} AND deleted_at IS NULL) e
             FULL JOIN (SELECT * FROM search_rows WHERE user_id = {0}) r ON r.user_id = e.user_id AND r.id = e.id
             WHERE (r.spent_on, r.category_id, r.amount, r.folded) IS DISTINCT FROM
                   (e.spent_on, e.category_id, e.amount, e.search)",
            owner.0
        ))
        .get_result(conn)?
    };
    Ok(wrong.count)
}

/// What is wrong with the index over the copy, if anything; it is compared with one made anew, which is then dropped.
pub fn index_fault(conn: &mut Conn) -> Result<Option<String>, AppError> {
    if !matches!(conn, Conn::Sqlite(_)) {
        return Ok(None);
    }
    let sound = sql_query("INSERT INTO search_index (search_index) VALUES ('integrity-check')").execute(conn);
    if let Err(error) = sound {
        return Ok(Some(format!("the index of the search is damaged: {error}")));
    }
    for statement in [
        "CREATE VIRTUAL TABLE temp.search_again USING fts5(
             letters, content = '', columnsize = 0, detail = none, tokenize = 'trigram case_sensitive 1')",
        "INSERT INTO temp.search_again (rowid, letters) SELECT key, folded FROM search_rows WHERE indexed = 1",
        "CREATE VIRTUAL TABLE temp.search_has USING fts5vocab('main', 'search_index', 'row')",
        "CREATE VIRTUAL TABLE temp.search_needs USING fts5vocab('temp', 'search_again', 'row')",
    ] {
        sql_query(statement).execute(conn)?;
    }
    let differing: Count = sql_query(
        "SELECT (SELECT COUNT(*) FROM (SELECT term, doc FROM temp.search_has EXCEPT SELECT term, doc FROM temp.search_needs))
              + (SELECT COUNT(*) FROM (SELECT term, doc FROM temp.search_needs EXCEPT SELECT term, doc FROM temp.search_has))
                AS count",
    )
    .get_result(conn)?;
    for table in ["search_has", "search_needs", "search_again"] {
        sql_query(format!("DROP TABLE temp.{table}")).execute(conn)?;
    }
    Ok((differing.count > 0).then(|| "the index of the search is not that of its rows".to_owned()))
}

/// Takes everything out of `SQLite`'s copy and its index. (Of all accounts.)
pub fn clear(conn: &mut Conn) -> Result<(), AppError> {
    if matches!(conn, Conn::Sqlite(_)) {
        sql_query("INSERT INTO search_index (search_index) VALUES ('delete-all')").execute(conn)?;
        sql_query("DELETE FROM search_rows").execute(conn)?;
    }
    Ok(())
}

/// Copies the live expenses of `owner` anew; on `SQLite` into a copy that was cleared.
pub fn rebuild(conn: &mut Conn, owner: UserId) -> Result<(), AppError> {
    if matches!(conn, Conn::Sqlite(_)) {
        sql_query(
            "INSERT INTO search_entries (user_id, id, spent_on, category_id, amount, folded)
             SELECT user_id, id, spent_on, category_id, amount, search FROM expenses
             WHERE user_id = $1 AND deleted_at IS NULL ORDER BY spent_on, id",
        )
        .bind::<BigInt, _>(owner.0)
        .execute(conn)?;
        return Ok(());
    }
    for statement in [
        format!("DELETE FROM search_rows WHERE user_id = {}", owner.0),
        format!(
            "INSERT INTO search_rows (user_id, id, spent_on, category_id, amount, folded)
             SELECT user_id, id, spent_on, category_id, amount, search FROM expenses
             WHERE user_id = {} AND deleted_at IS NULL",
            owner.0
        ),
    ] {
        sql_query(statement).execute(conn)?;
    }
    Ok(())
}
