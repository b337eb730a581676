//! Expenses: the list, add, edit, delete and undo, filter, export.

pub mod api;
mod cursor;
pub mod export;
pub mod filter_nav;
pub mod form;
pub mod json;
pub mod pages;
pub mod paging;
pub mod scene;
pub mod trash;
pub mod view;

use actix_web::web::{self, ServiceConfig};

/// The addresses of this slice.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(web::resource("/expenses").get(pages::index).post(pages::create))
        .service(web::resource("/expenses.csv").get(export::csv))
        .service(web::resource("/expenses/trash").get(trash::index))
        .service(web::resource("/expenses/{id}/edit").get(pages::edit))
        .service(web::resource("/expenses/{id}/delete").post(pages::delete))
        .service(web::resource("/expenses/{id}/restore").post(pages::restore))
        .service(web::resource("/expenses/{id}").post(pages::update));
}
