//! Deleting the account.

use actix_web::HttpResponse;

use super::page::{self, PageState};
use crate::accounts::request::Request;
use crate::accounts::{authenticate, closing, known_browser};
use crate::error::AppError;
use crate::web::fields::Fields;

const PASSWORD: &str = "password";
/// How often the deletion begins again because the person joins or leaves books meanwhile.
const ATTEMPTS: usize = 3;

/// `POST /settings/delete-account`
pub(super) async fn delete(request: Request, form: Fields) -> Result<HttpResponse, AppError> {
    match close(&request, form.get(PASSWORD)).await {
        Ok(()) => {
            known_browser::forget(&request.http, &request.state, request.user.id);
            // Starts the background task that removes the rows in batches.
            request.state.closed_account.notify_one();
            Ok(page::respond_signed_out(&request, "Your account was deleted"))
        }
        Err(AppError::Invalid(errors)) => page::respond(&request, PageState::invalid(errors)).await,
        Err(other) => Err(other),
    }
}

async fn close(request: &Request, password: &str) -> Result<(), AppError> {
    let Request { state, user, .. } = request;
    let (owner, now) = (user.id, state.clock.now());
    let checked = authenticate::own_password(state, user, password, PASSWORD).await?;
    for _ in 0..ATTEMPTS {
        let checked = checked.clone();
        let closed = state.db.write_shared(move |conn| {
            if !closing::lock_books(conn, owner)? {
                return Ok(false);
            }
            authenticate::still_own(conn, owner, &checked, PASSWORD)?;
            closing::close(conn, owner, now)?;
            Ok(true)
        });
        if closed.await? {
            return Ok(());
        }
    }
    Err(AppError::unavailable(
        "the books of an account changed while it was closed",
    ))
}
