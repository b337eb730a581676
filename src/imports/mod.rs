//! Imports: files of banks and other trackers become expenses, after a review of every row.

pub mod api;
mod booking;
mod candidates;
pub mod confirm;
mod draft;
pub mod drafts;
mod entry;
mod existing;
pub mod import;
mod json;
mod judge;
pub mod mapping;
pub mod pages;
mod read_as_check;
mod read_as_fields;
mod read_as_selects;
pub mod reading;
mod review;
pub mod row;
mod row_choice;
mod source;
pub mod state;
mod survey;
mod undo;
pub mod verdict;
pub mod view;

use utoipa::OpenApi;

use crate::slice::Slice;

/// What this slice registers with the app.
pub const SLICE: Slice = Slice {
    book_routes: pages::routes,
    book_api_routes: api::routes,
    api_document: Api::openapi,
    purge: import::purge,
    remove: import::remove_all,
    has_amounts: import::has_amounts,
    ..Slice::EMPTY
};

#[derive(OpenApi)]
#[openapi(
    paths(
        api::import::create,
        api::import::show,
        api::import::update,
        api::import::delete,
        api::rows::list,
        api::rows::update,
        api::confirm::confirm,
        api::confirm::undo
    ),
    components(schemas(api::import::ImportChange, api::rows::RowChoices))
)]
struct Api;
