//! The API calls for recurring entries, and their routes.

pub mod collection;
pub mod one;
pub mod one_date;
mod presenter;
pub mod upcoming;

use actix_web::web::{self, ServiceConfig};
use utoipa::IntoParams;

/// Relative to `/api/v1`.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(
            web::resource("/recurring")
                .get(collection::list)
                .post(collection::create),
        )
        .service(
            web::resource("/recurring/{id}")
                .get(one::show)
                .patch(one::update)
                .delete(one::delete),
        )
        .service(web::resource("/recurring/{id}/{date}").post(one_date::decide))
        .service(web::resource("/upcoming").get(upcoming::list));
}

/// A recurring entry.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "it only describes the parameter")]
pub struct RecurringPath {
    /// The id of the recurring entry.
    #[param(pattern = "^[1-9][0-9]{0,18}$")]
    id: String,
}
