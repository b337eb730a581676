//! The rules for leaving a book: somebody has to own it, and nobody loses their own one.

use time::PrimitiveDateTime;

use super::feed;
use super::invitation;
use super::member::{self, MemberProfile};
use super::role::Role;
use crate::db::{BookId, Conn, UserId};
use crate::error::AppError;

/// What a change of a member is refused with, if it must not happen. `wanted` is the new role, `None` to leave.
fn refusal(
    people: &[MemberProfile],
    book: BookId,
    user: UserId,
    wanted: Option<Role>,
) -> Option<&'static str> {
    if user.own_book() == book {
        return Some("This is the person's own book. They stay its owner as long as they have an account.");
    }
    let owns = |person: &&MemberProfile| person.role == Role::Owner;
    let is_last = people.iter().filter(owns).all(|person| person.id == user);
    (is_last && wanted != Some(Role::Owner))
        .then_some("A book needs an owner. Make another member an owner first, or close the book.")
}

/// Gives a member another role; `None` ends the membership. A change that leaves the book without an owner is
/// [`AppError::Invalid`] at the field `role`; a person who is no member is [`AppError::NotFound`].
pub fn change(
    conn: &mut Conn,
    book: BookId,
    user: UserId,
    wanted: Option<Role>,
    now: PrimitiveDateTime,
) -> Result<MemberProfile, AppError> {
    let people = member::people(conn, book)?;
    let person = people
        .iter()
        .find(|person| person.id == user)
        .ok_or(AppError::NotFound)?;
    if wanted == Some(person.role) {
        return Ok(person.clone());
    }
    if let Some(reason) = refusal(&people, book, user, wanted) {
        return Err(AppError::invalid("role", reason));
    }
    match wanted {
        Some(role) => {
            member::set_role(conn, book, user, role)?;
            if role != Role::Owner {
                invitation::revoke_of(conn, book, user, now)?;
            }
            if role == Role::Viewer {
                feed::revoke_of(conn, book, user)?;
            }
        }
        None => leave(conn, book, user, now)?,
    }
    Ok(person.clone())
}

/// Ends a membership, and the invitations and feeds that this person has made.
pub fn leave(conn: &mut Conn, book: BookId, user: UserId, now: PrimitiveDateTime) -> Result<(), AppError> {
    invitation::revoke_of(conn, book, user, now)?;
    feed::revoke_of(conn, book, user)?;
    member::leave(conn, book, user, now)
}
