//! Ending sessions: one, or all of them.

use actix_web::HttpResponse;

use super::page;
use crate::accounts::request::Request;
use crate::accounts::{api_tokens, sessions};
use crate::error::AppError;
use crate::web::fields::Fields;
use crate::web::path_id::parse_id;

/// `POST /settings/sessions/revoke`
pub(super) async fn delete(request: Request, form: Fields) -> Result<HttpResponse, AppError> {
    let owner = request.user.id;
    let Some(session) = form.non_empty("session") else {
        request
            .state
            .db
            .write(owner, move |conn| {
                sessions::end_all(conn, owner, None)?;
                api_tokens::revoke_all(conn, owner)
            })
            .await?;
        return Ok(page::respond_signed_out(&request, "Signed out on all devices"));
    };
    let session = parse_id(&session)?;
    let ended = request
        .state
        .db
        .write(owner, move |conn| sessions::end(conn, owner, session));
    if !ended.await? {
        return Err(AppError::NotFound);
    }
    if session == request.user.session_id {
        return Ok(page::respond_signed_out(&request, "Signed out"));
    }
    page::respond_changed(&request, "Device signed out").await
}
