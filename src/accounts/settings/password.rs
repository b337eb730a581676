//! Changing the password.

use actix_web::HttpResponse;

use super::page::{self, PageState};
use crate::accounts::request::Request;
use crate::accounts::{api_tokens, authenticate, known_browser, sessions, users};
use crate::error::{AppError, FieldErrors};
use crate::web::fields::Fields;

const CURRENT: &str = "current_password";
const NEW: &str = "new_password";

/// `POST /settings/password`
pub(super) async fn update(request: Request, form: Fields) -> Result<HttpResponse, AppError> {
    match change(&request, form.get(CURRENT), form.get(NEW)).await {
        Ok(hash) => {
            known_browser::remember(&request.http, &request.state, request.user.id, &hash);
            let words = "Password changed. Other devices were signed out and API tokens revoked";
            page::respond_changed(&request, words).await
        }
        Err(AppError::Invalid(errors)) => page::respond(&request, PageState::invalid(errors)).await,
        Err(other) => Err(other),
    }
}

/// Returns the hash of the new password.
async fn change(request: &Request, current: &str, new: &str) -> Result<String, AppError> {
    let Request { state, user, .. } = request;
    // Both passwords are checked, so that all errors are shown together.
    let (checked, mut errors) = match authenticate::own_password(state, user, current, CURRENT).await {
        Ok(hash) => (Some(hash), FieldErrors::default()),
        Err(AppError::Invalid(errors)) => (None, errors),
        Err(other) => return Err(other),
    };
    let strength = state
        .hasher
        .judge(new.to_owned(), user.email.clone())
        .await
        .map_err(AppError::internal)?;
    errors.ok_or_add(NEW, strength);
    let Some(checked) = checked.filter(|_| errors.is_empty()) else {
        return Err(AppError::Invalid(errors));
    };
    let hash = state
        .hasher
        .hash(new.to_owned())
        .await
        .map_err(AppError::internal)?;
    let (owner, session, stored) = (user.id, user.session_id, hash.clone());
    state
        .db
        .write(owner, move |conn| {
            authenticate::still_own(conn, owner, &checked, CURRENT)?;
            users::set_password(conn, owner, &stored)?;
            api_tokens::revoke_all(conn, owner)?;
            sessions::end_all(conn, owner, Some(session))
        })
        .await?;
    Ok(hash)
}
