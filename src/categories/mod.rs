//! Categories: renaming, recoloring, merging and deleting them.

pub mod api;
mod deleting;
mod form;
mod merging;
pub mod pages;
pub mod view;

use actix_web::web::{self, ServiceConfig};
use utoipa::OpenApi;

use self::view::CategoriesPage;
use crate::slice::Slice;
use crate::web::page;

/// What this slice registers with the app.
pub const SLICE: Slice = Slice {
    book_routes: routes,
    book_api_routes: api::routes,
    api_document: Api::openapi,
    ..Slice::EMPTY
};

#[derive(OpenApi)]
#[openapi(paths(api::list))]
struct Api;

fn routes(config: &mut ServiceConfig) {
    config
        .service(
            page::resource::<CategoriesPage>()
                .get(pages::index)
                .post(pages::create),
        )
        .service(web::resource("/categories/{id}").post(pages::update))
        .service(web::resource("/categories/{id}/merge").post(merging::merge))
        .service(web::resource("/categories/{id}/delete").post(deleting::delete));
}
