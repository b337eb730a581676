//! Whether the server is alive, and whether it can do its work.

use actix_web::HttpResponse;

use crate::app::State;
use crate::db;
use crate::error::AppError;

/// `GET /healthz`: the process answers.
pub async fn alive() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .body("ok\n")
}

/// `GET /readyz`: the database is within reach and migrated; else 503.
pub async fn ready(state: State) -> Result<HttpResponse, AppError> {
    let pending = state
        .db
        .read_shared(|conn| db::pending(conn).map_err(AppError::unavailable))
        .await?;
    if pending {
        return Err(AppError::unavailable("migrations are waiting"));
    }
    Ok(HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .body("ready\n"))
}
