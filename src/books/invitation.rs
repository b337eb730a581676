//! The rows of `invitations` and their SQL.

use diesel::prelude::*;
use time::{Duration, PrimitiveDateTime};

use super::role::Role;
use crate::crypto::link_secret;
use crate::db::schema::{invitations, members};
use crate::db::{BookId, Conn, UserId};
use crate::error::AppError;

/// An invitation can be used this many days after it was made.
pub const DAYS: i64 = 7;
/// Invitations of one book that can be used at the same time.
const MAX_OPEN: i64 = 50;

/// A row of `invitations`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = invitations)]
pub struct Invitation {
    pub book_id: i64,
    pub id: i64,
    /// See `crypto::link_secret`.
    pub secret_hash: String,
    /// `editor` or `viewer`.
    pub role: String,
    /// The owner who made it.
    pub made_by: i64,
    /// UTC.
    pub made_at: PrimitiveDateTime,
    /// UTC.
    pub expires_at: PrimitiveDateTime,
    /// The account that was created with the link on a closed server.
    pub reserved_for: Option<i64>,
    pub used_by: Option<i64>,
    /// UTC.
    pub used_at: Option<PrimitiveDateTime>,
    /// UTC.
    pub revoked_at: Option<PrimitiveDateTime>,
}

impl Invitation {
    /// A new row and the secret for its link.
    pub fn new(
        book: BookId,
        id: i64,
        role: Role,
        made_by: UserId,
        now: PrimitiveDateTime,
    ) -> Result<(Self, String), AppError> {
        let (text, secret_hash) = link_secret::new(book.0)?;
        let invitation = Self {
            book_id: book.0,
            id,
            secret_hash,
            role: role.name().to_owned(),
            made_by: made_by.0,
            made_at: now,
            expires_at: now + Duration::days(DAYS),
            reserved_for: None,
            used_by: None,
            used_at: None,
            revoked_at: None,
        };
        Ok((invitation, text))
    }

    /// Whether `user`, or somebody without an account, can use it.
    pub fn is_open_to(&self, user: Option<UserId>) -> bool {
        self.reserved_for.is_none() || self.reserved_for == user.map(|user| user.0)
    }
}

/// The book and the hash of an invitation's secret. Any other text is [`AppError::NotFound`].
pub fn parse(text: &str) -> Result<(BookId, String), AppError> {
    let (book, hash) = link_secret::parse(text).ok_or(AppError::NotFound)?;
    Ok((BookId(book), hash))
}

/// Inserts an invitation; a book with `MAX_OPEN` of them gets an error at the field `role`.
pub fn add(conn: &mut Conn, invitation: &Invitation, now: PrimitiveDateTime) -> Result<(), AppError> {
    let count = open(conn, BookId(invitation.book_id), now)?.len();
    if i64::try_from(count).unwrap_or(i64::MAX) >= MAX_OPEN {
        return Err(AppError::invalid(
            "role",
            format!("There are already {MAX_OPEN} open invitations. Revoke one to create another."),
        ));
    }
    diesel::insert_into(invitations::table)
        .values(invitation.clone())
        .execute(conn)?;
    Ok(())
}

/// The people who may invite to a book. An invitation ends with the rights of the owner who made it.
#[diesel::dsl::auto_type(no_type_alias)]
fn owners(book: BookId) -> _ {
    let id: i64 = book.0;
    let owner: &'static str = "owner";
    members::table
        .filter(members::book_id.eq(id))
        .filter(members::role.eq(owner))
        .filter(members::left_at.is_null())
        .select(members::user_id)
}

/// The invitations that can still be used, newest first.
pub fn open(conn: &mut Conn, book: BookId, now: PrimitiveDateTime) -> Result<Vec<Invitation>, AppError> {
    Ok(invitations::table
        .filter(invitations::book_id.eq(book.0))
        .filter(invitations::made_by.eq_any(owners(book)))
        .filter(invitations::used_at.is_null())
        .filter(invitations::revoked_at.is_null())
        .filter(invitations::expires_at.gt(now))
        .order(invitations::id.desc())
        .select(invitations::all_columns)
        .load(conn)?)
}

