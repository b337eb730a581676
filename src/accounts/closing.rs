//! Closed accounts: closing takes effect immediately, and a background task removes the rows afterwards.

use diesel::prelude::*;
use time::PrimitiveDateTime;

use super::{api_tokens, sessions};
use crate::books::book;
use crate::db::schema::users;
use crate::db::{Conn, UserId};
use crate::error::AppError;

/// Ends all sessions and tokens, closes the person's own book and frees the email address.
pub(super) fn close(conn: &mut Conn, user: UserId, now: PrimitiveDateTime) -> Result<(), AppError> {
    diesel::update(users::table.find(user.0))
        .set((
            users::closed_at.eq(Some(now)),
            users::email.eq(""),
            users::email_key.eq(format!("closed:{}", user.0)),
            users::password_hash.eq(""),
        ))
        .execute(conn)?;
    sessions::end_all(conn, user, None)?;
    api_tokens::revoke_all(conn, user)?;
    book::close(conn, user.own_book(), now)
}

/// Closed accounts that still have a row. Reads across all accounts.
pub(crate) fn closed(conn: &mut Conn) -> Result<Vec<UserId>, AppError> {
    let ids: Vec<i64> = users::table
        .filter(users::closed_at.is_not_null())
        .select(users::id)
        .load(conn)?;
    Ok(ids.into_iter().map(UserId).collect())
}

/// Removes the row of a closed account, and sessions that were started while it was being closed.
pub(crate) fn remove(conn: &mut Conn, user: UserId) -> Result<(), AppError> {
    sessions::end_all(conn, user, None)?;
    diesel::delete(users::table.find(user.0).filter(users::closed_at.is_not_null())).execute(conn)?;
    Ok(())
}
