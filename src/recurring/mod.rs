//! Recurring entries: rent, subscriptions, a salary. Their rows, dates and postings are in `ledger::schedule`.

pub mod api;
mod body;
pub mod clockwork;
pub mod date_action;
mod feed;
pub mod fields;
mod ical;
mod json;
mod pages;
mod upcoming;
pub mod view;

use actix_web::web;
use utoipa::OpenApi;

use crate::slice::Slice;

/// What this slice registers with the app.
pub const SLICE: Slice = Slice {
    routes: |config| {
        config.service(web::resource("/feeds/{token}.ics").get(feed::show));
    },
    book_routes: pages::routes,
    book_api_routes: api::routes,
    api_document: Api::openapi,
    ..Slice::EMPTY
};

#[derive(OpenApi)]
#[openapi(paths(
    api::collection::list,
    api::collection::create,
    api::one::show,
    api::one::update,
    api::one::delete,
    api::one_date::decide,
    api::upcoming::list
))]
struct Api;
