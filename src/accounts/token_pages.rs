//! Personal access tokens on the settings page: made, shown once, revoked.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};

use super::api_tokens::{self, Access, ApiToken};
use super::current::CurrentUser;
use super::model;
use super::settings_pages::{self, Shown};
use crate::error::{AppError, FieldErrors};
use crate::state::State;
use crate::text;
use crate::web::fields::Fields;
use crate::web::flash::Notice;

/// Longest name of a token, in characters.
const LONGEST_NAME: usize = 60;

/// `POST /settings/tokens`
///
/// The answer itself shows the token, as nothing else ever can.
pub async fn create(
    req: HttpRequest,
    state: State,
    user: CurrentUser,
    form: Fields,
) -> Result<HttpResponse, AppError> {
    let made = match check(&form) {
        Ok((name, access)) => make(&state, &user, name, access).await,
        Err(errors) => Err(AppError::Invalid(errors)),
    };
    let shown = match made {
        Ok((name, token)) => Shown {
            notice: Some(Notice::new(format!("Made the token {name}"))),
            new_token: Some(token),
            ..Shown::default()
        },
        Err(AppError::Invalid(errors)) => Shown {
            code: StatusCode::UNPROCESSABLE_ENTITY,
            errors,
            token_name: form.get("name").to_owned(),
            ..Shown::default()
        },
        Err(other) => return Err(other),
    };
    settings_pages::show(&req, &state, &user, shown).await
}

fn check(form: &Fields) -> Result<(String, Access), FieldErrors> {
    let mut errors = FieldErrors::default();
    let name = match text::line(form.get("name"), LONGEST_NAME) {
        Ok(name) if name.is_empty() => Err("Type a name, for example Phone shortcut.".to_owned()),
        other => other,
    };
    let name = errors.ok_or_add("name", name);
    let access = Access::parse(form.get("access")).ok_or("Choose what the token may do.");
    let access = errors.ok_or_add("access", access);
    name.zip(access).ok_or(errors)
}

async fn make(
    state: &State,
    user: &CurrentUser,
    name: String,
    access: Access,
) -> Result<(String, String), AppError> {
    let (owner, id, now) = (user.id, state.ids.next(), state.clock.now());
    let (token, text) = ApiToken::make(owner, id, name.clone(), access, now)?;
    let session = user.session_id;
    state
        .db
        .write(owner, move |conn| {
            // A new password ends sessions and tokens; one that is being made must not be left over.
            if model::session(conn, owner, session)?.is_none() {
                return Err(AppError::SignedOut { next: None });
            }
            api_tokens::add(conn, &token)
        })
        .await?;
    Ok((name, text))
}

/// `POST /settings/tokens/revoke`
pub async fn revoke(
    req: HttpRequest,
    state: State,
    user: CurrentUser,
    form: Fields,
) -> Result<HttpResponse, AppError> {
    let id: i64 = form.get("token").parse().map_err(|_| AppError::NotFound)?;
    let owner = user.id;
    let name = state
        .db
        .write(owner, move |conn| api_tokens::revoke(conn, owner, id))
        .await?
        .ok_or(AppError::NotFound)?;
    settings_pages::done(&req, &state, &user, &format!("Revoked the token {name}")).await
}
