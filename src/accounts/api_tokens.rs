//! Access tokens, `etp_{book id}_{secret}`: their format, their rows and their SQL.
//!
//! A token is for one book and one of its members. It is shown once; the database has only a hash of its secret. The
//! id of the book routes the lookup to the shard of that book.

use diesel::prelude::*;
use time::{Duration, PrimitiveDateTime};

use super::users::User;
use crate::books::book::Book;
use crate::books::member::{self, Membership};
use crate::books::role::Role;
use crate::crypto::link_secret;
use crate::db::schema::{api_tokens, books, members, users};
use crate::db::{BookId, Conn, Owner, UserId, set_owner};
use crate::error::AppError;

pub const PREFIX: &str = "etp_";
/// Of one person in one book.
const MAX_TOKENS: i64 = 50;
/// The last use is written at most this often.
const USE_INTERVAL: Duration = Duration::hours(1);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    Read,
    Write,
}

impl Access {
    /// The inverse of [`Access::name`].
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Read, Self::Write]
            .into_iter()
            .find(|one| one.name() == name)
    }

    /// `read` or `write`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }
}

/// A row of `api_tokens`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = api_tokens)]
pub struct ApiToken {
    pub book_id: i64,
    pub id: i64,
    pub user_id: i64,
    /// Chosen by the person.
    pub name: String,
    /// SHA-256 of the secret's text, in base64url.
    pub secret_hash: String,
    /// `read` or `write`.
    pub access: String,
    /// UTC.
    pub created_at: PrimitiveDateTime,
    /// UTC; up to `USE_INTERVAL` before the actual last use.
    pub last_used_at: Option<PrimitiveDateTime>,
}

impl ApiToken {
    /// A new row and the text of the token.
    pub fn new(
        book: BookId,
        user: UserId,
        id: i64,
        name: String,
        access: Access,
        now: PrimitiveDateTime,
    ) -> Result<(Self, String), AppError> {
        let (text, secret_hash) = link_secret::new(book.0)?;
        let token = Self {
            book_id: book.0,
            id,
            user_id: user.0,
            name,
            secret_hash,
            access: access.name().to_owned(),
            created_at: now,
            last_used_at: None,
        };
        Ok((token, format!("{PREFIX}{text}")))
    }

    pub fn may_write(&self) -> bool {
        Access::parse(&self.access) == Some(Access::Write)
    }

    /// Whether a use at `now` has to be recorded.
    pub fn is_use_due(&self, now: PrimitiveDateTime) -> bool {
        self.last_used_at.is_none_or(|last| now - last >= USE_INTERVAL)
    }
}

/// The book of a token and the hash of its secret; `None` for a text of another format.
pub fn parse(text: &str) -> Option<(BookId, String)> {
    let (book, hash) = link_secret::parse(text.strip_prefix(PREFIX)?)?;
    Some((BookId(book), hash))
}

/// Inserts a token; a person with `MAX_TOKENS` of them in the book gets an error at the field `name`.
pub fn add(conn: &mut Conn, token: &ApiToken) -> Result<(), AppError> {
    let count: i64 = api_tokens::table
        .filter(api_tokens::book_id.eq(token.book_id))
        .filter(api_tokens::user_id.eq(token.user_id))
        .count()
        .get_result(conn)?;
    if count >= MAX_TOKENS {
        let message =
            format!("You've reached the limit of {MAX_TOKENS} tokens. Revoke one to create another.");
        return Err(AppError::invalid("name", message));
    }
    diesel::insert_into(api_tokens::table)
        .values(token.clone())
        .execute(conn)?;
    Ok(())
}

/// The tokens of one member, newest first.
pub fn list(conn: &mut Conn, book: BookId, user: UserId) -> Result<Vec<ApiToken>, AppError> {
    Ok(api_tokens::table
        .filter(api_tokens::book_id.eq(book.0))
        .filter(api_tokens::user_id.eq(user.0))
        .order(api_tokens::id.desc())
        .select(api_tokens::all_columns)
        .load(conn)?)
}

