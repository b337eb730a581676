//! The dashboard: the overview of a period.

pub mod api;
pub mod by_category;
mod by_person;
mod colors;
mod data;
mod income;
pub mod pages;
mod shares;
pub mod summary;
pub mod trend;
pub mod view;

use actix_web::web::ServiceConfig;
use utoipa::OpenApi;

use self::view::{ByCategoryPage, DashboardPage};
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
#[openapi(paths(api::show))]
struct Api;

fn routes(config: &mut ServiceConfig) {
    config
        .service(page::resource::<DashboardPage>().get(pages::index))
        .service(page::resource::<ByCategoryPage>().get(by_category::index));
}
