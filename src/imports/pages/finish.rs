//! Confirming, undoing and deleting an import.

use actix_web::HttpResponse;

use super::row_fields::{choose_single, single_choices};
use super::show;
use crate::accounts::access::Editor;
use crate::accounts::request::Request;
use crate::db::{Conn, TxScope};
use crate::error::AppError;
use crate::imports::confirm::{self as confirming, Outcome, changed_words};
use crate::imports::drafts::{self, Importer};
use crate::imports::undo as undoing;
use crate::state::running_steps::{Outcome as Step, Progress};
use crate::web::fields::Fields;
use crate::web::flash::Notice;
use crate::web::page::redirect;
use crate::web::path_id::{PathId, parse_id};

/// `POST {base}/import/{id}/confirm`: with the choices of the shown rows, if the form has them.
pub(super) async fn confirm(
    request: Request<Editor>,
    id: PathId,
    form: Fields,
) -> Result<HttpResponse, AppError> {
    let id = parse_id(&id)?;
    let single = match single_choices(&form) {
        Ok(single) => single,
        Err(error) => return show::respond_error(&request, id, error, Some(&form)).await,
    };
    let (state, book) = (request.state.clone(), request.user.writable());
    let (context, preferences) = (
        request.user.write_context(&state),
        request.user.preferences.clone(),
    );
    let work = move |progress: Progress| async move {
        let write = move |conn: &mut Conn| {
            confirming::choose_and_confirm(conn, book.id(), id, &context, &progress, |conn, draft| {
                choose_single(conn, book.id(), draft, &single)?;
                Ok(!single.is_empty())
            })
        };
        match state.db.write_in(TxScope::Own, book, write).await? {
            Some(Outcome::Done(import)) => {
                Ok(format!("Imported {}", preferences.expenses(import.created_rows)))
            }
            Some(Outcome::Changed(count)) => Err(AppError::Conflict(changed_words(count))),
            None => Err(AppError::invalid(
                "take",
                "No rows are ticked, so there's nothing to import.",
            )),
        }
    };
    let outcome = request.state.import_steps.run(book.id(), id, work).await;
    // What was ticked is saved, but for a wrong field.
    let is_saved = matches!(&outcome, Some(Err(AppError::Conflict(_)))) || is_about(outcome.as_ref(), "take");
    respond(&request, id, outcome, Some(&form).filter(|_| !is_saved)).await
}

fn is_about(outcome: Option<&Step>, field: &str) -> bool {
    matches!(outcome, Some(Err(AppError::Invalid(errors))) if errors.of(field).is_some())
}

/// `POST {base}/import/{id}/undo`
pub(super) async fn undo(
    request: Request<Editor>,
    id: PathId,
    form: Fields,
) -> Result<HttpResponse, AppError> {
    let id = parse_id(&id)?;
    let with_changed = form.get("changed") == "1";
    let (state, book) = (request.state.clone(), request.user.writable());
    let (context, preferences) = (
        request.user.write_context(&state),
        request.user.preferences.clone(),
    );
    let work = move |progress: Progress| async move {
        let undone = undoing::undo(&state, book, id, with_changed, context, progress).await?;
        Ok(format!(
            "Moved {} to the trash",
            preferences.expenses(undone.trashed)
        ))
    };
    let outcome = request.state.import_steps.run(book.id(), id, work).await;
    respond(&request, id, outcome, None).await
}

/// The page of the import: with what came of the step, or with how far it is.
async fn respond(
    request: &Request<Editor>,
    id: i64,
    outcome: Option<Step>,
    typed: Option<&Fields>,
) -> Result<HttpResponse, AppError> {
    match outcome {
        Some(Ok(words)) => Ok(finished(request, id, Some(words))),
        Some(Err(error)) => show::respond_error(request, id, error, typed).await,
        None => Ok(finished(request, id, None)),
    }
}

fn finished(request: &Request<Editor>, id: i64, words: Option<String>) -> HttpResponse {
    if let Some(words) = words {
        request.set_notice(&Notice::new(words));
    }
    let address = request.book_address(&format!("/import/{id}"));
    redirect(&request.http, &address)
}

/// `POST {base}/import/{id}/delete`
pub(super) async fn delete(request: Request<Editor>, id: PathId) -> Result<HttpResponse, AppError> {
    let id = parse_id(&id)?;
    match drafts::delete(&request.state, Importer::of(&request.user), id).await {
        Ok(()) => {
            request.set_notice(&Notice::new("Import deleted"));
            Ok(redirect(&request.http, &request.book_address("/import")))
        }
        Err(error) => show::respond_error(&request, id, error, None).await,
    }
}
