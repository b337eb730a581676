//! The pages and forms of recurring entries.

mod data;
mod date;
mod form;
mod index;
mod new;
mod schedule;
mod schedule_data;
mod words;

use actix_web::web::{self, ServiceConfig};

use super::view::{DatePage, NewPage, RecurringPage, SchedulePage};
use crate::web::page;

/// Relative to the base of a book.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(
            page::resource::<RecurringPage>()
                .get(index::index)
                .post(index::create),
        )
        .service(page::resource::<NewPage>().get(new::new))
        .service(web::resource("/recurring/dismiss").post(index::dismiss))
        .service(
            page::resource::<SchedulePage>()
                .get(schedule::show)
                .post(schedule::update),
        )
        .service(web::resource("/recurring/{id}/pause").post(schedule::pause))
        .service(web::resource("/recurring/{id}/resume").post(schedule::resume))
        .service(web::resource("/recurring/{id}/end").post(schedule::end))
        .service(page::resource::<DatePage>().get(date::show).post(date::update));
}
