//! The pages of imports.

mod choose;
mod expense_link;
mod filters;
mod finish;
mod index;
mod multipart;
mod read_as;
mod read_as_form;
mod refused;
mod rejected;
mod restore;
mod row_fields;
mod row_view;
mod rows;
mod show;

use actix_web::web::{self, ServiceConfig};

use super::view::{ImportPage, ImportsPage};
use crate::web::page;

/// Relative to the base of a book.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(
            page::resource::<ImportsPage>()
                .get(index::index)
                .post(index::create),
        )
        .service(page::resource::<ImportPage>().get(show::show))
        .service(web::resource("/import/{id}/read").post(read_as::update))
        .service(web::resource("/import/{id}/rows").post(choose::update))
        .service(web::resource("/import/{id}/confirm").post(finish::confirm))
        .service(web::resource("/import/{id}/undo").post(finish::undo))
        .service(web::resource("/import/{id}/delete").post(finish::delete))
        .service(web::resource("/import/{id}/rejected.csv").get(rejected::show));
}
