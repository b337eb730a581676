//! Confirming, undoing and deleting an import.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::{choose, show};
use crate::accounts::access::Editor;
use crate::accounts::request::Request;
use crate::db::TxScope;
use crate::error::{AppError, FieldErrors};
use crate::imports::confirm::{self as confirming, Outcome, changed_words};
use crate::imports::state::ImportState;
use crate::imports::undo as undoing;
use crate::imports::upload::{self, Importer};
use crate::imports::{import, row};
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
    let (owner, context) = (request.user.book, request.user.write_context(&request.state));
    let single = choose::single_choices(&form);
    let outcome = match single {
        Ok(single) => {
            request
                .state
                .db
                .write_in(TxScope::Own, request.user.writable(), move |conn| {
                    let mut draft = import::find(conn, owner, id)?;
                    if draft.state() == ImportState::Review && !single.is_empty() {
                        choose::choose_single(conn, owner, &draft, &single)?;
                        import::update(conn, &mut draft)?;
                    }
                    if draft.state() == ImportState::Review && row::taken(conn, owner, id)? == 0 {
                        return Err(AppError::invalid(
                            "take",
                            "No row is ticked, so there is nothing to import.",
                        ));
                    }
                    confirming::confirm(conn, owner, id, &context)
                })
                .await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(Outcome::Done(import)) => {
            let count = request.user.preferences.expenses(import.created_rows);
            Ok(finished(&request, id, format!("Imported {count}")))
        }
        Ok(Outcome::Changed(count)) => {
            let problem = Some(changed_words(count));
            show::respond(
                &request,
                id,
                StatusCode::CONFLICT,
                &FieldErrors::default(),
                problem,
            )
            .await
        }
        Err(AppError::Invalid(errors)) => {
            let problem = errors.0.first().map(|error| error.message.clone());
            show::respond(&request, id, StatusCode::UNPROCESSABLE_ENTITY, &errors, problem).await
        }
        Err(AppError::Conflict(words)) => {
            show::respond(
                &request,
                id,
                StatusCode::CONFLICT,
                &FieldErrors::default(),
                Some(words),
            )
            .await
        }
        Err(other) => Err(other),
    }
}

/// `POST {base}/import/{id}/undo`
pub(super) async fn undo(
    request: Request<Editor>,
    id: PathId,
    form: Fields,
) -> Result<HttpResponse, AppError> {
    let id = parse_id(&id)?;
    let with_changed = form.get("changed") == "1";
    let (owner, context) = (request.user.book, request.user.write_context(&request.state));
    let undone = request
        .state
        .db
        .write_in(TxScope::Own, request.user.writable(), move |conn| {
            undoing::undo(conn, owner, id, with_changed, &context)
        })
        .await;
    match undone {
        Ok((_, undone)) => {
            let count = request.user.preferences.expenses(undone.trashed);
            Ok(finished(&request, id, format!("Moved {count} to the trash")))
        }
        Err(AppError::Conflict(words)) => {
            show::respond(
                &request,
                id,
                StatusCode::CONFLICT,
                &FieldErrors::default(),
                Some(words),
            )
            .await
        }
        Err(other) => Err(other),
    }
}

fn finished(request: &Request<Editor>, id: i64, words: String) -> HttpResponse {
    request.set_notice(&Notice::new(words));
    let address = request.book_address(&format!("/import/{id}"));
    redirect(&request.http, &address)
}

/// `POST {base}/import/{id}/delete`
pub(super) async fn delete(request: Request<Editor>, id: PathId) -> Result<HttpResponse, AppError> {
    let id = parse_id(&id)?;
    match upload::delete(&request.state, Importer::of(&request.user), id).await {
        Ok(()) => {
            request.set_notice(&Notice::new("Import deleted"));
            Ok(redirect(&request.http, &request.book_address("/import")))
        }
        Err(AppError::Conflict(words)) => {
            show::respond(
                &request,
                id,
                StatusCode::CONFLICT,
                &FieldErrors::default(),
                Some(words),
            )
            .await
        }
        Err(other) => Err(other),
    }
}
