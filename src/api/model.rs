//! Answers that a retry with the same `Idempotency-Key` gets again: their rows and all their SQL.

use diesel::prelude::*;
use time::{Duration, PrimitiveDateTime};

use crate::db::schema::remembered_answers;
use crate::db::{Conn, UserId};
use crate::error::AppError;

/// How long an answer is remembered; it may be an hour more.
const LIFETIME: Duration = Duration::hours(24);

/// A row of `remembered_answers`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = remembered_answers)]
pub struct SavedAnswer {
    /// Whose it is.
    pub user_id: i64,
    /// As the client sent it.
    pub idempotency_key: String,
    /// A hash of what was asked for.
    pub fingerprint: String,
    /// 2xx.
    pub status: i32,
    /// The header `Location`.
    pub location: Option<String>,
    /// The header `ETag`.
    pub etag: Option<String>,
    /// JSON.
    pub body: String,
    /// UTC.
    pub created_at: PrimitiveDateTime,
}

/// The answer that `key` has got before.
pub fn find(conn: &mut Conn, owner: UserId, key: &str) -> Result<Option<SavedAnswer>, AppError> {
    Ok(remembered_answers::table
        .filter(remembered_answers::user_id.eq(owner.0))
        .filter(remembered_answers::idempotency_key.eq(key))
        .select(remembered_answers::all_columns)
        .first(conn)
        .optional()?)
}

/// Remembers an answer.
pub fn keep(conn: &mut Conn, answer: SavedAnswer) -> Result<(), AppError> {
    diesel::insert_into(remembered_answers::table)
        .values(answer)
        .execute(conn)?;
    Ok(())
}

/// Removes every answer of a closed account.
pub(super) fn remove(conn: &mut Conn, owner: UserId) -> Result<(), AppError> {
    diesel::delete(remembered_answers::table.filter(remembered_answers::user_id.eq(owner.0)))
        .execute(conn)?;
    Ok(())
}

/// Removes what is older than a day.
pub fn forget_old(conn: &mut Conn, owner: UserId, now: PrimitiveDateTime) -> Result<(), AppError> {
    let mine = remembered_answers::table.filter(remembered_answers::user_id.eq(owner.0));
    diesel::delete(mine.filter(remembered_answers::created_at.le(now - LIFETIME))).execute(conn)?;
    Ok(())
}
