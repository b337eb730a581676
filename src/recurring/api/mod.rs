//! The API calls for recurring entries, and their routes.

pub mod collection;
pub mod one;
pub mod one_date;
mod presenter;
pub mod upcoming;

use actix_web::web::{self, ServiceConfig};
use utoipa::IntoParams;

use crate::db::BookId;
use crate::error::AppError;
use crate::ledger::schedule;
use crate::state::State;

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

/// Enters what is due in a book before it is read or changed.
async fn catch_up(state: &State, book: BookId) -> Result<(), AppError> {
    let now = state.clock.now();
    let is_due = state
        .db
        .read(book, move |conn| schedule::is_due(conn, book, now))
        .await?;
    if is_due {
        schedule::catch_up(state, book).await;
    }
    Ok(())
}