/// The invitation with this hash if it can still be used; else [`AppError::NotFound`].
pub fn find(
    conn: &mut Conn,
    book: BookId,
    hash: &str,
    now: PrimitiveDateTime,
) -> Result<Invitation, AppError> {
    Ok(invitations::table
        .filter(invitations::book_id.eq(book.0))
        .filter(invitations::made_by.eq_any(owners(book)))
        .filter(invitations::secret_hash.eq(hash))
        .filter(invitations::used_at.is_null())
        .filter(invitations::revoked_at.is_null())
        .filter(invitations::expires_at.gt(now))
        .select(invitations::all_columns)
        .first(conn)?)
}

/// Succeeds if `user` has used the invitation with this hash; else [`AppError::NotFound`].
pub fn find_used(conn: &mut Conn, book: BookId, hash: &str, user: UserId) -> Result<(), AppError> {
    invitations::table
        .filter(invitations::book_id.eq(book.0))
        .filter(invitations::secret_hash.eq(hash))
        .filter(invitations::used_by.eq(Some(user.0)))
        .select(invitations::id)
        .first::<i64>(conn)?;
    Ok(())
}

/// Makes the link worthless; false if it was already.
pub fn revoke(conn: &mut Conn, book: BookId, id: i64, now: PrimitiveDateTime) -> Result<bool, AppError> {
    let open = invitations::table
        .filter(invitations::book_id.eq(book.0))
        .filter(invitations::id.eq(id))
        .filter(invitations::used_at.is_null())
        .filter(invitations::revoked_at.is_null());
    let revoked = diesel::update(open)
        .set(invitations::revoked_at.eq(Some(now)))
        .execute(conn)?;
    Ok(revoked > 0)
}

/// Makes the links worthless that `maker` has made.
pub fn revoke_of(
    conn: &mut Conn,
    book: BookId,
    maker: UserId,
    now: PrimitiveDateTime,
) -> Result<(), AppError> {
    let open = invitations::table
        .filter(invitations::book_id.eq(book.0))
        .filter(invitations::made_by.eq(maker.0))
        .filter(invitations::used_at.is_null())
        .filter(invitations::revoked_at.is_null());
    diesel::update(open)
        .set(invitations::revoked_at.eq(Some(now)))
        .execute(conn)?;
    Ok(())
}

/// Marks an open invitation as used by `user`. If somebody else was faster, it is [`AppError::NotFound`].
pub fn use_once(
    conn: &mut Conn,
    invitation: &Invitation,
    user: UserId,
    now: PrimitiveDateTime,
) -> Result<(), AppError> {
    let open = invitations::table
        .filter(invitations::book_id.eq(invitation.book_id))
        .filter(invitations::id.eq(invitation.id))
        .filter(invitations::used_at.is_null())
        .filter(invitations::revoked_at.is_null());
    let changed = diesel::update(open)
        .set((
            invitations::used_by.eq(Some(user.0)),
            invitations::used_at.eq(Some(now)),
        ))
        .execute(conn)?;
    if changed == 1 {
        Ok(())
    } else {
        Err(AppError::NotFound)
    }
}

/// Keeps an open invitation for an account that is created with it, on a closed server. If it is kept for another one
/// already, it is [`AppError::NotFound`].
pub fn reserve(
    conn: &mut Conn,
    book: BookId,
    hash: &str,
    user: UserId,
    now: PrimitiveDateTime,
) -> Result<(), AppError> {
    let free = invitations::table
        .filter(invitations::book_id.eq(book.0))
        .filter(invitations::made_by.eq_any(owners(book)))
        .filter(invitations::secret_hash.eq(hash))
        .filter(invitations::used_at.is_null())
        .filter(invitations::revoked_at.is_null())
        .filter(invitations::expires_at.gt(now))
        .filter(invitations::reserved_for.is_null());
    let reserved = diesel::update(free)
        .set(invitations::reserved_for.eq(Some(user.0)))
        .execute(conn)?;
    if reserved == 1 {
        Ok(())
    } else {
        Err(AppError::NotFound)
    }
}

/// Removes the invitations of a closed book.
pub fn remove_all(conn: &mut Conn, book: BookId) -> Result<(), AppError> {
    diesel::delete(invitations::table.filter(invitations::book_id.eq(book.0))).execute(conn)?;
    Ok(())
}

/// Removes invitations that could last be used before `until`.
pub fn remove_expired(conn: &mut Conn, book: BookId, until: PrimitiveDateTime) -> Result<(), AppError> {
    diesel::delete(
        invitations::table
            .filter(invitations::book_id.eq(book.0))
            .filter(invitations::expires_at.le(until)),
    )
    .execute(conn)?;
    Ok(())
}
