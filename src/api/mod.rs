//! The JSON API under `/api/v1`: what all of its calls share. Each slice keeps its calls in its own `api`.

pub mod answer;
pub mod bearer;
pub mod docs;
pub mod etag;
pub mod examples;
pub mod idempotency;
mod json;
pub mod model;
pub mod openapi;
pub mod query;
pub mod schemas;
pub mod sent;

use actix_web::HttpResponse;
use actix_web::web::{self, ServiceConfig};

use crate::error::AppError;
use crate::{accounts, budgets, categories, dashboard, expenses};

/// Every address under `/api`, and the explorer `/docs`.
pub fn routes(config: &mut ServiceConfig) {
    let v1 = web::scope("/v1")
        .configure(accounts::api::routes)
        .configure(expenses::api::routes)
        .configure(categories::api::routes)
        .configure(budgets::api::routes)
        .configure(dashboard::api::routes)
        .default_service(web::to(nothing_here));
    config.configure(docs::routes).service(
        web::scope("/api")
            .service(web::resource("/openapi.json").get(openapi::show))
            .service(v1)
            .default_service(web::to(nothing_here)),
    );
}

async fn nothing_here() -> Result<HttpResponse, AppError> {
    Err(AppError::NotFound)
}
