//! The rows of `import_mappings` and their SQL: how the last file with the same columns was read.

use diesel::prelude::*;
use time::PrimitiveDateTime;

use crate::db::schema::import_mappings;
use crate::db::{BookId, Conn};
use crate::error::AppError;
use crate::statements::csv::Choices;

/// A row of `import_mappings`.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = import_mappings)]
pub struct ImportMapping {
    pub book_id: i64,
    /// Of the columns.
    pub header_key: String,
    /// JSON.
    pub choices: String,
    /// UTC.
    pub used_at: PrimitiveDateTime,
}

/// All mappings of a book, for backups.
pub fn all(conn: &mut Conn, owner: BookId) -> Result<Vec<ImportMapping>, AppError> {
    Ok(import_mappings::table
        .filter(import_mappings::book_id.eq(owner.0))
        .order(import_mappings::header_key)
        .select(import_mappings::all_columns)
        .load(conn)?)
}

/// Writes a mapping of a backup.
pub fn restore(conn: &mut Conn, mapping: ImportMapping) -> Result<(), AppError> {
    diesel::insert_into(import_mappings::table)
        .values(mapping)
        .execute(conn)?;
    Ok(())
}

/// How the last file with the same columns was read.
pub fn remembered(conn: &mut Conn, owner: BookId, header_key: &str) -> Result<Option<Choices>, AppError> {
    let choices: Option<String> = import_mappings::table
        .filter(import_mappings::book_id.eq(owner.0))
        .filter(import_mappings::header_key.eq(header_key))
        .select(import_mappings::choices)
        .first(conn)
        .optional()?;
    // What an older version stored and this one can't read is as good as nothing.
    Ok(choices.and_then(|choices| serde_json::from_str(&choices).ok()))
}

/// Remembers how a file was read.
pub fn remember(
    conn: &mut Conn,
    owner: BookId,
    header_key: &str,
    choices: &Choices,
    now: PrimitiveDateTime,
) -> Result<(), AppError> {
    let mine = import_mappings::table
        .filter(import_mappings::book_id.eq(owner.0))
        .filter(import_mappings::header_key.eq(header_key));
    diesel::delete(mine).execute(conn)?;
    let mapping = ImportMapping {
        book_id: owner.0,
        header_key: header_key.to_owned(),
        choices: serde_json::to_string(choices).map_err(AppError::internal)?,
        used_at: now,
    };
    diesel::insert_into(import_mappings::table)
        .values(mapping)
        .execute(conn)?;
    Ok(())
}

/// Removes the mappings of a closed book.
pub fn remove_all(conn: &mut Conn, owner: BookId) -> Result<(), AppError> {
    diesel::delete(import_mappings::table.filter(import_mappings::book_id.eq(owner.0))).execute(conn)?;
    Ok(())
}
