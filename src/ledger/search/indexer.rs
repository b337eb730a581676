//! Moves pending changes into the copy (`search_rows`) and its full-text index, many in one transaction. (`SQLite`)

use std::sync::LazyLock;

use diesel::prelude::*;
use diesel::query_builder::{BoxedSqlQuery, SqlQuery};
use diesel::result::Error as DieselError;
use diesel::sql_types::BigInt;
use diesel::sqlite::Sqlite;
use diesel::{SqliteConnection, sql_query};

use super::keys::{MAX_OWNER_NUMBER, PLACES_PER_DAY, sql_first_of_day, sql_first_of_same_day};
use super::store::Count;
use crate::error::AppError;

/// Fewer pending changes wait for more: a search reads them quickly.
const MIN_PENDING: i64 = 400;

/// An account and an expense of it. A batch is every pending change up to one of them.
#[derive(QueryableByName, Clone, Copy)]
struct LastChange {
    #[diesel(sql_type = BigInt)]
    book_id: i64,
    #[diesel(sql_type = BigInt)]
    id: i64,
}

#[derive(QueryableByName)]
struct Owner {
    #[diesel(sql_type = BigInt)]
    book_id: i64,
}

#[derive(QueryableByName)]
struct Key {
    #[diesel(sql_type = BigInt)]
    key: i64,
}

/// A live expense of a batch.
#[derive(QueryableByName)]
struct NewRow {
    /// The first key of its day.
    #[diesel(sql_type = BigInt)]
    day: i64,
    #[diesel(sql_type = BigInt)]
    book_id: i64,
    #[diesel(sql_type = BigInt)]
    id: i64,
}

/// Pending changes (`c`) with the keys of their owners (`s`).
const CHANGES: &str = "FROM search_changes c CROSS JOIN search_spans s ON s.book_id = c.book_id";
/// Their rows in the copy.
const COPIED: &str = "CROSS JOIN search_rows r ON r.id = c.id AND r.key BETWEEN s.first AND s.last";
/// Their expenses that are not deleted.
const LIVE: &str = "CROSS JOIN expenses e ON e.book_id = c.book_id AND e.id = c.id AND e.deleted_at IS NULL";
/// Limits them to a batch.
const IN_BATCH: &str = "WHERE (c.book_id, c.id) <= ($1, $2)";

/// The statements that need a batch, as `$1` and `$2`.
struct BatchSql {
    owners_without_number: String,
    first_copied: String,
    drop_unchanged: String,
    unindex: String,
    remove_rows: String,
    add_rows: String,
    new_rows: String,
    index: String,
    drop_changes: String,
}

static BATCH_SQL: LazyLock<BatchSql> = LazyLock::new(|| {
    let first_of_day = sql_first_of_day("s.first", "e.spent_on");
    let last_place = PLACES_PER_DAY - 1;
    let first_of_copied_day = sql_first_of_same_day("r.key");
    BatchSql {
        owners_without_number: format!(
            "SELECT DISTINCT c.book_id FROM search_changes c {IN_BATCH} \
             AND NOT EXISTS (SELECT 1 FROM search_owners o WHERE o.book_id = c.book_id)"
        ),
        first_copied: format!("SELECT r.key {CHANGES} {COPIED} {IN_BATCH} LIMIT 1"),
        drop_unchanged: format!(
            "DELETE FROM search_changes WHERE (book_id, id) IN (SELECT c.book_id, c.id {CHANGES} {COPIED} {LIVE} \
             {IN_BATCH} AND r.folded = e.search AND r.category_id = e.category_id AND r.amount = e.amount \
             AND {first_of_copied_day} = {first_of_day})"
        ),
        // In the order of keys: FTS5 writes a segment of its own whenever a rowid is lower than the one before.
        unindex: format!(
            "INSERT INTO search_index (search_index, rowid, letters) SELECT 'delete', r.key, r.folded \
             {CHANGES} {COPIED} {IN_BATCH} ORDER BY r.key"
        ),
        remove_rows: format!(
            "DELETE FROM search_rows WHERE key IN (SELECT r.key {CHANGES} {COPIED} {IN_BATCH})"
        ),
        // A new row gets the place after the last of its day. After the last place of the day comes a key of the next
        // day; the `abs` of the smallest integer makes an error of it ("integer overflow").
        add_rows: format!(
            "INSERT INTO search_rows (key, id, category_id, amount, folded) \
             SELECT CASE WHEN place < {PLACES_PER_DAY} THEN day + place ELSE abs(-9223372036854775807 - 1) END, \
                    id, category_id, amount, search \
             FROM (SELECT day, coalesce((SELECT max(key) FROM search_rows \
                                         WHERE key BETWEEN day AND day + {last_place}) + 1 - day, 0) \
                              + row_number() OVER (PARTITION BY day ORDER BY id) - 1 AS place, \
                          id, category_id, amount, search \
                   FROM (SELECT {first_of_day} AS day, e.id, e.category_id, e.amount, e.search \
                         {CHANGES} {LIVE} {IN_BATCH})) ORDER BY 1"
        ),
        new_rows: format!(
            "SELECT day, book_id, id FROM (SELECT {first_of_day} AS day, e.book_id, e.id \
             {CHANGES} {LIVE} {IN_BATCH}) ORDER BY day, id"
        ),
        index: format!(
            "INSERT INTO search_index (rowid, letters) SELECT r.key, r.folded \
             {CHANGES} {COPIED} {IN_BATCH} ORDER BY r.key"
        ),
        drop_changes: format!("DELETE FROM search_changes AS c {IN_BATCH}"),
    }
});

