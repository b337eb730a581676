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
