//! Deleting a category that nothing uses.

use actix_web::{HttpRequest, HttpResponse};

use super::pages::{done, refused};
use crate::accounts::access::Editor;
use crate::error::AppError;
use crate::ledger::category_removal::remove_unused;
use crate::state::State;
use crate::web::fields::Fields;
use crate::web::numbered_pages;
use crate::web::path_id::{PathId, parse_id};

/// `POST /categories/{id}/delete`
pub async fn delete(
    req: HttpRequest,
    state: State,
    user: Editor,
    id: PathId,
    form: Fields,
) -> Result<HttpResponse, AppError> {
    let id = parse_id(&id)?;
    let page = numbered_pages::read(&Fields::of_query(&req)?)?;
    let owner = user.book;
    let month = user.preferences.calendar.month_of(user.today);
    let removed = state
        .db
        .write(user.writable(), move |conn| remove_unused(conn, owner, id, month));
    match removed.await {
        Ok(category) => done(&req, &state, &user, page, format!("Deleted {}", category.name)).await,
        Err(AppError::Invalid(errors)) => refused(&req, &state, &user, Some(id), form, errors).await,
        Err(other) => Err(other),
    }
}
