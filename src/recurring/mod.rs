//! Recurring entries: rent, subscriptions, a salary. Their rows, dates and postings are in `ledger::schedule`.

pub mod api;
mod body;
pub mod clockwork;
pub mod fields;
mod json;

use utoipa::OpenApi;

use crate::slice::Slice;

/// What this slice registers with the app.
pub const SLICE: Slice = Slice {
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
