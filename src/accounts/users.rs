//! The rows of `users` and their SQL.

use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use time::PrimitiveDateTime;

use super::email::Email;
use super::preferences::Preferences;
use crate::books::book::{self, Book};
use crate::books::member::{self, Member};
use crate::books::role::Role;
use crate::clock::TimeZone;
use crate::db::schema::users;
use crate::db::{Conn, UserId, set_owner};
use crate::error::AppError;
use crate::locale::Locale;
use crate::period::{Calendar, WeekStart};
use crate::web::view::Theme;

/// A row of `users`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = users)]
pub struct User {
    pub id: i64,
    /// As other members of a book see it; empty while it is not set.
    pub name: String,
    /// As typed.
    pub email: String,
    /// The unique form in which addresses are compared, see [`Email::key`].
    pub email_key: String,
    /// A PHC string.
    pub password_hash: String,
    /// IANA.
    pub timezone: String,
    /// BCP 47.
    pub locale: String,
    /// `monday`, `sunday` or `saturday`.
    pub week_start: String,
    /// `system`, `light` or `dark`.
    pub theme: String,
    /// UTC.
    pub created_at: PrimitiveDateTime,
    /// UTC. From then on nobody can sign in, and a background task removes the rows of the account.
    pub closed_at: Option<PrimitiveDateTime>,
}

impl User {
    pub fn new(
        id: i64,
        email: &Email,
        hash: String,
        preferences: &Preferences,
        now: PrimitiveDateTime,
    ) -> Self {
        Self {
            id,
            name: preferences.name.clone(),
            email: email.as_str().to_owned(),
            email_key: email.key(),
            password_hash: hash,
            timezone: preferences.timezone.name().to_owned(),
            locale: preferences.locale.tag().to_owned(),
            week_start: preferences.calendar.week_start().as_str().to_owned(),
            theme: preferences.theme.name().to_owned(),
            created_at: now,
            closed_at: None,
        }
    }

    /// The preferences of this person in `book`. A value that this version does not know becomes the default.
    pub fn preferences(&self, book: &Book) -> Preferences {
        let month_start = u8::try_from(book.month_start).unwrap_or(1);
        Preferences {
            name: self.name.clone(),
            currency: book.currency(),
            timezone: TimeZone::parse(&self.timezone).unwrap_or_default(),
            locale: Locale::from_tag(&self.locale).unwrap_or_default(),
            calendar: WeekStart::parse(&self.week_start)
                .and_then(|week_start| Calendar::new(week_start, month_start))
                .unwrap_or_default(),
            theme: Theme::parse(&self.theme).unwrap_or_default(),
        }
    }

    pub fn id(&self) -> UserId {
        UserId(self.id)
    }

    /// The book that comes with the account.
    pub fn new_book(&self, preferences: &Preferences) -> Book {
        Book {
            id: self.id,
            name: book::PERSONAL.to_owned(),
            currency: preferences.currency.code().to_owned(),
            month_start: i32::from(preferences.calendar.month_start()),
            created_at: self.created_at,
            closed_at: None,
            made_by: self.id,
            is_shared: false,
        }
    }
}

/// Inserts an account with its own book; a taken address is [`AppError::Conflict`].
pub fn create(conn: &mut Conn, user: &User, own: &Book) -> Result<(), AppError> {
    let taken =
        || AppError::Conflict("There's already an account with this email. Sign in instead.".to_owned());
    if by_email(conn, &user.email_key)?.is_some() {
        return Err(taken());
    }
    match diesel::insert_into(users::table)
        .values(user.clone())
        .execute(conn)
    {
        // Another instance has inserted the address since it was looked up.
        Err(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => return Err(taken()),
        other => other.map(|_| ())?,
    }
    set_owner(conn, own.id())?;
    book::create(conn, own)?;
    let owner = Member::new(own.id(), user.id(), Role::Owner, String::new(), user.created_at);
    member::add(conn, &owner)
}

/// The open account of an address; `email_key` as [`Email::key`] returns it.
pub fn by_email(conn: &mut Conn, email_key: &str) -> Result<Option<User>, AppError> {
    Ok(users::table
        .filter(users::email_key.eq(email_key))
        .filter(users::closed_at.is_null())
        .select(users::all_columns)
        .first(conn)
        .optional()?)
}

/// The open account `user`; else [`AppError::NotFound`].
pub fn find(conn: &mut Conn, user: UserId) -> Result<User, AppError> {
    Ok(users::table
        .find(user.0)
        .filter(users::closed_at.is_null())
        .select(users::all_columns)
        .first(conn)?)
}

/// Like [`find`], for work that a signed-in person has begun: if the account was closed meanwhile, the session has
/// ended, too.
pub fn find_open(conn: &mut Conn, user: UserId) -> Result<User, AppError> {
    find(conn, user).map_err(|error| match error {
        AppError::NotFound => AppError::SignedOut { next: None },
        other => other,
    })
}

/// At most `limit` accounts with ids after `last`, closed ones included, ordered by id.
pub fn after(conn: &mut Conn, last: UserId, limit: i64) -> Result<Vec<UserId>, AppError> {
    let ids: Vec<i64> = users::table
        .filter(users::id.gt(last.0))
        .order(users::id)
        .limit(limit)
        .select(users::id)
        .load(conn)?;
    Ok(ids.into_iter().map(UserId).collect())
}

/// Stores the preferences that are the person's in every book.
pub fn set_preferences(conn: &mut Conn, user: UserId, preferences: &Preferences) -> Result<(), AppError> {
    let updated = diesel::update(users::table.find(user.0))
        .set((
            users::name.eq(&preferences.name),
            users::timezone.eq(preferences.timezone.name()),
            users::locale.eq(preferences.locale.tag()),
            users::week_start.eq(preferences.calendar.week_start().as_str()),
            users::theme.eq(preferences.theme.name()),
        ))
        .execute(conn)?;
    if updated == 0 {
        return Err(AppError::NotFound);
    }
    member::set_name(conn, user, &preferences.name)
}

/// Whether the account is open and still has this password hash.
pub fn has_password(conn: &mut Conn, user: UserId, hash: &str) -> Result<bool, AppError> {
    let stored: Option<String> = users::table
        .find(user.0)
        .filter(users::closed_at.is_null())
        .select(users::password_hash)
        .first(conn)
        .optional()?;
    Ok(stored.as_deref() == Some(hash))
}

pub fn set_password(conn: &mut Conn, user: UserId, hash: &str) -> Result<(), AppError> {
    diesel::update(users::table.find(user.0))
        .set(users::password_hash.eq(hash))
        .execute(conn)?;
    Ok(())
}
