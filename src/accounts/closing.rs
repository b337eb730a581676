//! Closed accounts: closing takes effect immediately, and a background task removes the rows afterwards.

use diesel::prelude::*;
use time::PrimitiveDateTime;

use super::{api_tokens, sessions};
use crate::books::book::{self, Book};
use crate::books::leaving;
use crate::books::member::{self, Membership};
use crate::books::role::Role;
use crate::db::schema::users;
use crate::db::{Conn, Owner, UserId, lock_book, set_owner};
use crate::error::AppError;

/// Locks all books of a person until the transaction ends, the own one included. Otherwise two owners of one book could
/// close their accounts at the same moment, and nobody would own it. False if the person has joined or left a book
/// meanwhile: the locks are taken in the order of the ids, so the caller begins again in a new transaction.
pub(super) fn lock_books(conn: &mut Conn, user: UserId) -> Result<bool, AppError> {
    set_owner(conn, user)?;
    let books = member::books_of(conn, user)?;
    for book in &books {
        lock_book(conn, *book)?;
    }
    // The own book has the id of the person, so from here on nobody can join or leave a book as this person.
    Ok(member::books_of(conn, user)? == books)
}

/// Ends all sessions and tokens, frees the email address, leaves the shared books and closes those without other members.
///
/// While the person is the last owner of a shared book, it is [`AppError::Invalid`] at the field `password`.
pub(super) fn close(conn: &mut Conn, user: UserId, now: PrimitiveDateTime) -> Result<(), AppError> {
    let fates = fates(conn, user)?;
    let unowned: Vec<String> = fates
        .iter()
        .filter(|(_, fate)| *fate == Fate::NeedsOwner)
        .map(|(book, _)| format!("“{}”", book.name))
        .collect();
    if !unowned.is_empty() {
        return Err(AppError::invalid(
            "password",
            format!(
                "You're the last owner of {}, which others use. Make another member an owner, or remove them, first.",
                unowned.join(", ")
            ),
        ));
    }
    api_tokens::revoke_all(conn, user)?;
    for (book, fate) in fates {
        set_owner(conn, Owner::both(user, book.id()))?;
        match fate {
            Fate::Goes => book::close(conn, book.id(), now)?,
            Fate::Stays | Fate::NeedsOwner => leaving::leave(conn, book.id(), user, now)?,
        }
    }
    diesel::update(users::table.find(user.0))
        .set((
            users::closed_at.eq(Some(now)),
            users::email.eq(""),
            users::email_key.eq(format!("closed:{}", user.0)),
            users::password_hash.eq(""),
        ))
        .execute(conn)?;
    sessions::end_all(conn, user, None)
}

/// What happens to a book when the account of a member is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It has no other members.
    Goes,
    /// It has other members, one of them an owner.
    Stays,
    /// It has other members, but no other owner.
    NeedsOwner,
}

/// The books of a person and their fates.
pub(super) fn fates(conn: &mut Conn, user: UserId) -> Result<Vec<(Book, Fate)>, AppError> {
    let books = member::memberships(conn, user)?;
    let mut fates = Vec::with_capacity(books.len());
    for Membership { book, .. } in books {
        set_owner(conn, Owner::both(user, book.id()))?;
        let people = member::people(conn, book.id())?;
        let mut others = people.iter().filter(|person| person.id != user).peekable();
        let fate = if others.peek().is_none() {
            Fate::Goes
        } else if others.any(|person| person.role == Role::Owner) {
            Fate::Stays
        } else {
            Fate::NeedsOwner
        };
        fates.push((book, fate));
    }
    Ok(fates)
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