/// Gives an owner (`$1`) the next number, or after the highest one the lowest that is free. Without a free number it
/// adds no row, and the owner's descriptions are not searched.
static ADD_OWNER: LazyLock<String> = LazyLock::new(|| {
    format!(
        "INSERT INTO search_owners (number, book_id) SELECT number, $1 FROM (
             SELECT CASE WHEN last < {MAX_OWNER_NUMBER} THEN last + 1 ELSE (
                 SELECT n FROM (SELECT 1 AS n UNION ALL SELECT number + 1 FROM search_owners)
                 WHERE n <= {MAX_OWNER_NUMBER} AND n NOT IN (SELECT number FROM search_owners) ORDER BY n LIMIT 1)
             END AS number
             FROM (SELECT coalesce(max(number), 0) AS last FROM search_owners)) WHERE number IS NOT NULL"
    )
});

pub(super) fn is_due(conn: &mut SqliteConnection) -> Result<bool, AppError> {
    let pending: Count = sql_query("SELECT COUNT(*) AS count FROM (SELECT 1 FROM search_changes LIMIT $1)")
        .bind::<BigInt, _>(MIN_PENDING)
        .get_result(conn)?;
    Ok(pending.count >= MIN_PENDING)
}

/// See [`super::index_pending`].
pub(super) fn index_pending(conn: &mut SqliteConnection, max: i64) -> Result<usize, AppError> {
    let last: Option<LastChange> = sql_query(
        "SELECT book_id, id FROM (SELECT book_id, id FROM search_changes ORDER BY book_id, id LIMIT $1) \
         ORDER BY book_id DESC, id DESC LIMIT 1",
    )
    .bind::<BigInt, _>(max)
    .get_result(conn)
    .optional()?;
    let Some(last) = last else { return Ok(0) };
    let sql = &*BATCH_SQL;
    // The other statements join with the owners' numbers.
    for owner in last.bound(&sql.owners_without_number).load::<Owner>(conn)? {
        sql_query(&*ADD_OWNER)
            .bind::<BigInt, _>(owner.book_id)
            .execute(conn)?;
    }
    let mut done = 0;
    // Most changes are new expenses, and those are not in the copy: a batch of them alone skips three statements.
    let first_copied: Option<Key> = last.bound(&sql.first_copied).get_result(conn).optional()?;
    if first_copied.is_some() {
        // First the rows that are the same again after an Undo: those that this drops are no longer part of the batch.
        done += last.bound(&sql.drop_unchanged).execute(conn)?;
        // The index stores no text: to remove an entry it needs the text that was indexed, which is still in the copy.
        last.bound(&sql.unindex).execute(conn)?;
        last.bound(&sql.remove_rows).execute(conn)?;
    }
    match last.bound(&sql.add_rows).execute(conn) {
        Err(DieselError::DatabaseError(_, info)) if info.message() == "integer overflow" => {
            add_in_gaps(conn, last)?;
        }
        added => drop(added?),
    }
    // From here on the copy has exactly the live rows of the batch.
    last.bound(&sql.index).execute(conn)?;
    // Last, because every statement above finds the batch by its pending changes.
    Ok(done + last.bound(&sql.drop_changes).execute(conn)?)
}

impl LastChange {
    /// The statement for the batch that ends here.
    fn bound(self, sql: &str) -> BoxedSqlQuery<'static, Sqlite, SqlQuery> {
        sql_query(sql)
            .into_boxed()
            .bind::<BigInt, _>(self.book_id)
            .bind::<BigInt, _>(self.id)
    }
}

/// Adds the rows of a batch at free places, one by one. Places become free when rows move to another day or change
/// their text; a day uses them only once its last place is taken.
fn add_in_gaps(conn: &mut SqliteConnection, last: LastChange) -> Result<(), AppError> {
    let new: Vec<NewRow> = last.bound(&BATCH_SQL.new_rows).load(conn)?;
    for rows in new.chunk_by(|row, next| row.day == next.day) {
        let Some(first) = rows.first() else { continue };
        let keys = first.day..first.day + PLACES_PER_DAY;
        let taken: Vec<Key> =
            sql_query("SELECT key FROM search_rows WHERE key >= $1 AND key < $2 ORDER BY key")
                .bind::<BigInt, _>(keys.start)
                .bind::<BigInt, _>(keys.end)
                .load(conn)?;
        let mut taken = taken.into_iter().map(|row| row.key).peekable();
        let free = keys.filter(|key| taken.next_if_eq(key).is_none());
        let mut added = 0;
        for (key, row) in free.zip(rows) {
            sql_query(
                "INSERT INTO search_rows (key, id, category_id, amount, folded) \
                 SELECT $1, id, category_id, amount, search FROM expenses WHERE book_id = $2 AND id = $3",
            )
            .bind::<BigInt, _>(key)
            .bind::<BigInt, _>(row.book_id)
            .bind::<BigInt, _>(row.id)
            .execute(conn)?;
            added += 1;
        }
        // No error: it would stop the index for all accounts.
        if added < rows.len() {
            let (owner, left) = (first.book_id, rows.len() - added);
            tracing::error!(
                owner,
                left,
                "a day is full: a search for a text does not find its last expenses"
            );
        }
    }
    Ok(())
}
