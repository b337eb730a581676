//! Budgets: one for each month as a whole, and one for each category.

pub mod api;
pub mod bar;
pub mod model;
pub mod pages;
pub mod standing;
pub mod view;

use actix_web::web::{self, ServiceConfig};

/// The addresses of this slice.
pub fn routes(config: &mut ServiceConfig) {
    config.service(web::resource("/budgets").get(pages::index).post(pages::create));
}
