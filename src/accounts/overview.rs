//! The list of all accounts for the server's administrator.

use diesel::prelude::*;
use time::{Date, PrimitiveDateTime};

use crate::db::schema::{expenses, sessions, users};
use crate::db::{Conn, Owner, UserId, set_owner};
use crate::error::AppError;

pub(crate) struct Overview {
    /// As typed.
    pub(crate) email: String,
    /// UTC.
    pub(crate) created_at: PrimitiveDateTime,
    /// The last UTC day of use of the sessions that still exist.
    pub(crate) last_used_on: Option<Date>,
    /// The number of expenses in the own book that are not in the trash.
    pub(crate) expenses: i64,
}

/// Every open account, oldest first. Reads across all accounts.
pub(crate) fn overview(conn: &mut Conn) -> Result<Vec<Overview>, AppError> {
    let accounts: Vec<(i64, String, PrimitiveDateTime)> = users::table
        .filter(users::closed_at.is_null())
        .order((users::created_at, users::id))
        .select((users::id, users::email, users::created_at))
        .load(conn)?;
    accounts
        .into_iter()
        .map(|(id, email, created_at)| {
            set_owner(conn, Owner::both(UserId(id), UserId(id).own_book()))?;
            let last_used_on = sessions::table
                .filter(sessions::user_id.eq(id))
                .order(sessions::last_used_on.desc())
                .select(sessions::last_used_on)
                .first(conn)
                .optional()?;
            let expenses = expenses::table
                .filter(expenses::book_id.eq(id))
                .filter(expenses::deleted_at.is_null())
                .count()
                .get_result(conn)?;
            Ok(Overview {
                email,
                created_at,
                last_used_on,
                expenses,
            })
        })
        .collect()
}
