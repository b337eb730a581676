//! An account as it is cached between requests.

use diesel::prelude::*;
use time::{Date, PrimitiveDateTime};

use super::users::User;
use crate::books::book::Book;
use crate::books::member::Membership;
use crate::db::schema::{books, members, sessions, users};
use crate::db::{Cacheable, Conn, UserId, on_backend};
use crate::error::AppError;

/// Bytes of an [`Account`] with its session or token in the cache, and of one of its books, generously rounded.
const ACCOUNT_BYTES: usize = 1024;
const MEMBERSHIP_BYTES: usize = 512;

/// An account with its books.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) user: User,
    pub(super) books: Vec<Membership>,
}

impl Account {
    /// Its approximate size in memory.
    pub(super) fn bytes(&self) -> usize {
        ACCOUNT_BYTES + self.books.len() * MEMBERSHIP_BYTES
    }
}

/// What a request needs of its session.
#[derive(Debug, Queryable)]
pub(super) struct SessionUse {
    /// The UTC day.
    pub(super) last_used_on: Date,
    /// UTC.
    pub(super) expires_at: PrimitiveDateTime,
}

impl Cacheable for Option<(SessionUse, Account)> {
    fn bytes(&self) -> usize {
        self.as_ref()
            .map_or(ACCOUNT_BYTES, |(_, account)| account.bytes())
    }
}

/// The session `id` of `owner`, which may have expired, with the account and its open books; `None` for a closed account.
///
/// Runs on each request after a commit: so it is one statement, with a row for each book, and avoids the cost of
/// diesel's combined connection type.
pub(super) fn of_session(
    conn: &mut Conn,
    owner: UserId,
    id: i64,
) -> Result<Option<(SessionUse, Account)>, AppError> {
    let query = sessions::table
        .inner_join(users::table.on(users::id.eq(sessions::user_id)))
        .inner_join(members::table.on(members::user_id.eq(sessions::user_id)))
        .inner_join(books::table.on(books::id.eq(members::book_id)))
        .filter(sessions::user_id.eq(owner.0))
        .filter(sessions::id.eq(id))
        .filter(users::closed_at.is_null())
        .filter(members::left_at.is_null())
        .filter(books::closed_at.is_null())
        .order(members::book_id)
        .select((
            (sessions::last_used_on, sessions::expires_at),
            users::all_columns,
            (books::all_columns, members::role),
        ));
    let rows: Vec<(SessionUse, User, (Book, String))> = on_backend!(conn, |c| query.load(c))?;
    let mut found = None;
    let mut books = Vec::new();
    for (session, user, row) in rows {
        found = Some((session, user));
        books.push(row);
    }
    Ok(found.map(|(session, user)| {
        let books = Membership::of_rows(books, owner);
        (session, Account { user, books })
    }))
}
