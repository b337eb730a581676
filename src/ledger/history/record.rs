//! The rows of `changes`, and the statements that write them.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text, Timestamp};
use time::PrimitiveDateTime;

use super::state::{ExpenseState, RecordedState};
use crate::db::schema::changes;
use crate::db::{BookId, Conn, WriteContext, on_backend};
use crate::error::AppError;
use crate::ledger::bulk::{self, bulk_insert};
use crate::ledger::category::CategoryRef;
use crate::ledger::expense::Expense;

/// Rows of one INSERT on PostgreSQL.
#[cfg(feature = "_postgres")]
const ROWS_AT_ONCE: usize = 500;

bulk_insert!(ChangeRow, changes, ""; book_id, expense_id, version, id, by_user, at, what, before);

/// A row of `changes`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = changes)]
pub struct ChangeRow {
    pub book_id: i64,
    pub expense_id: i64,
    /// That of the expense before the change.
    pub version: i32,
    /// The rows of a merge share it.
    pub id: i64,
    /// Who made the change.
    pub by_user: i64,
    /// UTC.
    pub at: PrimitiveDateTime,
    /// See [`What`].
    pub what: String,
    /// A [`RecordedState`] as JSON.
    pub before: String,
}

/// What a change was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    Edited,
    Deleted,
    Restored,
    /// Its category was merged into another.
    Merged,
    /// An earlier state was put back.
    PutBack,
}

impl What {
    pub const ALL: [Self; 5] = [
        Self::Edited,
        Self::Deleted,
        Self::Restored,
        Self::Merged,
        Self::PutBack,
    ];

    /// As in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Edited => "edited",
            Self::Deleted => "deleted",
            Self::Restored => "restored",
            Self::Merged => "merged",
            Self::PutBack => "put_back",
        }
    }

    /// The inverse of [`What::name`].
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|what| what.name() == name)
    }
}

/// Records a change of one expense; `old` is the row before it, and `category` its category.
pub(in crate::ledger) fn insert(
    conn: &mut Conn,
    old: &Expense,
    category: &CategoryRef,
    what: What,
    context: &WriteContext,
) -> Result<(), AppError> {
    let row = row(old, category, what, context)?;
    diesel::insert_into(changes::table).values(row).execute(conn)?;
    Ok(())
}

/// The same for many expenses, each with its category.
pub(in crate::ledger) fn insert_many<'a>(
    conn: &mut Conn,
    changed: impl Iterator<Item = (&'a Expense, &'a CategoryRef)>,
    what: What,
    context: &WriteContext,
) -> Result<(), AppError> {
    let rows = changed.map(|(old, category)| row(old, category, what, context));
    insert_rows(conn, &rows.collect::<Result<Vec<_>, _>>()?)
}

fn row(
    old: &Expense,
    category: &CategoryRef,
    what: What,
    context: &WriteContext,
) -> Result<ChangeRow, AppError> {
    Ok(ChangeRow {
        book_id: old.book_id,
        expense_id: old.id,
        version: old.version,
        id: context.ids.next(),
        by_user: context.by.0,
        at: context.now,
        what: what.name().to_owned(),
        before: json(&ExpenseState::of(old, category).into())?,
    })
}

/// Records that all expenses of the category `from` are about to move to another one, in one statement. Each record holds no
/// more than the category, so that it is short and the same text in all of them.
pub(in crate::ledger) fn insert_merge(
    conn: &mut Conn,
    owner: BookId,
    from: &CategoryRef,
    context: &WriteContext,
) -> Result<(), AppError> {
    let before = json(&RecordedState {
        category: Some(from.into()),
        ..RecordedState::default()
    })?;
    let insert = sql_query(
        "INSERT INTO changes (book_id, expense_id, version, id, by_user, at, what, before) \
         SELECT book_id, id, version, $1, $2, $3, $4, $5 FROM expenses WHERE book_id = $6 AND category_id = $7",
    );
    on_backend!(conn, |c| insert
        .bind::<BigInt, _>(context.ids.next())
        .bind::<BigInt, _>(context.by.0)
        .bind::<Timestamp, _>(context.now)
        .bind::<Text, _>(What::Merged.name())
        .bind::<Text, _>(before)
        .bind::<BigInt, _>(owner.0)
        .bind::<BigInt, _>(from.id)
        .execute(c))?;
    Ok(())
}

fn json(state: &RecordedState) -> Result<String, AppError> {
    serde_json::to_string(state).map_err(AppError::internal)
}

/// Writes rows, those of a backup too.
pub(crate) fn insert_rows(conn: &mut Conn, rows: &[ChangeRow]) -> Result<(), AppError> {
    match conn {
        Conn::Sqlite(c) => {
            bulk::write(c, rows)?;
        }
        #[cfg(feature = "_postgres")]
        Conn::Postgres(c) => {
            for rows in rows.chunks(ROWS_AT_ONCE) {
                diesel::insert_into(changes::table).values(rows).execute(c)?;
            }
        }
    }
    Ok(())
}

/// At most `limit` rows after those of an expense and a version, in this order: for backups.
pub(crate) fn batch_after(
    conn: &mut Conn,
    owner: BookId,
    last: Option<(i64, i32)>,
    limit: usize,
) -> Result<Vec<ChangeRow>, AppError> {
    let (expense, version) = last.unwrap_or_default();
    // The first condition alone tells the databases where in the key to begin.
    let rows = changes::table
        .filter(changes::book_id.eq(owner.0))
        .filter(changes::expense_id.ge(expense))
        .filter(changes::expense_id.gt(expense).or(changes::version.gt(version)));
    Ok(rows
        .order((changes::expense_id, changes::version))
        .limit(i64::try_from(limit).unwrap_or(i64::MAX))
        .select(changes::all_columns)
        .load(conn)?)
}

/// How many rows a book has.
pub(crate) fn count(conn: &mut Conn, owner: BookId) -> Result<u64, AppError> {
    let rows: i64 = changes::table
        .filter(changes::book_id.eq(owner.0))
        .count()
        .get_result(conn)?;
    Ok(u64::try_from(rows).unwrap_or(0))
}

/// Removes the history of expenses that are removed for good.
pub(in crate::ledger) fn remove(conn: &mut Conn, owner: BookId, expenses: &[i64]) -> Result<(), AppError> {
    let rows = changes::table
        .filter(changes::book_id.eq(owner.0))
        .filter(changes::expense_id.eq_any(expenses));
    diesel::delete(rows).execute(conn)?;
    Ok(())
}
