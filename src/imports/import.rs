//! The rows of `imports` and `import_files`, and their SQL.

use diesel::prelude::*;
use time::{Date, Duration, PrimitiveDateTime};

use super::mapping;
use super::reading::{Choices, Format, Reading};
use super::state::ImportState;
use super::verdict::Verdict;
use crate::db::schema::{import_files, import_rows, imports};
use crate::db::{BookId, Conn};
use crate::error::AppError;

/// Days after which an import that was not confirmed is removed.
pub const DRAFT_DAYS: i64 = 30;
/// Imports of one book that are not confirmed.
pub const MAX_DRAFTS: i64 = 20;
/// The category of rows for which nothing else says one.
pub const UNCATEGORIZED: &str = "Uncategorized";
/// The same for money in.
pub const INCOME: &str = "Income";

/// A row of `imports`.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = imports, primary_key(book_id, id), treat_none_as_null = true)]
pub struct Import {
    pub book_id: i64,
    pub id: i64,
    pub name: String,
    /// Of the file, in hex.
    pub sha256: String,
    /// See [`ImportState`].
    pub state: String,
    /// See [`Format`].
    pub format: String,
    /// [`Choices`] as JSON.
    pub choices: String,
    /// [`Reading`] as JSON.
    pub reading: Option<String>,
    /// Why the file can't be read, for people.
    pub problem: Option<String>,
    pub header_key: Option<String>,
    /// Whether the choices are those of an earlier file with the same columns.
    pub is_remembered: bool,
    pub category: String,
    /// `None` leaves money in out.
    pub money_in: Option<String>,
    /// `explained` or `not_explained`.
    pub balances: Option<String>,
    pub first_on: Option<Date>,
    pub last_on: Option<Date>,
    pub new_rows: i64,
    pub known_rows: i64,
    pub maybe_rows: i64,
    pub left_out_rows: i64,
    pub rejected_rows: i64,
    pub created_rows: i64,
    pub version: i64,
    pub created_by: i64,
    /// UTC.
    pub created_at: PrimitiveDateTime,
    /// UTC.
    pub confirmed_at: Option<PrimitiveDateTime>,
    /// UTC.
    pub undone_at: Option<PrimitiveDateTime>,
}

/// How many rows have each verdict, in the order of [`Verdict::ALL`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts([i64; 5]);

impl Counts {
    pub fn add(&mut self, verdict: Verdict) {
        self.0[verdict as usize] += 1;
    }

    pub fn of(&self, verdict: Verdict) -> i64 {
        self.0[verdict as usize]
    }

    pub fn all(&self) -> i64 {
        self.0.iter().sum()
    }
}

impl Import {
    pub fn state(&self) -> ImportState {
        ImportState::parse(&self.state)
    }

    pub fn format(&self) -> Format {
        Format::parse(&self.format).unwrap_or(Format::Csv)
    }

    pub fn choices(&self) -> Result<Choices, AppError> {
        serde_json::from_str(&self.choices).map_err(AppError::internal)
    }

    pub fn reading(&self) -> Result<Option<Reading>, AppError> {
        let reading = self.reading.as_deref().map(serde_json::from_str);
        reading.transpose().map_err(AppError::internal)
    }

    pub fn counts(&self) -> Counts {
        Counts([
            self.new_rows,
            self.known_rows,
            self.maybe_rows,
            self.left_out_rows,
            self.rejected_rows,
        ])
    }

    pub fn set_counts(&mut self, counts: Counts) {
        let Counts([new, known, maybe, left_out, rejected]) = counts;
        self.new_rows = new;
        self.known_rows = known;
        self.maybe_rows = maybe;
        self.left_out_rows = left_out;
        self.rejected_rows = rejected;
    }
}

/// The import `id`; else [`AppError::NotFound`].
pub fn find(conn: &mut Conn, owner: BookId, id: i64) -> Result<Import, AppError> {
    Ok(imports::table
        .filter(imports::book_id.eq(owner.0))
        .filter(imports::id.eq(id))
        .select(imports::all_columns)
        .first(conn)?)
}

/// All imports, newest first.
pub fn all(conn: &mut Conn, owner: BookId, limit: i64) -> Result<Vec<Import>, AppError> {
    Ok(imports::table
        .filter(imports::book_id.eq(owner.0))
        .order(imports::id.desc())
        .limit(limit)
        .select(imports::all_columns)
        .load(conn)?)
}

/// Those in one of these states that have rows of these days.
pub fn overlapping(
    conn: &mut Conn,
    owner: BookId,
    states: &[ImportState],
    first: Date,
    last: Date,
) -> Result<Vec<Import>, AppError> {
    let states: Vec<&str> = states.iter().map(|state| state.name()).collect();
    Ok(imports::table
        .filter(imports::book_id.eq(owner.0))
        .filter(imports::state.eq_any(states))
        .filter(imports::first_on.le(last))
        .filter(imports::last_on.ge(first))
        .order(imports::id)
        .select(imports::all_columns)
        .load(conn)?)
}

