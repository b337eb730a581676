//! The API calls for expenses, and their routes.

pub mod batch;
pub mod collection;
pub mod expense;
pub mod export;
pub mod suggestion;
mod tagged;

use actix_web::web::{self, ServiceConfig};

/// Relative to `/api/v1`.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(
            web::resource("/expenses")
                .get(collection::list)
                .post(collection::create),
        )
        .service(web::resource("/expenses.csv").get(export::show))
        .service(web::resource("/suggestions").get(suggestion::show))
        .service(web::resource("/expenses/batch").post(batch::create))
        .service(web::resource("/expenses/{id}/restore").post(expense::restore))
        .service(
            web::resource("/expenses/{id}")
                .get(expense::show)
                .patch(expense::update)
                .delete(expense::delete),
        );
}
