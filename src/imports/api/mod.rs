//! The API calls for imports, and their routes.

pub mod confirm;
pub mod import;
pub mod rows;

use actix_web::web::{self, ServiceConfig};
use utoipa::IntoParams;

/// Relative to `/api/v1`.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(web::resource("/imports").post(import::create))
        .service(
            web::resource("/imports/{id}")
                .get(import::show)
                .patch(import::update)
                .delete(import::delete),
        )
        .service(
            web::resource("/imports/{id}/rows")
                .get(rows::list)
                .patch(rows::update),
        )
        .service(web::resource("/imports/{id}/confirm").post(confirm::confirm))
        .service(web::resource("/imports/{id}/undo").post(confirm::undo));
}

/// An import.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "it only describes the parameter")]
pub struct ImportPath {
    /// The id of the import.
    #[param(pattern = "^[1-9][0-9]{0,18}$")]
    id: String,
}
