//! Who calls the API: the person behind a Bearer token. Cookies never count here.

use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest};

use crate::accounts::api_tokens::{self, ApiToken};
use crate::accounts::current::{Account, CurrentUser, Person};
use crate::db::Cacheable;
use crate::error::AppError;
use crate::state::State;

/// The person whose token came with the request; as a handler's argument it refuses everybody else with a 401.
#[derive(Debug, Clone)]
pub struct ApiUser(pub CurrentUser);

impl Deref for ApiUser {
    type Target = Person;

    fn deref(&self) -> &Person {
        &self.0
    }
}

impl FromRequest for ApiUser {
    type Error = AppError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, AppError>>>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        Box::pin(async move {
            let state = req
                .app_data::<State>()
                .ok_or_else(|| AppError::internal("no state"))?;
            let token = token(&req).ok_or_else(|| {
                AppError::Unauthorized("Send your token in the header “Authorization: Bearer …”.".to_owned())
            })?;
            let user = if token.starts_with(api_tokens::PREFIX) {
                of_api_token(state, token, req.method().is_safe()).await?
            } else {
                CurrentUser::of_token(state, token).await?.map(|(user, _)| user)
            };
            user.map(Self).ok_or_else(|| {
                AppError::Unauthorized("This token is not valid, or no longer. Get a new one.".to_owned())
            })
        })
    }
}

impl Cacheable for Option<(ApiToken, Account)> {
    fn bytes(&self) -> usize {
        1024
    }
}

/// The person who made a personal access token; one that may only read is refused where something would change.
async fn of_api_token(state: &State, text: &str, safe: bool) -> Result<Option<CurrentUser>, AppError> {
    let Some((owner, hash)) = api_tokens::read(text) else {
        return Ok(None);
    };
    let cache_key = format!("token {hash}");
    let found = state.db.cached(owner, cache_key, || {
        state.db.read_inline(owner, move |conn| {
            Ok(api_tokens::live(conn, owner, &hash)?.map(|(token, user)| (token, Account::of(user))))
        })
    });
    let found = found.await?;
    let Some((token, account)) = found.as_ref() else {
        return Ok(None);
    };
    let (id, now) = (token.id, state.clock.now());
    if token.is_use_due(now) {
        // Nobody waits for it: behind a long write, or with a full disk, programs can at least read.
        state.db.write_later(owner, "token", id, move |conn| {
            api_tokens::note_use(conn, owner, id, now)
        });
    }
    if !safe && !token.may_write() {
        return Err(AppError::Forbidden(
            "This token may only read. Make one that may write on the settings page.".to_owned(),
        ));
    }
    Ok(Some(CurrentUser::of_account(state, account, 0)))
}

/// The token of the one `Authorization` header, whose scheme is written in any case.
fn token(req: &HttpRequest) -> Option<&str> {
    let mut values = req.headers().get_all(header::AUTHORIZATION);
    let value = values.next()?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    (values.next().is_none() && scheme.eq_ignore_ascii_case("bearer")).then(|| token.trim())
}
