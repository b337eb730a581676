//! The rows of `members` and their SQL.

use diesel::prelude::*;
use time::PrimitiveDateTime;

use super::book::Book;
use super::names::numbered;
use super::role::Role;
use crate::db::schema::{books, members, users};
use crate::db::{BookId, Conn, UserId};
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

/// A member as other members see them.
#[derive(Debug, Clone)]
pub struct MemberProfile {
    pub id: UserId,
    /// See [`display_name`].
    pub name: String,
    pub email: String,
    pub role: Role,
}

/// How a person is called: by their own word, else by what stands before the @ of their address.
pub fn display_name(name: &str, email: &str) -> String {
    if name.is_empty() {
        email.split('@').next().unwrap_or_default().to_owned()
    } else {
        name.to_owned()
    }
}

/// The people in a book, in the order in which they joined it. They have the names that rows give them, for which
/// former members count as well.
pub fn people(conn: &mut Conn, book: BookId) -> Result<Vec<MemberProfile>, AppError> {
    type Row = (i64, String, Option<String>, String, bool);
    let rows: Vec<Row> = members::table
        .left_join(users::table.on(users::id.eq(members::user_id)))
        .filter(members::book_id.eq(book.0))
        .order((members::joined_at, members::user_id))
        .select((
            members::user_id,
            members::name,
            users::email.nullable(),
            members::role,
            members::left_at.is_null(),
        ))
        .load(conn)?;
    let names = rows
        .iter()
        .map(|(_, name, email, ..)| display_name(name, email.as_deref().unwrap_or_default()));
    let names = numbered(names.collect());
    let all = rows.into_iter().zip(names);
    Ok(all
        .filter_map(|((id, _, email, role, is_member), name)| {
            Some(MemberProfile {
                id: UserId(id),
                name,
                role: Role::parse(&role)?,
                email: email.filter(|_| is_member)?,
            })
        })
        .collect())
}

/// The role of a person in an open book; else [`AppError::NotFound`].
pub fn role(conn: &mut Conn, book: BookId, user: UserId) -> Result<Role, AppError> {
    let name: String = members::table
        .filter(members::book_id.eq(book.0))
        .filter(members::user_id.eq(user.0))
        .filter(members::left_at.is_null())
        .select(members::role)
        .first(conn)?;
    Role::parse(&name).ok_or_else(|| AppError::internal("a member has an unknown role"))
}

/// Whether a person with an open account owns the book.
pub fn has_owner(conn: &mut Conn, book: BookId) -> Result<bool, AppError> {
    let owners: i64 = members::table
        .inner_join(users::table.on(users::id.eq(members::user_id)))
        .filter(members::book_id.eq(book.0))
        .filter(members::role.eq(Role::Owner.name()))
        .filter(members::left_at.is_null())
        .filter(users::closed_at.is_null())
        .count()
        .get_result(conn)?;
    Ok(owners > 0)
}

pub fn set_role(conn: &mut Conn, book: BookId, user: UserId, role: Role) -> Result<(), AppError> {
    diesel::update(row(book, user))
        .set(members::role.eq(role.name()))
        .execute(conn)?;
    Ok(())
}

/// How a person is called in their books from now on. Where they have left, the name stays.
pub fn set_name(conn: &mut Conn, user: UserId, name: &str) -> Result<(), AppError> {
    let current = members::table
        .filter(members::user_id.eq(user.0))
        .filter(members::left_at.is_null());
    diesel::update(current)
        .set(members::name.eq(name))
        .execute(conn)?;
    Ok(())
}

/// Most members of a book: pages list them, and each has a share of the database.
const MAX_MEMBERS: i64 = 50;

/// Adds a person, or brings back one who had left. A book with 50 members gets an error at the field `name`.
pub fn join(conn: &mut Conn, member: &Member) -> Result<(), AppError> {
    let count: i64 = members::table
        .filter(members::book_id.eq(member.book_id))
        .filter(members::left_at.is_null())
        .count()
        .get_result(conn)?;
    if count >= MAX_MEMBERS {
        return Err(AppError::invalid(
            "name",
            format!(
                "This book has {MAX_MEMBERS} members, which is the most it can have. Ask one of its owners to remove somebody first."
            ),
        ));
    }
    let again = diesel::update(row(BookId(member.book_id), UserId(member.user_id)))
        .set((
            members::role.eq(&member.role),
            members::name.eq(&member.name),
            members::joined_at.eq(member.joined_at),
            members::left_at.eq(None::<PrimitiveDateTime>),
        ))
        .execute(conn)?;
    if again == 0 { add(conn, member) } else { Ok(()) }
}

/// Ends a membership. The row stays with the name that others know.
pub fn leave(conn: &mut Conn, book: BookId, user: UserId, now: PrimitiveDateTime) -> Result<(), AppError> {
    let (name, email): (String, Option<String>) = members::table
        .left_join(users::table.on(users::id.eq(members::user_id)))
        .filter(members::book_id.eq(book.0))
        .filter(members::user_id.eq(user.0))
        .select((members::name, users::email.nullable()))
        .first(conn)?;
    diesel::update(row(book, user))
        .set((
            members::left_at.eq(Some(now)),
            members::name.eq(display_name(&name, &email.unwrap_or_default())),
        ))
        .execute(conn)?;
    Ok(())
}

type Row = diesel::dsl::Filter<
    diesel::dsl::Filter<members::table, diesel::dsl::Eq<members::book_id, i64>>,
    diesel::dsl::Eq<members::user_id, i64>,
>;

fn row(book: BookId, user: UserId) -> Row {
    members::table
        .filter(members::book_id.eq(book.0))
        .filter(members::user_id.eq(user.0))
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

impl Membership {
    /// Books with the names of the person's roles, in the order of their ids; the own one becomes the first.
    pub fn of_rows(rows: Vec<(Book, String)>, user: UserId) -> Vec<Self> {
        let mut found: Vec<Self> = rows
            .into_iter()
            .filter_map(|(book, role)| {
                let role = Role::parse(&role)?;
                Some(Self { book, role })
            })
            .collect();
        found.sort_by_key(|one| one.book.id() != user.own_book());
        found
    }
}

/// The open books that a person is a member of: the own one first, then in the order of their ids.
pub fn memberships(conn: &mut Conn, user: UserId) -> Result<Vec<Membership>, AppError> {
    let rows = members::table
        .inner_join(books::table.on(books::id.eq(members::book_id)))
        .filter(members::user_id.eq(user.0))
        .filter(members::left_at.is_null())
        .filter(books::closed_at.is_null())
        .order(members::book_id)
        .select((books::all_columns, members::role))
        .load(conn)?;
    Ok(Membership::of_rows(rows, user))
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
