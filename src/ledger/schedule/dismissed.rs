//! The rows of `dismissed_schedules`: suggested schedules that somebody does not want.

use diesel::prelude::*;
use time::PrimitiveDateTime;

use crate::db::schema::dismissed_schedules;
use crate::db::{BookId, Conn};
use crate::error::AppError;

/// Rows of a book. Each is a suggestion that somebody has seen, so only a script reaches it.
const MOST: i64 = 10_000;

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

/// Does not suggest a description again; dismissing it twice is no error.
pub fn dismiss(conn: &mut Conn, owner: BookId, key: i64, now: PrimitiveDateTime) -> Result<(), AppError> {
    let known: Option<i64> = dismissed_schedules::table
        .filter(dismissed_schedules::book_id.eq(owner.0))
        .filter(dismissed_schedules::text_key.eq(key))
        .select(dismissed_schedules::text_key)
        .first(conn)
        .optional()?;
    let all: i64 = dismissed_schedules::table
        .filter(dismissed_schedules::book_id.eq(owner.0))
        .count()
        .get_result(conn)?;
    if known.is_some() || all >= MOST {
        return Ok(());
    }
    let row = DismissedSchedule {
        book_id: owner.0,
        text_key: key,
        dismissed_at: now,
    };
    restore(conn, row)
}

/// Writes a row of a backup.
pub fn restore(conn: &mut Conn, row: DismissedSchedule) -> Result<(), AppError> {
    diesel::insert_into(dismissed_schedules::table)
        .values(row)
        .execute(conn)?;
    Ok(())
}
