//! The API calls that confirm and undo an import.

use actix_web::{HttpMessage as _, HttpRequest, HttpResponse};
use serde::Deserialize;

use super::ImportPath;
use crate::accounts::access::Editor;
use crate::accounts::bearer::ApiUser;
use crate::api::json_body::JsonBody;
use crate::db::TxScope;
use crate::error::AppError;
use crate::imports::confirm::{self as confirming, Outcome, changed_words};
use crate::imports::import;
use crate::imports::json::{ConfirmedJson, UndoneJson};
use crate::imports::undo as undoing;
use crate::state::State;
use crate::state::running_steps::Progress;
use crate::web::body::Body;
use crate::web::path_id::{PathId, parse_id};

/// How to undo. Without a body, expenses edited since stay.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct UndoOptions {
    /// Whether expenses edited since go, too.
    #[serde(default)]
    changed: bool,
}

/// Import the rows that are taken, all or none
#[utoipa::path(
    post, path = "/api/v1/imports/{id}/confirm", tag = "Imports", operation_id = "confirmImport",
    description = "Each row is checked again first. If a verdict has changed since, nothing is written: look at the rows again.",
    params(ImportPath),
    responses(
        (status = 200, description = "The result; a repeat gets the same answer", body = ConfirmedJson),
        (status = 404, description = "Import not found"),
        (status = 409, description = "A question is open, the import was undone, or verdicts have changed"),
    ),
)]
pub async fn confirm(state: State, user: ApiUser<Editor>, id: PathId) -> Result<HttpResponse, AppError> {
    let (owner, id, context) = (user.book, parse_id(&id)?, user.write_context(&state));
    let outcome = state.db.write_in(TxScope::Own, user.writable(), move |conn| {
        confirming::confirm(conn, owner, id, &context, &Progress::default())
    });
    match outcome.await? {
        Outcome::Done(import) => Ok(HttpResponse::Ok().json(ConfirmedJson::new(&import))),
        Outcome::Changed(count) => Err(AppError::Conflict(changed_words(count))),
    }
}

/// Move the expenses of an import to the trash
#[utoipa::path(
    post, path = "/api/v1/imports/{id}/undo", tag = "Imports", operation_id = "undoImport",
    description = "Only the expenses that it added. Those edited since stay, unless the body is `{\"changed\": true}`.",
    params(ImportPath),
    responses(
        (status = 200, description = "The result; a repeat gets the same answer", body = UndoneJson),
        (status = 404, description = "Import not found"),
        (status = 409, description = "The import isn't confirmed"),
    ),
)]
pub async fn undo(
    req: HttpRequest,
    state: State,
    user: ApiUser<Editor>,
    id: PathId,
    sent: JsonBody,
) -> Result<HttpResponse, AppError> {
    let (owner, id, context) = (user.book, parse_id(&id)?, user.write_context(&state));
    // An import that does not exist is a 404 whatever is sent.
    state
        .db
        .read(owner, move |conn| import::find(conn, owner, id))
        .await?;
    let is_empty = req
        .extensions()
        .get::<Body>()
        .is_none_or(|body| body.0.is_empty());
    let options: UndoOptions = if is_empty {
        UndoOptions::default()
    } else {
        sent.parse()?
    };
    let undone = undoing::undo(
        &state,
        user.writable(),
        id,
        options.changed,
        context,
        Progress::default(),
    )
    .await?;
    Ok(HttpResponse::Ok().json(UndoneJson {
        trashed: undone.trashed,
        kept: undone.kept,
    }))
}
