//! Budgets: one for the whole month, and one for each category.

pub mod api;
pub mod bar;
pub mod bills;
pub mod model;
pub mod month;
pub mod pages;
mod past;
mod redisplayed;
mod save;
pub mod standing;
pub mod view;

use actix_web::web::ServiceConfig;
use utoipa::OpenApi;

use self::view::BudgetsPage;
use crate::slice::Slice;
use crate::web::page;

/// What this slice registers with the app.
pub const SLICE: Slice = Slice {
    book_routes: routes,
    book_api_routes: api::routes,
    api_document: Api::openapi,
    remove: |conn, owner, _| model::remove(conn, owner).map(|()| false),
    change_decimals: model::change_decimals,
    ..Slice::EMPTY
};

#[derive(OpenApi)]
#[openapi(paths(api::list, api::update))]
struct Api;

fn routes(config: &mut ServiceConfig) {
    config.service(
        page::resource::<BudgetsPage>()
            .get(pages::index)
            .post(pages::create),
    );
}
