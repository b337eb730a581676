//! The rows of `sessions` and their SQL.

use diesel::prelude::*;
use time::{Date, Duration, PrimitiveDateTime};

use crate::db::schema::{sessions, users};
use crate::db::{Conn, UserId};
use crate::error::AppError;

/// A session expires this many days after its last use.
pub const LIFETIME_DAYS: i64 = 30;
/// Per account and kind, so that a script that signs in each time does not fill the list.
const MAX_SESSIONS: i64 = 100;

/// A row of `sessions`: one sign-in of a browser or of the API.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions)]
pub struct Session {
    pub user_id: i64,
    /// The `sid` of the token.
    pub id: i64,
    /// `browser` or `api`.
    pub kind: String,
    /// "Firefox on Linux".
    pub device: String,
    /// UTC.
    pub created_at: PrimitiveDateTime,
    /// The UTC day.
    pub last_used_on: Date,
    /// UTC.
    pub expires_at: PrimitiveDateTime,
}

/// Whether `owner` has the session `id`, which may have expired, and an open account.
pub fn exists(conn: &mut Conn, owner: UserId, id: i64) -> Result<bool, AppError> {
    let found: Option<i64> = sessions::table
        .inner_join(users::table.on(users::id.eq(sessions::user_id)))
        .filter(sessions::user_id.eq(owner.0))
        .filter(sessions::id.eq(id))
        .filter(users::closed_at.is_null())
        .select(sessions::id)
        .first(conn)
        .optional()?;
    Ok(found.is_some())
}

/// Sessions that have not expired, the last used first.
pub fn list(conn: &mut Conn, owner: UserId, now: PrimitiveDateTime) -> Result<Vec<Session>, AppError> {
    Ok(sessions::table
        .filter(sessions::user_id.eq(owner.0))
        .filter(sessions::expires_at.gt(now))
        .order((sessions::last_used_on.desc(), sessions::id.desc()))
        .select(sessions::all_columns)
        .load(conn)?)
}

/// Inserts a session. Beyond `MAX_SESSIONS` of its kind, the least recently used ones end.
pub fn start(conn: &mut Conn, session: &Session) -> Result<(), AppError> {
    diesel::insert_into(sessions::table)
        .values(session.clone())
        .execute(conn)?;
    let all = sessions::table.filter(sessions::user_id.eq(session.user_id));
    let surplus: Vec<i64> = all
        .filter(sessions::kind.eq(&session.kind))
        .filter(sessions::id.ne(session.id))
        .order((sessions::last_used_on.desc(), sessions::id.desc()))
        .offset(MAX_SESSIONS - 1)
        .limit(MAX_SESSIONS)
        .select(sessions::id)
        .load(conn)?;
    if !surplus.is_empty() {
        diesel::delete(all.filter(sessions::id.eq_any(surplus))).execute(conn)?;
    }
    Ok(())
}

/// Records the day of use and moves the expiry.
pub fn renew(conn: &mut Conn, owner: UserId, id: i64, now: PrimitiveDateTime) -> Result<(), AppError> {
    diesel::update(
        sessions::table
            .filter(sessions::user_id.eq(owner.0))
            .filter(sessions::id.eq(id)),
    )
    .set((
        sessions::last_used_on.eq(now.date()),
        sessions::expires_at.eq(now + Duration::days(LIFETIME_DAYS)),
    ))
    .execute(conn)?;
    Ok(())
}

/// Ends one session; returns whether there was one.
pub fn end(conn: &mut Conn, owner: UserId, id: i64) -> Result<bool, AppError> {
    let session = sessions::table
        .filter(sessions::user_id.eq(owner.0))
        .filter(sessions::id.eq(id));
    Ok(diesel::delete(session).execute(conn)? > 0)
}

/// Ends all sessions except `kept`.
pub fn end_all(conn: &mut Conn, owner: UserId, kept: Option<i64>) -> Result<(), AppError> {
    let others = sessions::table
        .filter(sessions::user_id.eq(owner.0))
        .filter(sessions::id.ne(kept.unwrap_or(0)));
    diesel::delete(others).execute(conn)?;
    Ok(())
}

pub(crate) fn remove_expired(conn: &mut Conn, owner: UserId, now: PrimitiveDateTime) -> Result<(), AppError> {
    let all = sessions::table.filter(sessions::user_id.eq(owner.0));
    diesel::delete(all.filter(sessions::expires_at.le(now))).execute(conn)?;
    Ok(())
}
