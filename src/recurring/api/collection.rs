//! The API calls for the list of recurring entries, and for a new one.

use actix_web::HttpResponse;
use serde::Serialize;
use utoipa::ToSchema;

use super::presenter::{Presenter, Tagged};
use crate::accounts::access::Editor;
use crate::accounts::bearer::ApiUser;
use crate::api::idempotency::{self, Answer, IdempotencyKey};
use crate::api::json_body::JsonBody;
use crate::api::schemas::RetryHeader;
use crate::db::{Conn, TxScope};
use crate::error::AppError;
use crate::ledger::schedule::{self, edit, post, row};
use crate::recurring::body::{NewScheduleJson, read_new};
use crate::recurring::json::ScheduleJson;
use crate::state::State;

/// The most ended ones in the list.
const MAX_ENDED: i64 = 500;

/// Recurring entries.
#[derive(Debug, Serialize, ToSchema)]
struct RecurringList {
    items: Vec<ScheduleJson>,
}

/// List recurring entries
#[utoipa::path(
    get, path = "/api/v1/recurring", tag = "Recurring", operation_id = "listRecurring",
    description = "Active and paused ones in the order of their next dates, then the 500 that ended last.",
    responses((status = 200, description = "All of them", body = RecurringList)),
)]
pub async fn list(state: State, user: ApiUser) -> Result<HttpResponse, AppError> {
    let (owner, presenter) = (user.book, Presenter::of(&user));
    schedule::catch_up(&state, owner).await;
    let found = state.db.read(owner, move |conn| {
        let mut rows = row::open(conn, owner)?;
        rows.extend(row::ended(conn, owner, MAX_ENDED)?);
        presenter.show(conn, owner, rows)
    });
    Ok(HttpResponse::Ok().json(RecurringList { items: found.await? }))
}

/// Add a recurring entry
#[utoipa::path(
    post, path = "/api/v1/recurring", tag = "Recurring", operation_id = "addRecurring",
    description = "With the mode `post`, dates up to today are entered at once, each on its own date.",
    params(RetryHeader),
    request_body = NewScheduleJson,
    responses(
        (status = 201, description = "The recurring entry", body = ScheduleJson, headers(
            ("Location" = String, description = "Its address"),
            ("ETag" = String, description = "Its version, for If-Match"),
        )),
        (status = 409, description = "The currency of the book has changed in the meantime"),
    ),
)]
pub async fn create(
    state: State,
    user: ApiUser<Editor>,
    key: IdempotencyKey,
    sent: JsonBody,
) -> Result<HttpResponse, AppError> {
    let object = sent.object()?;
    let once = key.over(user.id, user.book, || object.fingerprint("POST /recurring"))?;
    let owner = user.book;
    let today = schedule::today(&state, owner).await?;
    let new = read_new(object, today, &user.preferences).map_err(AppError::Invalid)?;
    let (context, presenter) = (user.write_context(&state), Presenter::of(&user));
    let list = user.api_address(&state.site.settings, "/recurring");
    let work = move |conn: &mut Conn| {
        let (made, _) = edit::create(conn, owner, &new, None, &context)?;
        // The first of them, so that the answer has the next date; the rest follow below.
        let made = post::post_due_of(conn, owner, made, today, &context)?;
        presenter.tagged(conn, owner, made)
    };
    let answer = move |made: Tagged| {
        let location = format!("{list}/{}", made.id);
        Ok(Answer::created(made.body).at(location, made.tag))
    };
    let response = idempotency::write(&state, user.writable(), TxScope::Shared, once, work, answer).await?;
    schedule::catch_up(&state, owner).await;
    Ok(response)
}
