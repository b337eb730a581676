//! Expenses: the list, add, edit, delete and undo, filter, export.

pub mod api;
mod cursor;
pub mod export;
pub mod filter_nav;
pub mod form;
pub mod json;
pub mod page_state;
pub mod pages;
pub mod paging;
pub mod trash;
pub mod view;

use actix_web::web::{self, ServiceConfig};
use utoipa::OpenApi;

use self::view::{EditPage, ListPage, TrashPage};
use crate::slice::Slice;
use crate::web::page::Page as _;

/// What this slice registers with the app.
pub const SLICE: Slice = Slice {
    routes,
    api_routes: api::routes,
    api_document: Api::openapi,
    pages: &[ListPage::PATH, TrashPage::PATH, EditPage::PATH],
    ..Slice::EMPTY
};

#[derive(OpenApi)]
#[openapi(paths(
    api::list,
    api::create,
    api::create_batch,
    api::show,
    api::update,
    api::delete,
    api::restore,
    api::csv
))]
struct Api;

fn routes(config: &mut ServiceConfig) {
    config
        .service(
            web::resource(ListPage::PATH)
                .get(pages::index)
                .post(pages::create),
        )
        .service(web::resource("/expenses.csv").get(export::csv))
        .service(web::resource(TrashPage::PATH).get(trash::index))
        .service(web::resource(EditPage::PATH).get(pages::edit))
        .service(web::resource("/expenses/{id}/delete").post(pages::delete))
        .service(web::resource("/expenses/{id}/restore").post(pages::restore))
        .service(web::resource("/expenses/{id}").post(pages::update));
}
