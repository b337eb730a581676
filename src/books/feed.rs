//! The rows of `feeds` and their SQL: links by which calendars read what is coming.

use diesel::prelude::*;
use time::PrimitiveDateTime;

use super::role::Role;
use crate::crypto::link_secret;
use crate::db::schema::{feeds, members};
use crate::db::{BookId, Conn, UserId};
use crate::error::AppError;

/// Links of one book at the same time.
const MAX_FEEDS: i64 = 20;

/// A row of `feeds`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = feeds)]
pub struct Feed {
    pub book_id: i64,
    pub id: i64,
    /// The member who made it. It ends when they leave the book or may not change it any more.
    pub user_id: i64,
    /// See `crypto::link_secret`.
    pub secret_hash: String,
    /// Whether it shows amounts.
    pub with_amounts: bool,
    /// UTC.
    pub created_at: PrimitiveDateTime,
}

impl Feed {
    /// A new row and the secret for its link.
    pub fn new(
        book: BookId,
        id: i64,
        by: UserId,
        with_amounts: bool,
        now: PrimitiveDateTime,
    ) -> Result<(Self, String), AppError> {
        let (text, secret_hash) = link_secret::new(book.0)?;
        let feed = Self {
            book_id: book.0,
            id,
            user_id: by.0,
            secret_hash,
            with_amounts,
            created_at: now,
        };
        Ok((feed, text))
    }
}

/// The book and the hash of a feed's secret. Any other text is [`AppError::NotFound`].
pub fn parse(text: &str) -> Result<(BookId, String), AppError> {
    let (book, hash) = link_secret::parse(text).ok_or(AppError::NotFound)?;
    Ok((BookId(book), hash))
}

/// Inserts a feed; a book with `MAX_FEEDS` of them gets an error at the field `feed`.
pub fn add(conn: &mut Conn, feed: &Feed) -> Result<(), AppError> {
    let count: i64 = feeds::table
        .filter(feeds::book_id.eq(feed.book_id))
        .count()
        .get_result(conn)?;
    if count >= MAX_FEEDS {
        return Err(AppError::invalid(
            "feed",
            format!("There are already {MAX_FEEDS} links. Revoke one to create another."),
        ));
    }
    diesel::insert_into(feeds::table).values(feed).execute(conn)?;
    Ok(())
}

/// The people who may make links.
#[diesel::dsl::auto_type(no_type_alias)]
fn editors(book: BookId) -> _ {
    let id: i64 = book.0;
    let viewer: &'static str = "viewer";
    members::table
        .filter(members::book_id.eq(id))
        .filter(members::role.ne(viewer))
        .filter(members::left_at.is_null())
        .select(members::user_id)
}

/// The links of a book that work, newest first.
pub fn all(conn: &mut Conn, book: BookId) -> Result<Vec<Feed>, AppError> {
    Ok(feeds::table
        .filter(feeds::book_id.eq(book.0))
        .filter(feeds::user_id.eq_any(editors(book)))
        .order(feeds::id.desc())
        .select(feeds::all_columns)
        .load(conn)?)
}

/// The feed with this hash, if it works; else [`AppError::NotFound`].
pub fn find(conn: &mut Conn, book: BookId, hash: &str) -> Result<Feed, AppError> {
    Ok(feeds::table
        .filter(feeds::book_id.eq(book.0))
        .filter(feeds::user_id.eq_any(editors(book)))
        .filter(feeds::secret_hash.eq(hash))
        .select(feeds::all_columns)
        .first(conn)?)
}

/// Removes a feed, one of another person only for an owner; else [`AppError::NotFound`].
pub fn revoke(conn: &mut Conn, book: BookId, id: i64, (by, role): (UserId, Role)) -> Result<(), AppError> {
    let maker: i64 = feeds::table
        .filter(feeds::book_id.eq(book.0))
        .filter(feeds::id.eq(id))
        .select(feeds::user_id)
        .first(conn)?;
    if maker != by.0 && role < Role::Owner {
        return Err(AppError::NotFound);
    }
    diesel::delete(
        feeds::table
            .filter(feeds::book_id.eq(book.0))
            .filter(feeds::id.eq(id)),
    )
    .execute(conn)?;
    Ok(())
}

/// Removes the feeds that `maker` has made.
pub fn revoke_of(conn: &mut Conn, book: BookId, maker: UserId) -> Result<(), AppError> {
    diesel::delete(
        feeds::table
            .filter(feeds::book_id.eq(book.0))
            .filter(feeds::user_id.eq(maker.0)),
    )
    .execute(conn)?;
    Ok(())
}

/// Removes the feeds of a closed book.
pub fn remove_all(conn: &mut Conn, book: BookId) -> Result<(), AppError> {
    diesel::delete(feeds::table.filter(feeds::book_id.eq(book.0))).execute(conn)?;
    Ok(())
}
