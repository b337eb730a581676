//! The suggestion for one description.

use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use time::Date;

use super::beginnings::{as_typed, beginnings, compared, end};
use super::suggested::Suggestion;
use super::uses::{COUNTED, LatestUses, NEEDED};
use crate::db::schema::expenses;
use crate::db::{Backend, BookId, Conn, RawSql, raw_sql};
use crate::error::AppError;
use crate::ledger::category;
use crate::ledger::kinds::Kinds;

/// Uses of a beginning that are read through its index, in the order of their texts. Of more, the latest are found by date.
const MOST_READ: i64 = 500;

/// The category that suits a description, if the history has one of these kinds.
pub fn find(
    conn: &mut Conn,
    owner: BookId,
    description: &str,
    kinds: Kinds,
) -> Result<Option<Suggestion>, AppError> {
    let Some(text) = compared(description) else {
        return Ok(None);
    };
    let mut beginning = None;
    let mut decided = of_text(conn, owner, &text)?.decide();
    if decided.is_none() {
        for words in beginnings(&text).rev() {
            let uses = of_beginning(conn, owner, words)?;
            if uses.len() >= NEEDED {
                beginning = Some(as_typed(description, words));
                decided = uses.decide();
                break;
            }
        }
    }
    let Some((id, agreement)) = decided else {
        return Ok(None);
    };
    let category = category::find(conn, owner, id)?;
    let is_wanted = kinds.contain(category.kind);
    Ok(is_wanted.then(|| Suggestion::new(&category.name, agreement, beginning)))
}

/// The uses of exactly this text.
fn of_text(conn: &mut Conn, owner: BookId, text: &str) -> Result<LatestUses<i64>, AppError> {
    let uses = described(conn, owner)
        .filter(text_column(conn).eq(text.to_owned()))
        .order((expenses::spent_on.desc(), expenses::id.desc()))
        .limit(COUNTED.into())
        .select(expenses::category_id);
    let newest_first: Vec<i64> = uses.load(conn)?;
    Ok(latest(newest_first))
}

/// The uses of texts that begin with these words.
fn of_beginning(conn: &mut Conn, owner: BookId, words: &str) -> Result<LatestUses<i64>, AppError> {
    let in_order = beginning_with(conn, owner, words, text_column(conn))
        // The order of the index, so that no database prefers to read the whole table.
        .order(text_column(conn))
        .limit(MOST_READ)
        .select((expenses::spent_on, expenses::id, expenses::category_id));
    let mut uses: Vec<(Date, i64, i64)> = in_order.load(conn)?;
    if i64::try_from(uses.len()).is_ok_and(|count| count < MOST_READ) {
        uses.sort_unstable_by(|one, other| other.cmp(one));
        return Ok(latest(uses.into_iter().map(|(.., category)| category)));
    }
    let by_date = beginning_with(conn, owner, words, unindexed_text(conn))
        .order((expenses::spent_on.desc(), expenses::id.desc()))
        .limit(COUNTED.into())
        .select(expenses::category_id);
    let newest_first: Vec<i64> = by_date.load(conn)?;
    Ok(latest(newest_first))
}

fn beginning_with<'a>(
    conn: &Conn,
    owner: BookId,
    words: &str,
    text: RawSql<Text>,
) -> expenses::BoxedQuery<'a, Backend> {
    described(conn, owner)
        .filter(text.ge(words.to_owned()))
        .filter(text.lt(end(words)))
}

fn latest(newest_first: impl IntoIterator<Item = i64>) -> LatestUses<i64> {
    let mut uses = LatestUses::default();
    newest_first.into_iter().for_each(|category| uses.add(category));
    uses
}

/// The live expenses with a description, in the words of the index.
fn described<'a>(conn: &Conn, owner: BookId) -> expenses::BoxedQuery<'a, Backend> {
    let rows = expenses::table
        .filter(expenses::book_id.eq(owner.0))
        .filter(expenses::deleted_at.is_null())
        .filter(raw_sql::<Bool>("search <> ''"))
        .into_boxed();
    match conn {
        Conn::Sqlite(_) => rows,
        #[cfg(feature = "_postgres")]
        Conn::Postgres(_) => rows.filter(raw_sql::<Bool>("octet_length(search) <= 2000")),
    }
}

/// The text by which the index is ordered.
fn text_column(conn: &Conn) -> RawSql<Text> {
    match conn {
        Conn::Sqlite(_) => raw_sql("search"),
        #[cfg(feature = "_postgres")]
        Conn::Postgres(_) => raw_sql("search COLLATE \"C\""),
    }
}

/// The same for rows in the order of their dates: `SQLite` would read and sort all of the texts instead.
fn unindexed_text(conn: &Conn) -> RawSql<Text> {
    match conn {
        Conn::Sqlite(_) => raw_sql("+search"),
        #[cfg(feature = "_postgres")]
        Conn::Postgres(_) => text_column(conn),
    }
}
