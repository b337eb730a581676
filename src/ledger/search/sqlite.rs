//! Search on `SQLite`: the copy (`search_rows`) through its full-text index, and the pending changes row by row.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel::{SqliteConnection, sql_query};

use super::query::{Source, SourceQuery};
use super::store::{Change, Store};
use super::{indexer, keys, sqlite_check};
use crate::db::BookId;
use crate::error::AppError;
use crate::period::DateRange;

/// The length of a group of characters in the index. A shorter text is compared with every row.
const GROUP_CHARS: usize = 3;
/// The groups in one query of the index. More groups hardly reduce the candidates.
const MAX_GROUPS: usize = 16;

#[derive(QueryableByName)]
struct OwnerNumber {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

impl Store for SqliteConnection {
    fn note(&mut self, _: Change<'_>) -> Result<(), AppError> {
        // Triggers on `expenses` write the row into `search_changes`.
        Ok(())
    }

    fn sources(&mut self, query: &SourceQuery<'_>) -> Result<Vec<Source>, AppError> {
        let indexed = indexed(self, query)?;
        Ok(indexed.into_iter().chain([pending(query)]).collect())
    }

    fn check(&mut self, owner: BookId) -> Result<i64, AppError> {
        sqlite_check::wrong_rows(self, owner)
    }

    fn rebuild(&mut self, owner: BookId) -> Result<(), AppError> {
        sqlite_check::note_all(self, owner)
    }

    fn is_due(&mut self) -> Result<bool, AppError> {
        indexer::is_due(self)
    }

    fn index_pending(&mut self, max: i64) -> Result<usize, AppError> {
        indexer::index_pending(self, max)
    }

    fn check_index(&mut self) -> Result<Option<String>, AppError> {
        sqlite_check::index_fault(self)
    }

    fn clear(&mut self) -> Result<(), AppError> {
        sqlite_check::clear(self)
    }
}

/// The pending expenses, as they are now.
fn pending(query: &SourceQuery<'_>) -> Source {
    let select = format!(
        "SELECT {} AS day, id, category_id, amount, spent_on \
         FROM (SELECT e.* FROM search_changes AS c CROSS JOIN expenses AS e ON e.book_id = c.book_id AND e.id = c.id \
         WHERE c.book_id = {} AND e.deleted_at IS NULL) AS r WHERE {} AND {}",
        keys::sql_day_number("spent_on"),
        query.text.owner.0,
        query.conditions("holds(search, $1)"),
        query.within_days()
    );
    Source::by_id(select, query.text.folded.to_owned())
}

/// The rows of the copy without the pending ones, which are out of date; `None` for an owner who has none.
fn indexed(conn: &mut SqliteConnection, query: &SourceQuery<'_>) -> Result<Option<Source>, AppError> {
    let owner = query.text.owner.0;
    let number: Option<OwnerNumber> = sql_query("SELECT number FROM search_owners WHERE book_id = $1")
        .bind::<BigInt, _>(owner)
        .get_result(conn)
        .optional()?;
    let Some(OwnerNumber { number }) = number else {
        return Ok(None);
    };
    let (first, last) = keys::range(number, query.days);
    let cut_day = query.cut_day.map_or_else(String::new, |(day, condition)| {
        let (first, last) = keys::range(number, DateRange::between(*day, *day));
        format!(" AND (key NOT BETWEEN {first} AND {last} OR {condition})")
    });
    // The index only gives candidates: it has the groups of a row but not their order, and the query has only some of
    // them. So each candidate's text is compared, too.
    let conditions = format!(
        "{}{cut_day} AND NOT EXISTS (SELECT 1 FROM search_changes AS c WHERE c.book_id = {owner} AND c.id = r.id)",
        query.conditions("holds(folded, $1)")
    );
    let columns = format!("{} AS day, r.id, category_id, amount", keys::sql_day_of("key"));
    let is_indexed = query.text.folded.chars().count() >= GROUP_CHARS;
    let select = if is_indexed {
        format!(
            "SELECT i.rowid AS key, {columns} FROM search_index AS i CROSS JOIN search_rows AS r ON key = i.rowid \
             WHERE {conditions} AND i.search_index MATCH $2 AND i.rowid BETWEEN {first} AND {last}"
        )
    } else {
        format!(
            "SELECT key, {columns} FROM search_rows AS r WHERE key BETWEEN {first} AND {last} AND {conditions}"
        )
    };
    Ok(Some(Source {
        select,
        text: query.text.folded.to_owned(),
        candidates: is_indexed.then(|| candidates(query.text.folded)),
        order: &["key"],
        is_by_key: true,
    }))
}

/// The FTS5 query: every group of a short text, and groups spread over a long one.
fn candidates(folded: &str) -> String {
    let chars: Vec<char> = folded.chars().collect();
    let groups: Vec<&[char]> = chars.windows(GROUP_CHARS).collect();
    let step = groups.len().div_ceil(MAX_GROUPS).max(1);
    let quoted: Vec<String> = groups
        .iter()
        .step_by(step)
        .map(|group| format!("\"{}\"", group.iter().collect::<String>().replace('"', "\"\"")))
        .collect();
    quoted.join(" AND ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_is_asked_for_groups_of_three_characters() {
        assert_eq!(candidates("café"), "\"caf\" AND \"afé\"");
        assert_eq!(candidates("a\"b"), "\"a\"\"b\"");
    }

    #[test]
    fn a_long_text_asks_for_a_limited_number_of_groups() {
        let long: String = ('a'..='z').cycle().take(200).collect();
        let asked = candidates(&long);
        assert!(asked.matches(" AND ").count() < MAX_GROUPS);
        assert!(asked.starts_with("\"abc\""));
    }
}
