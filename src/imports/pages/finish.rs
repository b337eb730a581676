//! Confirming, undoing and deleting an import.

use actix_web::HttpResponse;

use super::row_fields::{choose_single, single_choices};
use super::show;
use crate::accounts::access::Editor;
use crate::accounts::request::Request;
use crate::db::TxScope;
use crate::error::AppError;
use crate::imports::confirm::{self as confirming, Outcome, changed_words};
use crate::imports::drafts::{self, Importer};
use crate::imports::state::ImportState;
use crate::imports::undo as undoing;
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
    let single = match single_choices(&form) {
        Ok(single) => single,
        Err(error) => return show::respond_error(&request, id, error, Some(&form)).await,
    };
    // `None`: nothing is ticked. The ticks are saved all the same.
    let outcome = request
        .state
        .db
        .write_in(TxScope::Own, request.user.writable(), move |conn| {
            let mut draft = import::find(conn, owner, id)?;
            if draft.state() == ImportState::Review {
                if !single.is_empty() {
                    choose_single(conn, owner, &draft, &single)?;
                    import::update(conn, &mut draft)?;
                }
                if row::taken(conn, owner, id)? == 0 {
                    return Ok(None);
                }
            }
            confirming::confirm(conn, owner, id, &context).map(Some)
        })
        .await;
    match outcome {
        Ok(Some(Outcome::Done(import))) => {
            let count = request.user.preferences.expenses(import.created_rows);
            Ok(finished(&request, id, format!("Imported {count}")))
        }
        Ok(Some(Outcome::Changed(count))) => {
            show::respond_error(&request, id, AppError::Conflict(changed_words(count)), None).await
        }
        Ok(None) => {
            let words = "No row is ticked, so there is nothing to import.";
            show::respond_error(&request, id, AppError::invalid("take", words), None).await
        }
        Err(error) => show::respond_error(&request, id, error, Some(&form)).await,
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
    let context = request.user.write_context(&request.state);
    let book = request.user.writable();
    let undone = undoing::undo(&request.state, book, id, with_changed, context).await;
    match undone {
        Ok(undone) => {
            let count = request.user.preferences.expenses(undone.trashed);
            Ok(finished(&request, id, format!("Moved {count} to the trash")))
        }
        Err(error) => show::respond_error(&request, id, error, None).await,
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
    match drafts::delete(&request.state, Importer::of(&request.user), id).await {
        Ok(()) => {
            request.set_notice(&Notice::new("Import deleted"));
            Ok(redirect(&request.http, &request.book_address("/import")))
        }
        Err(error) => show::respond_error(&request, id, error, None).await,
    }
}