/// Inserts a draft with its file. More than [`MAX_DRAFTS`] of them are an error at the field `file`.
pub fn insert(conn: &mut Conn, import: &Import, content: Vec<u8>) -> Result<(), AppError> {
    let drafts: i64 = imports::table
        .filter(imports::book_id.eq(import.book_id))
        .filter(imports::state.eq_any([ImportState::ReadAs.name(), ImportState::Review.name()]))
        .count()
        .get_result(conn)?;
    if drafts >= MAX_DRAFTS {
        return Err(AppError::invalid(
            "file",
            format!(
                "There are already {MAX_DRAFTS} imports waiting to be confirmed. Finish or delete one first."
            ),
        ));
    }
    diesel::insert_into(imports::table)
        .values(import.clone())
        .execute(conn)?;
    diesel::insert_into(import_files::table)
        .values((
            import_files::book_id.eq(import.book_id),
            import_files::import_id.eq(import.id),
            import_files::content.eq(content),
        ))
        .execute(conn)?;
    Ok(())
}

/// Stores `changed` as the next version. If another request has changed the import since it was read, it is
/// [`AppError::Conflict`].
pub fn update(conn: &mut Conn, changed: &mut Import) -> Result<(), AppError> {
    let stored = imports::table
        .filter(imports::book_id.eq(changed.book_id))
        .filter(imports::id.eq(changed.id))
        .filter(imports::version.eq(changed.version));
    changed.version += 1;
    let updated = diesel::update(stored).set(changed.clone()).execute(conn)?;
    if updated == 1 {
        Ok(())
    } else {
        Err(AppError::Conflict(
            "This import was changed in another tab or by someone else. Open it again.".to_owned(),
        ))
    }
}

/// The bytes of the file, until the import is confirmed.
pub fn content(conn: &mut Conn, owner: BookId, id: i64) -> Result<Vec<u8>, AppError> {
    Ok(import_files::table
        .filter(import_files::book_id.eq(owner.0))
        .filter(import_files::import_id.eq(id))
        .select(import_files::content)
        .first(conn)?)
}

pub fn remove_content(conn: &mut Conn, owner: BookId, id: i64) -> Result<(), AppError> {
    let file = import_files::table
        .filter(import_files::book_id.eq(owner.0))
        .filter(import_files::import_id.eq(id));
    diesel::delete(file).execute(conn)?;
    Ok(())
}

/// Removes an import with its rows and its file.
pub fn remove(conn: &mut Conn, owner: BookId, id: i64) -> Result<(), AppError> {
    remove_content(conn, owner, id)?;
    super::row::remove(conn, owner, id)?;
    let import = imports::table
        .filter(imports::book_id.eq(owner.0))
        .filter(imports::id.eq(id));
    diesel::delete(import).execute(conn)?;
    Ok(())
}

/// Removes at most one draft that is [`DRAFT_DAYS`] old, with its rows and file; returns 1 if there was one.
pub fn purge(conn: &mut Conn, owner: BookId, now: PrimitiveDateTime, _limit: i64) -> Result<i64, AppError> {
    let due: Option<i64> = imports::table
        .filter(imports::book_id.eq(owner.0))
        .filter(imports::state.eq_any([ImportState::ReadAs.name(), ImportState::Review.name()]))
        .filter(imports::created_at.le(now - Duration::days(DRAFT_DAYS)))
        .select(imports::id)
        .first(conn)
        .optional()?;
    let Some(id) = due else { return Ok(0) };
    remove(conn, owner, id)?;
    Ok(1)
}

/// Removes a part of the imports of a closed book; returns whether there may be more.
pub fn remove_all(conn: &mut Conn, owner: BookId, _limit: i64) -> Result<bool, AppError> {
    let next: Option<i64> = imports::table
        .filter(imports::book_id.eq(owner.0))
        .select(imports::id)
        .first(conn)
        .optional()?;
    if let Some(id) = next {
        remove(conn, owner, id)?;
        return Ok(true);
    }
    mapping::remove_all(conn, owner)?;
    Ok(false)
}

/// Whether there are rows, whose amounts are in the decimals of the book's currency.
pub fn has_amounts(conn: &mut Conn, owner: BookId) -> Result<bool, AppError> {
    let any: Option<i64> = import_rows::table
        .filter(import_rows::book_id.eq(owner.0))
        .select(import_rows::import_id)
        .first(conn)
        .optional()?;
    Ok(any.is_some())
}

/// The imports that were confirmed, for backups: a draft is uploaded again.
pub fn confirmed(conn: &mut Conn, owner: BookId) -> Result<Vec<Import>, AppError> {
    Ok(imports::table
        .filter(imports::book_id.eq(owner.0))
        .filter(imports::state.eq_any([ImportState::Done.name(), ImportState::Undone.name()]))
        .order(imports::id)
        .select(imports::all_columns)
        .load(conn)?)
}

/// Writes an import of a backup.
pub fn restore(conn: &mut Conn, import: Import) -> Result<(), AppError> {
    diesel::insert_into(imports::table).values(import).execute(conn)?;
    Ok(())
}
