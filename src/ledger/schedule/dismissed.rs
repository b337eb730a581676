//! The rows of `dismissed_schedules`: suggested schedules that somebody does not want.

use diesel::prelude::*;
use time::PrimitiveDateTime;

use crate::db::schema::dismissed_schedules;
use crate::db::{BookId, Conn};
use crate::error::AppError;

/// A row of `dismissed_schedules`.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = dismissed_schedules)]
pub struct DismissedSchedule {
    /// The owner.
    pub book_id: i64,
    /// A hash of the folded description.
    pub text_key: i64,
    /// UTC.
    pub dismissed_at: PrimitiveDateTime,
}

/// Those of a book.
pub fn all(conn: &mut Conn, owner: BookId) -> Result<Vec<DismissedSchedule>, AppError> {
    Ok(dismissed_schedules::table
        .filter(dismissed_schedules::book_id.eq(owner.0))
        .order(dismissed_schedules::text_key)
        .select(dismissed_schedules::all_columns)
        .load(conn)?)
}

/// Writes a row of a backup.
pub fn restore(conn: &mut Conn, row: DismissedSchedule) -> Result<(), AppError> {
    diesel::insert_into(dismissed_schedules::table)
        .values(row)
        .execute(conn)?;
    Ok(())
}
