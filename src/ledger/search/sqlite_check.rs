//! Checks and rebuilds the copy and the full-text index. (`SQLite`)

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel::{SqliteConnection, sql_query};

use super::keys::{sql_day_number, sql_day_of};
use super::store::Count;
use crate::db::BookId;
use crate::error::AppError;

/// How many live expenses are missing or different in the copy, plus its rows without an expense; pending changes do not
/// count.
pub(super) fn wrong_rows(conn: &mut SqliteConnection, owner: BookId) -> Result<i64, AppError> {
    let sql = format!(
        "WITH span AS (SELECT first, last FROM search_spans WHERE book_id = $1)
         SELECT (SELECT COUNT(*) FROM expenses e WHERE e.book_id = $1 AND e.deleted_at IS NULL
                     AND NOT EXISTS (SELECT 1 FROM search_changes c WHERE c.book_id = $1 AND c.id = e.id) AND NOT EXISTS (
                     SELECT 1 FROM span s JOIN search_rows r ON r.id = e.id AND r.key BETWEEN s.first AND s.last
                     WHERE r.category_id = e.category_id AND r.amount = e.amount AND r.folded = e.search
                       AND {} = {}))
              + (SELECT COUNT(*) FROM span s JOIN search_rows r ON r.key BETWEEN s.first AND s.last
                 WHERE NOT EXISTS (SELECT 1 FROM search_changes c WHERE c.book_id = $1 AND c.id = r.id)
                   AND NOT EXISTS (SELECT 1 FROM expenses e
                     WHERE e.book_id = $1 AND e.id = r.id AND e.deleted_at IS NULL)) AS count",
        sql_day_of("r.key"),
        sql_day_number("e.spent_on")
    );
    let wrong: Count = sql_query(sql).bind::<BigInt, _>(owner.0).get_result(conn)?;
    Ok(wrong.count)
}

/// See [`super::check_index`].
pub(super) fn index_fault(conn: &mut SqliteConnection) -> Result<Option<String>, AppError> {
    let intact =
        sql_query("INSERT INTO search_index (search_index) VALUES ('integrity-check')").execute(conn);
    if let Err(error) = intact {
        return Ok(Some(format!("the index of the search is damaged: {error}")));
    }
    // 'integrity-check' can't compare with the text, because the index stores none. So a second index is made from the
    // copy, and the two are compared by their groups of characters and the number of rows that contain each.
    for statement in [
        "CREATE VIRTUAL TABLE temp.expected_index USING fts5(
             letters, content = '', columnsize = 0, detail = none, tokenize = 'trigram case_sensitive 1')",
        "INSERT INTO temp.expected_index (rowid, letters) SELECT key, folded FROM search_rows",
        "CREATE VIRTUAL TABLE temp.actual_terms USING fts5vocab('main', 'search_index', 'row')",
        "CREATE VIRTUAL TABLE temp.expected_terms USING fts5vocab('temp', 'expected_index', 'row')",
    ] {
        sql_query(statement).execute(conn)?;
    }
    let different: Count = sql_query(
        "SELECT (SELECT COUNT(*) FROM
                     (SELECT term, doc FROM temp.actual_terms EXCEPT SELECT term, doc FROM temp.expected_terms))
              + (SELECT COUNT(*) FROM
                     (SELECT term, doc FROM temp.expected_terms EXCEPT SELECT term, doc FROM temp.actual_terms)) AS count",
    )
    .get_result(conn)?;
    for table in ["actual_terms", "expected_terms", "expected_index"] {
        sql_query(format!("DROP TABLE temp.{table}")).execute(conn)?;
    }
    Ok((different.count > 0).then(|| "the index of the search does not match its rows".to_owned()))
}

/// Empties the copy, its index and the pending changes of all accounts.
pub(super) fn clear(conn: &mut SqliteConnection) -> Result<(), AppError> {
    for statement in [
        "INSERT INTO search_index (search_index) VALUES ('delete-all')",
        "DELETE FROM search_rows",
        "DELETE FROM search_changes",
    ] {
        sql_query(statement).execute(conn)?;
    }
    Ok(())
}

/// Adds every live expense of `owner` to the pending changes.
pub(super) fn note_all(conn: &mut SqliteConnection, owner: BookId) -> Result<(), AppError> {
    sql_query(
        "INSERT INTO search_changes (book_id, id) SELECT book_id, id FROM expenses
         WHERE book_id = $1 AND deleted_at IS NULL ORDER BY id",
    )
    .bind::<BigInt, _>(owner.0)
    .execute(conn)?;
    Ok(())
}
