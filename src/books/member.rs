//! The rows of `members` and their SQL.

use diesel::prelude::*;
use time::PrimitiveDateTime;

use super::book::Book;
use super::role::Role;
use crate::db::schema::{books, members};
use crate::db::{BookId, Conn, UserId, on_backend};
use crate::error::AppError;

/// A row of `members`: a person in a book. It stays when they leave, for their name on older entries.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = members)]
pub struct Member {
    pub book_id: i64,
    pub user_id: i64,
    /// `owner`, `editor` or `viewer`.
    pub role: String,
    /// As they called themselves last; empty while they have set no name.
    pub name: String,
    /// UTC.
    pub joined_at: PrimitiveDateTime,
    /// UTC. From then on the book does not exist for them.
    pub left_at: Option<PrimitiveDateTime>,
}

impl Member {
    pub fn new(book: BookId, user: UserId, role: Role, name: String, now: PrimitiveDateTime) -> Self {
        Self {
            book_id: book.0,
            user_id: user.0,
            role: role.name().to_owned(),
            name,
            joined_at: now,
            left_at: None,
        }
    }
}

pub fn add(conn: &mut Conn, member: &Member) -> Result<(), AppError> {
    diesel::insert_into(members::table)
        .values(member.clone())
        .execute(conn)?;
    Ok(())
}

/// A book and what one person may do in it.
#[derive(Debug, Clone)]
pub struct Membership {
    pub book: Book,
    pub role: Role,
}

/// The open books that a person is a member of: the own one first, then in the order of their ids.
pub fn memberships(conn: &mut Conn, user: UserId) -> Result<Vec<Membership>, AppError> {
    let query = members::table
        .inner_join(books::table.on(books::id.eq(members::book_id)))
        .filter(members::user_id.eq(user.0))
        .filter(members::left_at.is_null())
        .filter(books::closed_at.is_null())
        .order(members::book_id)
        .select((books::all_columns, members::role));
    // Runs on each request after a commit, so it avoids the cost of diesel's combined connection type.
    let rows: Vec<(Book, String)> = on_backend!(conn, |c| query.load(c))?;
    let mut found: Vec<Membership> = rows
        .into_iter()
        .filter_map(|(book, role)| {
            let role = Role::parse(&role)?;
            Some(Membership { book, role })
        })
        .collect();
    found.sort_by_key(|one| one.book.id() != user.own_book());
    Ok(found)
}

/// The open books that a person is a member of, in the order of their ids.
pub fn books_of(conn: &mut Conn, user: UserId) -> Result<Vec<BookId>, AppError> {
    let ids: Vec<i64> = members::table
        .inner_join(books::table.on(books::id.eq(members::book_id)))
        .filter(members::user_id.eq(user.0))
        .filter(members::left_at.is_null())
        .filter(books::closed_at.is_null())
        .order(members::book_id)
        .select(members::book_id)
        .load(conn)?;
    Ok(ids.into_iter().map(BookId).collect())
}

/// Removes the members of a closed book.
pub fn remove_all(conn: &mut Conn, book: BookId) -> Result<(), AppError> {
    diesel::delete(members::table.filter(members::book_id.eq(book.0))).execute(conn)?;
    Ok(())
}
