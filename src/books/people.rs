//! The people that the rows of a book name.

use diesel::prelude::*;

use super::member::display_name;
use super::names::numbered;
use crate::db::schema::{members, users};
use crate::db::{BookId, Conn, UserId};
use crate::error::AppError;

/// A person whom rows of a book may name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownPerson {
    pub id: UserId,
    /// See [`display_name`].
    pub name: String,
    /// Whether they are in the book now.
    pub is_member: bool,
}

/// Who made a book, whether it is shared, and who is signed in: without a query.
#[derive(Debug, Clone)]
pub struct BookContext {
    pub book: BookId,
    /// Rows without a payer were paid by this person.
    pub made_by: UserId,
    /// Whether a second person has ever joined.
    pub is_shared: bool,
    pub signed_in: KnownPerson,
}

/// Everybody whom rows of a book may name, former members included.
#[derive(Debug, Clone)]
pub struct People {
    all: Vec<KnownPerson>,
    is_shared: bool,
}

impl BookContext {
    /// Reads the members, unless nobody but the signed-in person has ever been one.
    pub fn people(&self, conn: &mut Conn) -> Result<People, AppError> {
        let all = if self.is_shared {
            known(conn, self.book)?
        } else {
            vec![self.signed_in.clone()]
        };
        Ok(People {
            all,
            is_shared: self.is_shared,
        })
    }
}

impl People {
    /// The name of a person.
    pub fn name(&self, id: UserId) -> &str {
        let found = self.all.iter().find(|person| person.id == id);
        found.map_or("A former member", |person| &person.name)
    }

    /// Whether rows say who paid.
    pub fn are_named(&self) -> bool {
        self.is_shared
    }

    /// Those in the book now, if there are several.
    pub fn members(&self) -> impl Iterator<Item = &KnownPerson> {
        let members = || self.all.iter().filter(|person| person.is_member);
        members().filter(move |_| self.is_shared && members().count() > 1)
    }

    pub fn all(&self) -> &[KnownPerson] {
        &self.all
    }

    /// Everybody, if there were ever several.
    pub fn known(&self) -> &[KnownPerson] {
        if self.is_shared { &self.all } else { &[] }
    }

    /// About how many bytes they take.
    pub fn bytes(&self) -> usize {
        self.all
            .iter()
            .map(|person| size_of::<KnownPerson>() + person.name.len())
            .sum()
    }
}

/// In the order in which they joined.
fn known(conn: &mut Conn, book: BookId) -> Result<Vec<KnownPerson>, AppError> {
    let rows: Vec<(i64, String, Option<String>, bool)> = members::table
        .left_join(users::table.on(users::id.eq(members::user_id)))
        .filter(members::book_id.eq(book.0))
        .order((members::joined_at, members::user_id))
        .select((
            members::user_id,
            members::name,
            users::email.nullable(),
            members::left_at.is_null(),
        ))
        .load(conn)?;
    let names = rows
        .iter()
        .map(|(_, name, email, _)| display_name(name, email.as_deref().unwrap_or_default()));
    let names = numbered(names.collect());
    let people = rows.iter().zip(names);
    Ok(people
        .map(|((id, _, _, is_member), name)| KnownPerson {
            id: UserId(*id),
            name,
            is_member: *is_member,
        })
        .collect())
}
