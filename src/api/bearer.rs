//! Who calls the API: the person behind a Bearer token. Cookies never count here.

use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest};

use crate::accounts::current::{CurrentUser, Person};
use crate::app::State;
use crate::error::AppError;

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
            let (user, _) = CurrentUser::of_token(state, token).await?.ok_or_else(|| {
                AppError::Unauthorized("This token is not valid, or no longer. Get a new one.".to_owned())
            })?;
            Ok(Self(user))
        })
    }
}

/// The token of the one `Authorization` header, whose scheme is written in any case.
fn token(req: &HttpRequest) -> Option<&str> {
    let mut values = req.headers().get_all(header::AUTHORIZATION);
    let value = values.next()?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    (values.next().is_none() && scheme.eq_ignore_ascii_case("bearer")).then(|| token.trim())
}
