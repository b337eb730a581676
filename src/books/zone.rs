//! The time zone of a book, which decides when a day begins for its recurring entries.

use diesel::prelude::*;

use super::role::Role;
use crate::clock::TimeZone;
use crate::db::schema::{members, users};
use crate::db::{BookId, Conn};
use crate::error::AppError;

/// That of the owner who joined first, who is usually the maker; UTC for a book without one.
pub fn of(conn: &mut Conn, book: BookId) -> Result<TimeZone, AppError> {
    let name: Option<String> = members::table
        .inner_join(users::table.on(users::id.eq(members::user_id)))
        .filter(members::book_id.eq(book.0))
        .filter(members::role.eq(Role::Owner.name()))
        .filter(members::left_at.is_null())
        .order((members::joined_at, members::user_id))
        .select(users::timezone)
        .first(conn)
        .optional()?;
    Ok(name.as_deref().and_then(TimeZone::parse).unwrap_or_default())
}