/// The token with this hash; `None` if its person has no account any more or is no longer a member of the book.
pub(super) fn find(
    conn: &mut Conn,
    book: BookId,
    secret_hash: &str,
) -> Result<Option<(ApiToken, User, Membership)>, AppError> {
    let found: Option<(ApiToken, User, Book, String)> = api_tokens::table
        .inner_join(users::table.on(users::id.eq(api_tokens::user_id)))
        .inner_join(books::table.on(books::id.eq(api_tokens::book_id)))
        .inner_join(
            members::table.on(members::book_id
                .eq(api_tokens::book_id)
                .and(members::user_id.eq(api_tokens::user_id))),
        )
        .filter(api_tokens::book_id.eq(book.0))
        .filter(api_tokens::secret_hash.eq(secret_hash))
        .filter(users::closed_at.is_null())
        .filter(books::closed_at.is_null())
        .filter(members::left_at.is_null())
        .select((
            api_tokens::all_columns,
            users::all_columns,
            books::all_columns,
            members::role,
        ))
        .first(conn)
        .optional()?;
    Ok(found.and_then(|(token, user, book, role)| {
        let role = Role::parse(&role)?;
        Some((token, user, Membership { book, role }))
    }))
}

pub(super) fn record_use(
    conn: &mut Conn,
    book: BookId,
    id: i64,
    now: PrimitiveDateTime,
) -> Result<(), AppError> {
    diesel::update(
        api_tokens::table
            .filter(api_tokens::book_id.eq(book.0))
            .filter(api_tokens::id.eq(id)),
    )
    .set(api_tokens::last_used_at.eq(Some(now)))
    .execute(conn)?;
    Ok(())
}

/// Deletes a token of one member; returns its name, or `None` if there was none.
pub(super) fn revoke(
    conn: &mut Conn,
    book: BookId,
    user: UserId,
    id: i64,
) -> Result<Option<String>, AppError> {
    let token = api_tokens::table
        .filter(api_tokens::book_id.eq(book.0))
        .filter(api_tokens::user_id.eq(user.0))
        .filter(api_tokens::id.eq(id));
    Ok(diesel::delete(token)
        .returning(api_tokens::name)
        .get_result(conn)
        .optional()?)
}

/// Deletes the tokens of one member.
pub fn revoke_of_member(conn: &mut Conn, book: BookId, user: UserId) -> Result<(), AppError> {
    diesel::delete(
        api_tokens::table
            .filter(api_tokens::book_id.eq(book.0))
            .filter(api_tokens::user_id.eq(user.0)),
    )
    .execute(conn)?;
    Ok(())
}

/// Deletes the tokens of a person in all books.
pub fn revoke_all(conn: &mut Conn, user: UserId) -> Result<(), AppError> {
    for book in member::books_of(conn, user)? {
        set_owner(conn, Owner::both(user, book))?;
        revoke_of_member(conn, book, user)?;
    }
    Ok(())
}

/// Deletes all tokens of a closed book.
pub(super) fn remove_of_book(conn: &mut Conn, book: BookId) -> Result<(), AppError> {
    diesel::delete(api_tokens::table.filter(api_tokens::book_id.eq(book.0))).execute(conn)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::datetime;

    use super::*;
    use crate::crypto::encoding::base62;

    const NOW: PrimitiveDateTime = datetime!(2026-11-22 12:00:00);

    #[test]
    fn a_token_names_its_book_and_its_row_hides_the_secret() {
        let (book, user) = (BookId(250_322_420_353_732_608), UserId(7));
        let (row, text) = ApiToken::new(book, user, 1, "Phone".to_owned(), Access::Read, NOW).unwrap();
        assert_eq!(parse(&text), Some((book, row.secret_hash.clone())));
        let secret = text.splitn(3, '_').nth(2).unwrap();
        assert_eq!(secret.len(), 43);
        assert!(!row.secret_hash.contains(secret) && !row.may_write());
        let (_, other) = ApiToken::new(book, user, 2, "Phone".to_owned(), Access::Read, NOW).unwrap();
        assert_ne!(text, other);
    }

    #[test]
    fn a_text_of_another_shape_is_no_token() {
        for text in ["", "etp_", "etp_1", "etp__x", "etp_0_x", "ETP_1_x", "x_1_y"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_last_use_is_written_once_an_hour() {
        let (mut row, _) = ApiToken::new(BookId(1), UserId(1), 1, String::new(), Access::Write, NOW).unwrap();
        assert!(row.is_use_due(NOW) && row.may_write());
        row.last_used_at = Some(NOW);
        assert!(!row.is_use_due(NOW + Duration::minutes(59)));
        assert!(row.is_use_due(NOW + Duration::hours(1)));
    }

    proptest! {
        #[test]
        fn any_text_can_be_parsed(text in ".{0,60}", book in 1..i64::MAX, secret in "[!-~]{0,60}") {
            // Arbitrary text does not panic, and a token is parsed as it was written.
            let _ = parse(&text);
            let token = format!("{PREFIX}{}_{secret}", base62(book));
            prop_assert_eq!(parse(&token).map(|(book, _)| book), Some(BookId(book)));
        }
    }
}
