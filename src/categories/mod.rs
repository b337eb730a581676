//! Categories: rename, recolour, merge.

pub mod api;
pub mod budget_merge;
pub mod model;
pub mod pages;
pub mod view;

use actix_web::web::{self, ServiceConfig};

/// The addresses of this slice.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(web::resource("/categories").get(pages::index))
        .service(web::resource("/categories/{id}").post(pages::update))
        .service(web::resource("/categories/{id}/merge").post(pages::merge));
}
