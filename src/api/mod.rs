//! What all calls of the JSON API under `/api/v1` share. The calls themselves are in the `api` modules of the slices.

pub mod answer;
mod docs;
pub mod etag;
mod examples;
pub(crate) mod idempotency;
mod json;
pub(crate) mod json_body;
pub mod model;
pub mod openapi;
pub mod query;
pub mod schemas;

use actix_web::HttpResponse;
use actix_web::web::{self, ServiceConfig};

use crate::error::AppError;
use crate::slice::{Slice, Slices};

/// `/docs`, and the responses stored for retries.
pub const SLICE: Slice = Slice {
    routes: docs::routes,
    purge: |conn, owner, now, _| model::remove_old(conn, owner, now).map(|()| 0),
    remove: |conn, owner, _| model::remove(conn, owner).map(|()| false),
    ..Slice::EMPTY
};

/// Registers `/api/openapi.json` and the calls of every slice under `/api/v1`.
pub fn routes(slices: Slices) -> impl FnOnce(&mut ServiceConfig) {
    move |config| {
        let of_books = |config: &mut ServiceConfig| {
            slices.iter().for_each(|slice| (slice.book_api_routes)(config));
        };
        let v1 = slices
            .iter()
            .fold(web::scope("/v1"), |scope, slice| {
                scope.configure(slice.api_routes)
            })
            .configure(of_books)
            .service(web::scope("/b/{book}").configure(of_books))
            .default_service(web::to(not_found));
        config.service(
            web::scope("/api")
                .service(web::resource("/openapi.json").get(openapi::show))
                .service(v1)
                .default_service(web::to(not_found)),
        );
    }
}

async fn not_found() -> Result<HttpResponse, AppError> {
    Err(AppError::NotFound)
}
