//! The copy of the expenses that a search reads: kept with every write, put into its index, written anew.
//!
//! On `SQLite` triggers note which expenses have changed (`search_changes`), and [`settle`] takes them over into the copy
//! (`search_rows`) and its index, many at a time: one by one they would cost more than the write itself. Until then
//! a search reads those expenses themselves. On PostgreSQL the functions here keep the copy, and its index keeps itself.

use diesel::prelude::*;
use diesel::result::Error as DieselError;
use diesel::sql_types::BigInt;
use diesel::{SqliteConnection, sql_query};

#[cfg(feature = "_postgres")]
use crate::db::schema::search_rows;
use crate::db::{Conn, StaticSql as _, UserId, Value, sql};
use crate::error::AppError;
use crate::ledger::expense::Expense;

/// The last place of a day.
const LAST_PLACE: i64 = (1 << 22) - 1;
/// So many changes are worth a write.
const MIN_PENDING: i64 = 400;
/// So many are taken over in one: the more, the less each costs, and the longer others wait.
pub const PIECE: i64 = 600;
/// So many are taken over at once by a command that writes very many.
pub const LARGE_PIECE: i64 = 50_000;

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Takes up new rows, or rows that are back from the trash.
pub(crate) fn put(conn: &mut Conn, rows: &[Expense]) -> Result<(), AppError> {
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
pub(crate) fn change(conn: &mut Conn, row: &Expense) -> Result<(), AppError> {
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

/// Parts of the statements below.
macro_rules! part {
    // The changes, with the keys of their owners' rows.
    (taken) => {
        "FROM search_changes c CROSS JOIN search_spans s ON s.user_id = c.user_id "
    };
    // The row that the copy has of a change.
    (copied) => {
        "CROSS JOIN search_rows r ON r.id = c.id AND r.key BETWEEN s.first AND s.last "
    };
    // The live expense of a change.
    (live) => {
        "CROSS JOIN expenses e ON e.user_id = c.user_id AND e.id = c.id AND e.deleted_at IS NULL "
    };
    // The first key of its day.
    (day) => {
        "s.first + (CAST(julianday(e.spent_on) - 2415019.5 AS INTEGER) << 22)"
    };
    // Those up to an account and an expense of it.
    (up_to) => {
        "WHERE (c.user_id, c.id) <= (?, ?) "
    };
}

sql! { Last -> (BigInt, BigInt):
    "SELECT user_id, id FROM (SELECT user_id, id FROM search_changes ORDER BY user_id, id LIMIT ?) \
     ORDER BY user_id DESC, id DESC LIMIT 1"
}
sql! { NewOwners -> BigInt:
    concat!(
        "SELECT DISTINCT c.user_id FROM search_changes c ",
        part!(up_to),
        "AND NOT EXISTS (SELECT 1 FROM search_owners o WHERE o.user_id = c.user_id)"
    )
}
// After the last number whose keys fit into 64 bits come those of accounts that are gone. With none left the account is not
// searched by text.
sql! { AddOwner:
    "INSERT INTO search_owners (number, user_id) SELECT number, ? FROM (
         SELECT CASE WHEN last < 524286 THEN last + 1 ELSE (
             SELECT n FROM (SELECT 1 AS n UNION ALL SELECT number + 1 FROM search_owners)
             WHERE n < 524287 AND n NOT IN (SELECT number FROM search_owners) ORDER BY n LIMIT 1) END AS number
         FROM (SELECT coalesce(max(number), 0) AS last FROM search_owners)) WHERE number IS NOT NULL"
}
sql! { FirstCopied -> BigInt: concat!("SELECT r.key ", part!(taken), part!(copied), part!(up_to), "LIMIT 1") }
sql! { PassOverSame:
    concat!(
        "DELETE FROM search_changes WHERE (user_id, id) IN (SELECT c.user_id, c.id ",
        part!(taken),
        part!(copied),
        part!(live),
        part!(up_to),
        "AND r.folded = e.search AND r.category_id = e.category_id AND r.amount = e.amount AND (r.key >> 22) << 22 = ",
        part!(day),
        ")"
    )
}
// The index is told in the order of keys: out of order it would write a piece of its own for each.
sql! { RemoveFromIndex:
    concat!(
        "INSERT INTO search_index (search_index, rowid, letters) SELECT 'delete', r.key, r.folded ",
        part!(taken),
        part!(copied),
        part!(up_to),
        "ORDER BY r.key"
    )
}
sql! { RemoveRows:
    concat!("DELETE FROM search_rows WHERE key IN (SELECT r.key ", part!(taken), part!(copied), part!(up_to), ")")
}
// A day has room for 4,194,304 rows. One more must not get a key of the next day: the overflow is an error.
sql! { AddRows:
    concat!(
        "INSERT INTO search_rows (key, id, category_id, amount, folded) \
         SELECT CASE WHEN place < 4194304 THEN day + place ELSE abs(-9223372036854775807 - 1) END, \
                id, category_id, amount, search \
         FROM (SELECT day, coalesce((SELECT max(key) FROM search_rows WHERE key BETWEEN day AND day + 4194303) + 1 - day, 0) \
                          + row_number() OVER (PARTITION BY day ORDER BY id) - 1 AS place, \
                      id, category_id, amount, search \
               FROM (SELECT ",
        part!(day),
        " AS day, e.id, e.category_id, e.amount, e.search ",
        part!(taken),
        part!(live),
        part!(up_to),
        ")) ORDER BY 1"
    )
}
sql! { NewRows -> (BigInt, BigInt, BigInt):
    concat!("SELECT day, user_id, id FROM (SELECT ", part!(day), " AS day, e.user_id, e.id ", part!(taken), part!(live), part!(up_to), ") ORDER BY day, id")
}
sql! { KeysOfDay -> BigInt: "SELECT key FROM search_rows WHERE key BETWEEN ? AND ? ORDER BY key" }
sql! { AddRow:
    "INSERT INTO search_rows (key, id, category_id, amount, folded) \
     SELECT ?, id, category_id, amount, search FROM expenses WHERE user_id = ? AND id = ?"
}
sql! { AddToIndex:
    concat!(
        "INSERT INTO search_index (rowid, letters) SELECT r.key, r.folded ",
        part!(taken),
        part!(copied),
        part!(up_to),
        "ORDER BY r.key"
    )
}
sql! { Forget: concat!("DELETE FROM search_changes AS c ", part!(up_to)) }

/// Takes at most `most` changes over into the copy and its index; how many they were. (Looks across all accounts.)
pub fn settle(conn: &mut Conn, most: i64) -> Result<usize, AppError> {
    let Some(c) = sqlite(conn) else { return Ok(0) };
    let last: Option<(i64, i64)> = Last::with([most.into()]).get_result(c).optional()?;
    let Some((user_id, id)) = last else { return Ok(0) };
    let last = [user_id.into(), id.into()];
    for owner in NewOwners::with(last).load::<i64>(c)? {
        AddOwner::with([owner.into()]).execute(c)?;
    }
    let mut settled = 0;
    // New expenses are not in the copy, and most changes are new expenses.
    if FirstCopied::with(last).get_result::<i64>(c).optional()?.is_some() {
        // What is back as it was, after an Undo, is in the copy and in the index as it is.
        settled += PassOverSame::with(last).execute(c)?;
        RemoveFromIndex::with(last).execute(c)?;
        RemoveRows::with(last).execute(c)?;
    }
    match AddRows::with(last).execute(c) {
        Err(DieselError::DatabaseError(_, info)) if info.message() == "integer overflow" => {
            add_in_gaps(c, last)?;
        }
        added => drop(added?),
    }
    AddToIndex::with(last).execute(c)?;
    Ok(settled + Forget::with(last).execute(c)?)
}

/// Adds the new rows where days have room, for days whose last place is taken: places before it are free again where
/// rows have moved.
fn add_in_gaps(c: &mut SqliteConnection, last: [Value; 2]) -> Result<(), AppError> {
    let new: Vec<(i64, i64, i64)> = NewRows::with(last).load(c)?;
    for rows in new.chunk_by(|(day, ..), (other, ..)| day == other) {
        let Some((first, owner, _)) = rows.first().copied() else {
            continue;
        };
        let end = first + LAST_PLACE;
        let taken: Vec<i64> = KeysOfDay::with([first.into(), end.into()]).load(c)?;
        let mut taken = taken.into_iter().peekable();
        let free = (first..=end).filter(|key| taken.next_if_eq(key).is_none());
        let mut added = 0;
        for (key, (_, owner, id)) in free.zip(rows) {
            AddRow::with([key.into(), (*owner).into(), (*id).into()]).execute(c)?;
            added += 1;
        }
        // Nobody else's search may wait for this.
        if added < rows.len() {
            let left = rows.len() - added;
            tracing::error!(
                owner,
                left,
                "a day is full: a search for a text does not find its last expenses"
            );
        }
    }
    Ok(())
}

fn sqlite(conn: &mut Conn) -> Option<&mut SqliteConnection> {
    match conn {
        Conn::Sqlite(c) => Some(c),
        #[cfg(feature = "_postgres")]
        Conn::Postgres(_) => None,
    }
}

/// Whether so many changes wait that it is worth a write. (Looks across all accounts.)
pub fn is_due(conn: &mut Conn) -> Result<bool, AppError> {
    if !matches!(conn, Conn::Sqlite(_)) {
        return Ok(false);
    }
    let waiting: Count = sql_query("SELECT COUNT(*) AS count FROM (SELECT 1 FROM search_changes LIMIT $1)")
        .bind::<BigInt, _>(MIN_PENDING)
        .get_result(conn)?;
    Ok(waiting.count >= MIN_PENDING)
}

/// The rows of `owner`'s live expenses that the copy does not have just so, and those it has too many; without what is
/// noted as changed.
pub fn wrong(conn: &mut Conn, owner: UserId) -> Result<i64, AppError> {
    let wrong: Count = if matches!(conn, Conn::Sqlite(_)) {
        sql_query(
            "WITH span AS (SELECT first, last FROM search_spans WHERE user_id = $1)
             SELECT (SELECT COUNT(*) FROM expenses e WHERE e.user_id = $1 AND e.deleted_at IS NULL
                         AND NOT EXISTS (SELECT 1 FROM search_changes c WHERE c.user_id = $1 AND c.id = e.id) AND NOT EXISTS (
                         SELECT 1 FROM span s JOIN search_rows r ON r.id = e.id AND r.key BETWEEN s.first AND s.last
                         WHERE r.category_id = e.category_id AND r.amount = e.amount AND r.folded = e.search
                           AND (r.key >> 22) & 4194303 = CAST(julianday(e.spent_on) - 2415019.5 AS INTEGER)))
                  + (SELECT COUNT(*) FROM span s JOIN search_rows r ON r.key BETWEEN s.first AND s.last
                     WHERE NOT EXISTS (SELECT 1 FROM search_changes c WHERE c.user_id = $1 AND c.id = r.id)
                       AND NOT EXISTS (SELECT 1 FROM expenses e
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
        "INSERT INTO temp.search_again (rowid, letters) SELECT key, folded FROM search_rows",
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
        sql_query("DELETE FROM search_changes").execute(conn)?;
    }
    Ok(())
}

/// Copies the live expenses of `owner` anew; on `SQLite` they are noted, for [`settle`] into a copy that was cleared.
pub fn rebuild(conn: &mut Conn, owner: UserId) -> Result<(), AppError> {
    if matches!(conn, Conn::Sqlite(_)) {
        sql_query(
            "INSERT INTO search_changes (user_id, id) SELECT user_id, id FROM expenses
             WHERE user_id = $1 AND deleted_at IS NULL ORDER BY id",
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
