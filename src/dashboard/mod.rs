//! The dashboard: the page that puts a period together.

pub mod api;
pub mod by_category;
pub mod pages;
pub mod summary;
pub mod trend;
pub mod view;

use actix_web::web::{self, ServiceConfig};
use utoipa::OpenApi;

use self::view::{ByCategoryPage, DashboardPage};
use crate::slice::Slice;
use crate::web::page::Page as _;

/// What this slice registers with the app.
pub const SLICE: Slice = Slice {
    book_routes: routes,
    book_api_routes: api::routes,
    api_document: Api::openapi,
    book_pages: &[DashboardPage::PATH, ByCategoryPage::PATH],
    ..Slice::EMPTY
};

#[derive(OpenApi)]
#[openapi(paths(api::show))]
struct Api;

fn routes(config: &mut ServiceConfig) {
    config
        .service(web::resource(DashboardPage::PATH).get(pages::index))
        .service(web::resource(ByCategoryPage::PATH).get(by_category::index));
}
