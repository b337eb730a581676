//! Closed accounts: closing takes effect immediately, and a background task removes the rows afterwards.

use diesel::prelude::*;
use time::PrimitiveDateTime;

use super::{api_tokens, sessions};
use crate::db::schema::users;
use crate::db::{Conn, UserId};
use crate::error::AppError;

/// Ends all sessions and frees the email address.
pub(super) fn close(conn: &mut Conn, owner: UserId, now: PrimitiveDateTime) -> Result<(), AppError> {
    diesel::update(users::table.find(owner.0))
        .set((
            users::closed_at.eq(Some(now)),
            users::email.eq(""),
            users::email_key.eq(format!("closed:{}", owner.0)),
            users::password_hash.eq(""),
        ))
        .execute(conn)?;
    sessions::end_all(conn, owner, None)
}

/// Closed accounts that still have rows. Reads across all accounts.
pub(crate) fn closed(conn: &mut Conn) -> Result<Vec<UserId>, AppError> {
    let ids: Vec<i64> = users::table
        .filter(users::closed_at.is_not_null())
        .select(users::id)
        .load(conn)?;
    Ok(ids.into_iter().map(UserId).collect())
}

/// Removes the sessions and API tokens of a closed account.
pub(super) fn remove_credentials(conn: &mut Conn, owner: UserId) -> Result<(), AppError> {
    api_tokens::revoke_all(conn, owner)?;
    sessions::end_all(conn, owner, None)
}

/// Removes the row of a closed account, after every slice has removed its own rows.
pub(crate) fn remove(conn: &mut Conn, owner: UserId) -> Result<(), AppError> {
    diesel::delete(users::table.find(owner.0).filter(users::closed_at.is_not_null())).execute(conn)?;
    Ok(())
}
