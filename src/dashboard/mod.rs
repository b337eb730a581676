//! The dashboard: the page that puts a period together.

pub mod api;
pub mod by_category;
pub mod pages;
pub mod summary;
pub mod trend;
pub mod view;

use actix_web::web::{self, ServiceConfig};

/// The addresses of this slice.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(web::resource("/").get(pages::index))
        .service(web::resource("/by-category").get(by_category::index));
}
