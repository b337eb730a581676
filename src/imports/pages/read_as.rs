//! Choosing how a file is read.

use actix_web::HttpResponse;
use serde_json::json;

use super::show;
use crate::accounts::access::Editor;
use crate::accounts::request::Request;
use crate::error::AppError;
use crate::imports::drafts::{self, Change, Importer, find_draft};
use crate::imports::import::Import;
use crate::imports::json::merged_choices;
use crate::imports::read_as_fields;
use crate::imports::state::ImportState;
use crate::web::fields::Fields;
use crate::web::flash::Notice;
use crate::web::page::redirect;
use crate::web::path_id::{PathId, parse_id};

/// `POST {base}/import/{id}/read`
pub(super) async fn update(
    request: Request<Editor>,
    id: PathId,
    form: Fields,
) -> Result<HttpResponse, AppError> {
    let id = parse_id(&id)?;
    match read(&request, id, &form).await {
        Ok(import) => {
            let words = match import.state() {
                ImportState::Review => "File read",
                _ => "File read, but some choices are still open",
            };
            request.set_notice(&Notice::new(words));
            let address = request.book_address(&format!("/import/{id}"));
            Ok(redirect(&request.http, &address))
        }
        Err(error) => show::respond_error(&request, id, error, None).await,
    }
}

async fn read(request: &Request<Editor>, id: i64, form: &Fields) -> Result<Import, AppError> {
    let owner = request.user.book;
    let draft = request
        .state
        .db
        .read(owner, move |conn| find_draft(conn, owner, id))
        .await?;
    let reading = draft.reading()?;
    let sent = read_as_fields::choices(form, reading.as_ref())?;
    // Other lines and cells mean other columns, which are determined again.
    let has_other_cells = ["format", "encoding", "delimiter", "header_line", "first_row_line"]
        .iter()
        .any(|name| sent.get(name).is_some());
    let choices = if has_other_cells {
        let empty = Import {
            choices: json!({}).to_string(),
            ..draft
        };
        merged_choices(&empty, sent)?
    } else {
        merged_choices(&draft, sent)?
    };
    let change = Change {
        choices: Some(choices),
        ..Change::default()
    };
    drafts::change(&request.state, Importer::of(&request.user), id, change).await
}
