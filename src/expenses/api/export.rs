//! The API call for the export.

use actix_web::{HttpRequest, HttpResponse};

use crate::accounts::bearer::ApiUser;
use crate::api::query;
use crate::api::schemas::{FilterQuery, KindQuery, PeriodQuery};
use crate::error::AppError;
use crate::expenses::export;
use crate::state::State;

/// Export expenses as CSV
#[utoipa::path(
    get, path = "/api/v1/expenses.csv", tag = "Expenses", operation_id = "exportExpenses",
    description = "UTF-8 with BOM, RFC 4180, newest first, streamed. An apostrophe stands before what a spreadsheet would run.",
    params(PeriodQuery, KindQuery, FilterQuery),
    responses(
        (status = 200, description = "The file", body = String, content_type = "text/csv; charset=utf-8",
            headers(("Content-Disposition" = String, description = "The file's name")),
            example = json!(export::HEADER)),
        (status = 429, description = "Four exports of this person are running already, or 64 in all"),
    ),
)]
pub async fn show(req: HttpRequest, state: State, user: ApiUser) -> Result<HttpResponse, AppError> {
    export::stream(&state, &user.0, &query::read(&req)?, export::Style::PLAIN).await
}
