//! Responses stored for retries with the same `Idempotency-Key`: their rows and SQL.

use diesel::prelude::*;
use time::{Duration, PrimitiveDateTime};

use crate::db::schema::remembered_answers;
use crate::db::{BookId, Conn};
use crate::error::AppError;

/// A response can stay up to an hour longer, until the next purge.
const LIFETIME: Duration = Duration::hours(24);

/// A row of `remembered_answers`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = remembered_answers)]
pub struct SavedResponse {
    pub book_id: i64,
    pub idempotency_key: String,
    /// A hash of the request.
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

pub(super) fn find(conn: &mut Conn, owner: BookId, key: &str) -> Result<Option<SavedResponse>, AppError> {
    Ok(remembered_answers::table
        .filter(remembered_answers::book_id.eq(owner.0))
        .filter(remembered_answers::idempotency_key.eq(key))
        .select(remembered_answers::all_columns)
        .first(conn)
        .optional()?)
}

pub(super) fn save(conn: &mut Conn, response: SavedResponse) -> Result<(), AppError> {
    diesel::insert_into(remembered_answers::table)
        .values(response)
        .execute(conn)?;
    Ok(())
}

/// Removes all responses of a closed account.
pub(super) fn remove(conn: &mut Conn, owner: BookId) -> Result<(), AppError> {
    diesel::delete(remembered_answers::table.filter(remembered_answers::book_id.eq(owner.0)))
        .execute(conn)?;
    Ok(())
}

/// Removes responses older than `LIFETIME`.
pub fn remove_old(conn: &mut Conn, owner: BookId, now: PrimitiveDateTime) -> Result<(), AppError> {
    let all = remembered_answers::table.filter(remembered_answers::book_id.eq(owner.0));
    diesel::delete(all.filter(remembered_answers::created_at.le(now - LIFETIME))).execute(conn)?;
    Ok(())
}
