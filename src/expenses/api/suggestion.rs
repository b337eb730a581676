//! The API call for the category of a description.

use actix_web::{HttpRequest, HttpResponse};

use crate::accounts::bearer::ApiUser;
use crate::api::query;
use crate::api::schemas::DescriptionQuery;
use crate::error::AppError;
use crate::expenses::field_values::LONGEST_DESCRIPTION;
use crate::expenses::suggestion::{self, SuggestedCategory};
use crate::ledger::kinds::Kinds;
use crate::state::State;
use crate::text;

/// Suggest a category for a description
#[utoipa::path(
    get, path = "/api/v1/suggestions", tag = "Categories", operation_id = "suggestCategory",
    description = "From the book's own history: the category of at least 3 of the last 5 uses of the same description, else \
        of its longest beginning that is known. Case and accents do not count.",
    params(DescriptionQuery),
    responses((status = 200, description = "The category, or `null`", body = SuggestedCategory)),
)]
pub async fn show(req: HttpRequest, state: State, user: ApiUser) -> Result<HttpResponse, AppError> {
    let query = query::read(&req)?;
    let Some(description) = query.non_empty("description") else {
        return Err(AppError::BadRequest("Say which “description”.".to_owned()));
    };
    let description = text::lines(&description, LONGEST_DESCRIPTION)
        .map_err(|message| AppError::BadRequest(format!("“description”: {message}")))?;
    let found = suggestion::find(&state, &user, &description, Kinds::All).await?;
    Ok(HttpResponse::Ok().json(SuggestedCategory::from(found)))
}
