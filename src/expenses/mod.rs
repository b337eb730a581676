//! Expenses: the list, add, edit, delete and undo, filter, export.
//!
//! `fields` lists the fields of the forms, `field_values` reads and prints them, `expense_form` fills both forms. `respond`
//! responds with the page that a change was made on, which `return_to` names.

pub mod api;
mod category_year;
mod change_notice;
mod cursor;
mod edit_page;
pub mod expense_form;
pub mod expense_view;
pub mod export;
pub mod field_values;
pub mod fields;
pub mod filter_nav;
pub mod frequent;
mod history;
mod history_view;
pub mod json;
pub mod list;
pub mod one_line;
pub mod page_state;
pub mod pages;
pub mod paging;
pub mod respond;
pub mod return_to;
mod rows;
mod signed_out;
pub mod suggestion;
pub mod trash;
mod trash_view;
pub mod view;

use actix_web::web::{self, ServiceConfig};
use utoipa::OpenApi;

use self::history_view::HistoryPage;
use self::trash_view::TrashPage;
use self::view::{EditPage, ListPage};
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
#[openapi(paths(
    api::collection::list,
    api::collection::create,
    api::batch::create,
    api::expense::show,
    api::expense::update,
    api::expense::delete,
    api::expense::restore,
    api::export::show,
    api::suggestion::show
))]
struct Api;

fn routes(config: &mut ServiceConfig) {
    config
        .service(page::resource::<ListPage>().get(pages::index).post(pages::create))
        .service(web::resource("/expenses.csv").get(export::csv))
        .service(web::resource("/expenses/suggestion").get(suggestion::show))
        .service(page::resource::<TrashPage>().get(trash::index))
        .service(page::resource::<EditPage>().get(pages::edit))
        .service(page::resource::<HistoryPage>().get(history::show))
        .service(web::resource("/expenses/{id}/history/{change}/restore").post(history::put_back))
        .service(web::resource("/expenses/{id}/delete").post(trash::delete))
        .service(web::resource("/expenses/{id}/restore").post(trash::restore))
        .service(web::resource("/expenses/{id}").post(pages::update));
}
