//! The person who calls the API, by a Bearer token. Cookies are ignored here.

use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest};

use super::access::Access;
use super::account::Account;
use super::api_tokens::{self, ApiToken};
use super::current::CurrentUser;
use crate::db::{Cacheable, Source, WritableBook, WriteOwner};
use crate::error::AppError;
use crate::state::State;
use crate::web::book_address;

const INVALID_TOKEN: &str = "Invalid or expired token. Get a new one.";

/// The person whose token came with the request, in the book that the address names, else in their own. As an argument of
/// a handler it answers 401 to requests without a valid token, and 403 to people whose role is lower than `A` asks for.
#[derive(Debug, Clone)]
pub struct ApiUser<A = CurrentUser>(pub A);

impl<A: Access> Deref for ApiUser<A> {
    type Target = A;

    fn deref(&self) -> &A {
        &self.0
    }
}

impl<A: Access> FromRequest for ApiUser<A> {
    type Error = AppError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, AppError>>>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        Box::pin(async move {
            let user = of_request(&req, Wanted::Addressed).await?;
            Ok(Self(A::check(user)?))
        })
    }
}

/// The person whose token came with the request, in the book of the token: for calls that are about no book.
#[derive(Debug, Clone)]
pub struct TokenOwner(pub CurrentUser);

impl FromRequest for TokenOwner {
    type Error = AppError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, AppError>>>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        Box::pin(async move { Ok(Self(of_request(&req, Wanted::OfToken).await?)) })
    }
}

/// Which book a request is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// The one that the address names, else the person's own.
    Addressed,
    /// The one that the token is for, which for a session is the person's own.
    OfToken,
}

async fn of_request(req: &HttpRequest, wanted: Wanted) -> Result<CurrentUser, AppError> {
    let state = req
        .app_data::<State>()
        .ok_or_else(|| AppError::internal("no state"))?;
    let token = token(req).ok_or_else(|| {
        AppError::Unauthorized("Send a token in the header “Authorization: Bearer …”.".to_owned())
    })?;
    let mut book = book_address::named(req).map(str::to_owned);
    let user = if token.starts_with(api_tokens::PREFIX) {
        if wanted == Wanted::OfToken {
            book = api_tokens::parse(token).map(|(book, _)| book.0.to_string());
        }
        of_api_token(state, token, book.as_deref(), req.method().is_safe()).await?
    } else {
        let found = CurrentUser::of_token(state, token, book.as_deref()).await?;
        found.map(|(user, _)| user)
    };
    user.ok_or_else(|| AppError::Unauthorized(INVALID_TOKEN.to_owned()))
}

impl Cacheable for Option<(ApiToken, Account)> {
    fn bytes(&self) -> usize {
        self.as_ref().map_or(0, |(_, account)| account.bytes())
    }
}

/// The person behind an access token. A read-only token is refused for unsafe methods. `wanted` is the book that the
/// address names; for a token of another book it does not exist.
async fn of_api_token(
    state: &State,
    text: &str,
    wanted: Option<&str>,
    safe: bool,
) -> Result<Option<CurrentUser>, AppError> {
    let Some((book, hash)) = api_tokens::parse(text) else {
        return Ok(None);
    };
    let cache_key = format!("token {hash}");
    let cached = state.db.cached(Source::Accounts(book.into()), cache_key, || {
        state.db.read_inline(book, move |conn| {
            Ok(
                api_tokens::find(conn, book, &hash)?.map(|(token, user, membership)| {
                    let books = vec![membership];
                    (token, Account { user, books })
                }),
            )
        })
    });
    let cached = cached.await?;
    let Some((token, account)) = cached.as_ref() else {
        return Ok(None);
    };
    let (id, now) = (token.id, state.clock.now());
    if token.is_use_due(now) {
        // The request does not wait for it, so that reads still work behind a long write or with a full disk.
        state.db.write_later(
            WriteOwner::book_and_members(WritableBook::unchecked(book)),
            "token",
            id,
            move |conn| api_tokens::record_use(conn, book, id, now),
        );
    }
    if !safe && !token.may_write() {
        return Err(AppError::Forbidden(
            "This token is read-only. Create one with write access in Settings.".to_owned(),
        ));
    }
    let user = CurrentUser::of_account(state, account, 0, wanted).ok_or(AppError::NotFound)?;
    Ok(Some(user))
}

/// The token of the `Authorization` header; `None` if the header comes more than once. The scheme is
/// case-insensitive.
fn token(req: &HttpRequest) -> Option<&str> {
    let mut values = req.headers().get_all(header::AUTHORIZATION);
    let value = values.next()?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    (values.next().is_none() && scheme.eq_ignore_ascii_case("bearer")).then(|| token.trim())
}
