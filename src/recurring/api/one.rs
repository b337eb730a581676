//! The API calls for one recurring entry.

use actix_web::HttpResponse;

use super::RecurringPath;
use super::presenter::{Presenter, respond};
use crate::accounts::access::Editor;
use crate::accounts::bearer::ApiUser;
use crate::accounts::preferences::Preferences;
use crate::api::etag::IfMatch;
use crate::api::json_body::{JsonBody, Object};
use crate::api::schemas::ConditionHeader;
use crate::books::zone;
use crate::db::{BookId, Conn, WriteContext};
use crate::error::AppError;
use crate::ledger::category::CategoryRef;
use crate::ledger::paid_by;
use crate::ledger::schedule;
use crate::ledger::schedule::row::Schedule;
use crate::ledger::schedule::{edit, lifecycle, occurrence, post};
use crate::recurring::body::{MEMBERS, ScheduleChangeJson, read_change};
use crate::recurring::json::ScheduleJson;
use crate::state::State;
use crate::web::path_id::{PathId, parse_id};

/// Show one recurring entry
#[utoipa::path(
    get, path = "/api/v1/recurring/{id}", tag = "Recurring", operation_id = "showRecurring",
    params(RecurringPath),
    responses(
        (status = 200, description = "The recurring entry", body = ScheduleJson,
            headers(("ETag" = String, description = "Its version, for If-Match"))),
        (status = 404, description = "Not found, or not yours"),
    ),
)]
pub async fn show(state: State, user: ApiUser, id: PathId) -> Result<HttpResponse, AppError> {
    let (owner, id) = (user.book, parse_id(&id)?);
    let presenter = Presenter::of(&user);
    schedule::catch_up(&state, owner).await;
    let found = state.db.read(owner, move |conn| {
        let (found, _) = presenter.find(conn, (owner, id), &IfMatch::default())?;
        presenter.tagged(conn, owner, found)
    });
    Ok(respond(found.await?))
}

/// Change a recurring entry from its next date on
#[utoipa::path(
    patch, path = "/api/v1/recurring/{id}", tag = "Recurring", operation_id = "changeRecurring",
    description = "Expenses already entered stay as they are. `paused` pauses and continues it.",
    params(RecurringPath, ConditionHeader),
    request_body = ScheduleChangeJson,
    responses(
        (status = 200, description = "The recurring entry as it is now", body = ScheduleJson,
            headers(("ETag" = String, description = "Its new version"))),
        (status = 404, description = "Not found, or not yours"),
        (status = 409, description = "It has ended, or the currency of the book has changed in the meantime"),
        (status = 412, description = "Changed since: If-Match doesn't match"),
    ),
)]
pub async fn update(
    state: State,
    user: ApiUser<Editor>,
    id: PathId,
    condition: IfMatch,
    sent: JsonBody,
) -> Result<HttpResponse, AppError> {
    let object = sent.object()?;
    let (owner, id, context) = (user.book, parse_id(&id)?, user.write_context(&state));
    let (preferences, presenter) = (user.preferences.clone(), Presenter::of(&user));
    let clock = state.clock.clone();
    // What was due before has the old values.
    schedule::catch_up(&state, owner).await;
    let changed = state.db.write(user.writable(), move |conn| {
        let found = presenter.find(conn, (owner, id), &condition)?;
        let today = clock.today(&zone::of(conn, owner)?);
        let mut row = change(conn, owner, found, object, (&preferences, &context), today)?;
        row = post::post_due_of(conn, owner, row, today, &context)?;
        presenter.tagged(conn, owner, row)
    });
    let changed = changed.await?;
    schedule::catch_up(&state, owner).await;
    Ok(respond(changed))
}

fn change(
    conn: &mut Conn,
    owner: BookId,
    (row, category): (Schedule, CategoryRef),
    mut sent: Object,
    (preferences, context): (&Preferences, &WriteContext),
    today: time::Date,
) -> Result<Schedule, AppError> {
    let paused = sent.bool_if_given("paused");
    let row = if sent.has_any(&MEMBERS) {
        change_members(conn, owner, (row, category), sent, (preferences, context))?
    } else {
        sent.finish(Ok(())).map_err(AppError::Invalid)?;
        row
    };
    match paused {
        Some(true) => lifecycle::pause(conn, owner, row.id, today, context),
        Some(false) => Ok(lifecycle::resume(conn, owner, row.id, today, context)?.0),
        None => Ok(row),
    }
}

fn change_members(
    conn: &mut Conn,
    owner: BookId,
    (row, category): (Schedule, CategoryRef),
    sent: Object,
    (preferences, context): (&Preferences, &WriteContext),
) -> Result<Schedule, AppError> {
    // A new end gives one whose last date has been decided further dates.
    let is_over = row.next_on.is_none() && !sent.has_any(&["until", "times"]);
    if row.ended_on.is_some() || is_over {
        return Err(lifecycle::has_ended());
    }
    let last = occurrence::latest(conn, owner, row.id, 1)?;
    let last = last.first().map(|row| row.due_on);
    let next = row.next_on.or_else(|| edit::next_beyond_end(&row, last));
    let next = next.unwrap_or(row.first_on);
    let payer = paid_by::person(row.paid_by, context.made_by).0.to_string();
    let new = read_change(sent, &row, (&category, payer), next, preferences).map_err(AppError::Invalid)?;
    Ok(edit::update(conn, owner, row.id, &new, None, context)?.0)
}

/// End a recurring entry permanently
#[utoipa::path(
    delete, path = "/api/v1/recurring/{id}", tag = "Recurring", operation_id = "endRecurring",
    description = "Expenses already entered stay. Ending one that has ended succeeds too.",
    params(RecurringPath, ConditionHeader),
    responses(
        (status = 204, description = "It has ended"),
        (status = 404, description = "Not found, or not yours"),
        (status = 412, description = "Changed since: If-Match doesn't match"),
    ),
)]
pub async fn delete(
    state: State,
    user: ApiUser<Editor>,
    id: PathId,
    condition: IfMatch,
) -> Result<HttpResponse, AppError> {
    let (owner, id, context) = (user.book, parse_id(&id)?, user.write_context(&state));
    let (presenter, clock) = (Presenter::of(&user), state.clock.clone());
    schedule::catch_up(&state, owner).await;
    let ended = state.db.write(user.writable(), move |conn| {
        presenter.find(conn, (owner, id), &condition)?;
        let today = clock.today(&zone::of(conn, owner)?);
        lifecycle::end(conn, owner, id, today, &context)
    });
    ended.await?;
    Ok(HttpResponse::NoContent().finish())
}
