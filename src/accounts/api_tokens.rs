//! Personal access tokens: `etp_{the user's id}_{a secret}`, shown once, kept as a hash.
//!
//! The id lets the look-up go straight to the rows of one person, wherever those are.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use time::{Duration, PrimitiveDateTime};

use super::model::User;
use crate::crypto::encoding::{base62, from_base62};
use crate::db::schema::{api_tokens, users};
use crate::db::{Conn, UserId};
use crate::error::AppError;

/// What every token begins with.
pub const PREFIX: &str = "etp_";
/// The most tokens of an account.
pub const MAX_TOKENS: i64 = 50;
/// The last use is written at most this often.
const NOTED_EVERY: Duration = Duration::hours(1);
/// Random bytes in a secret.
const SECRET_BYTES: usize = 32;

/// What a token may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Look.
    Read,
    /// Look and change.
    Write,
}

impl Access {
    /// Reads what [`Access::name`] says.
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
#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = api_tokens)]
pub struct ApiToken {
    /// Whose it is.
    pub user_id: i64,
    /// Made by the program.
    pub id: i64,
    /// What its owner calls it.
    pub name: String,
    /// SHA-256 of the secret's text.
    pub secret_hash: String,
    /// See [`Access`].
    pub access: String,
    /// UTC.
    pub created_at: PrimitiveDateTime,
    /// UTC, at most an hour late.
    pub last_used_at: Option<PrimitiveDateTime>,
}

impl ApiToken {
    /// A new token and the text that is shown once.
    pub fn make(
        owner: UserId,
        id: i64,
        name: String,
        access: Access,
        now: PrimitiveDateTime,
    ) -> Result<(Self, String), AppError> {
        let mut random = [0; SECRET_BYTES];
        getrandom::fill(&mut random).map_err(AppError::internal)?;
        let secret = URL_SAFE_NO_PAD.encode(random);
        let text = format!("{PREFIX}{}_{secret}", base62(owner.0));
        let token = Self {
            user_id: owner.0,
            id,
            name,
            secret_hash: hash(&secret),
            access: access.name().to_owned(),
            created_at: now,
            last_used_at: None,
        };
        Ok((token, text))
    }

    /// Whether it may change anything.
    pub fn may_write(&self) -> bool {
        Access::parse(&self.access) == Some(Access::Write)
    }

    /// Whether this use is one to write down.
    pub fn is_use_due(&self, now: PrimitiveDateTime) -> bool {
        self.last_used_at.is_none_or(|last| now - last >= NOTED_EVERY)
    }
}

/// Whose a token is and the hash of its secret; `None` for a text that is no token.
pub fn read(text: &str) -> Option<(UserId, String)> {
    let (owner, secret) = text.strip_prefix(PREFIX)?.split_once('_')?;
    Some((UserId(from_base62(owner)?), hash(secret)))
}

fn hash(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(secret))
}

/// Keeps a new token; an account with [`MAX_TOKENS`] of them is told so at `name`.
pub fn add(conn: &mut Conn, token: &ApiToken) -> Result<(), AppError> {
    let held: i64 = api_tokens::table
        .filter(api_tokens::user_id.eq(token.user_id))
        .count()
        .get_result(conn)?;
    if held >= MAX_TOKENS {
        let words = format!("You have {MAX_TOKENS} tokens, which is the most. Revoke one first.");
        return Err(AppError::invalid("name", words));
    }
    diesel::insert_into(api_tokens::table)
        .values(token.clone())
        .execute(conn)?;
    Ok(())
}

/// The tokens of a person, newest first.
pub fn list(conn: &mut Conn, owner: UserId) -> Result<Vec<ApiToken>, AppError> {
    Ok(api_tokens::table
        .filter(api_tokens::user_id.eq(owner.0))
        .order(api_tokens::id.desc())
        .select(api_tokens::all_columns)
        .load(conn)?)
}

/// The token with this hash, with its account, if that is open.
pub fn live(conn: &mut Conn, owner: UserId, secret_hash: &str) -> Result<Option<(ApiToken, User)>, AppError> {
    Ok(api_tokens::table
        .inner_join(users::table.on(users::id.eq(api_tokens::user_id)))
        .filter(api_tokens::user_id.eq(owner.0))
        .filter(api_tokens::secret_hash.eq(secret_hash))
        .filter(users::closed_at.is_null())
        .select((api_tokens::all_columns, users::all_columns))
        .first(conn)
        .optional()?)
}

/// Notes that a token was used.
pub fn note_use(conn: &mut Conn, owner: UserId, id: i64, now: PrimitiveDateTime) -> Result<(), AppError> {
    diesel::update(
        api_tokens::table
            .filter(api_tokens::user_id.eq(owner.0))
            .filter(api_tokens::id.eq(id)),
    )
    .set(api_tokens::last_used_at.eq(Some(now)))
    .execute(conn)?;
    Ok(())
}

/// Ends one token; its name, if there was one.
pub fn revoke(conn: &mut Conn, owner: UserId, id: i64) -> Result<Option<String>, AppError> {
    let mine = api_tokens::table
        .filter(api_tokens::user_id.eq(owner.0))
        .filter(api_tokens::id.eq(id));
    Ok(diesel::delete(mine)
        .returning(api_tokens::name)
        .get_result(conn)
        .optional()?)
}

/// Ends every token.
pub fn revoke_all(conn: &mut Conn, owner: UserId) -> Result<(), AppError> {
    diesel::delete(api_tokens::table.filter(api_tokens::user_id.eq(owner.0))).execute(conn)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::datetime;

    use super::*;

    const NOW: PrimitiveDateTime = datetime!(2026-11-22 12:00:00);

    #[test]
    fn a_token_tells_whose_it_is_and_keeps_its_secret() {
        let owner = UserId(250_322_420_353_732_608);
        let (row, text) = ApiToken::make(owner, 1, "Phone".to_owned(), Access::Read, NOW).unwrap();
        assert_eq!(read(&text), Some((owner, row.secret_hash.clone())));
        let secret = text.splitn(3, '_').nth(2).unwrap();
        assert_eq!(secret.len(), 43);
        assert!(!row.secret_hash.contains(secret) && !row.may_write());
        let (_, other) = ApiToken::make(owner, 2, "Phone".to_owned(), Access::Read, NOW).unwrap();
        assert_ne!(text, other);
    }

    #[test]
    fn a_text_of_another_shape_is_no_token() {
        for text in ["", "etp_", "etp_1", "etp__x", "etp_0_x", "ETP_1_x", "x_1_y"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn the_last_use_is_written_once_an_hour() {
        let (mut row, _) = ApiToken::make(UserId(1), 1, String::new(), Access::Write, NOW).unwrap();
        assert!(row.is_use_due(NOW) && row.may_write());
        row.last_used_at = Some(NOW);
        assert!(!row.is_use_due(NOW + Duration::minutes(59)));
        assert!(row.is_use_due(NOW + Duration::hours(1)));
    }

    proptest! {
        #[test]
        fn any_text_is_a_token_of_somebody_or_none(text in ".{0,60}", owner in 1..i64::MAX, secret in "[!-~]{0,60}") {
            // Reading it never fails in another way, and what is read is what was written.
            let _ = read(&text);
            let token = format!("{PREFIX}{}_{secret}", base62(owner));
            prop_assert_eq!(read(&token), Some((UserId(owner), hash(&secret))));
        }
    }
}
