//! The imports so far, and the form for a new one.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::multipart;
use crate::accounts::access::{Access, Editor};
use crate::accounts::request::Request;
use crate::error::{AppError, FieldErrors};
use crate::imports::drafts::{self, Importer};
use crate::imports::import::{self, Import};
use crate::imports::state::ImportState;
use crate::imports::view::{ImportLine, ImportsPage};
use crate::web::flash::Notice;
use crate::web::page::redirect;
use crate::web::view::{Field, Nav};

/// Imports that are listed.
const LISTED: i64 = 100;

/// `GET {base}/import`
pub(super) async fn index(request: Request) -> Result<HttpResponse, AppError> {
    respond(&request, StatusCode::OK, "", &FieldErrors::default()).await
}

/// `POST {base}/import`
pub(super) async fn create(request: Request<Editor>) -> Result<HttpResponse, AppError> {
    let _lock = request
        .state
        .upload_locks
        .lock(&request.user.id.0.to_string())
        .await;
    let form = multipart::read(&request.http).await?;
    let text = form.text.clone();
    let (name, bytes) = if form.file_name.is_empty() && form.file.is_empty() {
        (String::new(), form.text.into_bytes())
    } else {
        (form.file_name, form.file)
    };
    let created = if name.is_empty() && bytes.is_empty() {
        Err(AppError::invalid("file", "Choose a file, or paste its text."))
    } else {
        let importer = Importer::of(&request.user);
        drafts::create(&request.state, importer, &name, bytes).await
    };
    match created {
        Ok(import) => {
            let address = request.book_address(&format!("/import/{}", import.id));
            Ok(redirect(&request.http, &address))
        }
        Err(AppError::Invalid(errors)) => {
            respond(&request, StatusCode::UNPROCESSABLE_ENTITY, &text, &errors).await
        }
        Err(other) => Err(other),
    }
}

async fn respond<A: Access>(
    request: &Request<A>,
    status: StatusCode,
    text: &str,
    errors: &FieldErrors,
) -> Result<HttpResponse, AppError> {
    let owner = request.user.user().book;
    let imports = request
        .state
        .db
        .read(owner, move |conn| import::all(conn, owner, LISTED))
        .await?;
    let page = ImportsPage {
        chrome: request.chrome("Import", Nav::Expenses),
        status: request.take_notice().map(Notice::into_status),
        file: Field::checked("file", "", errors),
        text: Field::new(text),
        imports: imports.iter().map(|import| line(request, import)).collect(),
    };
    request.respond(status, &page)
}

fn line<A: Access>(request: &Request<A>, import: &Import) -> ImportLine {
    let user = request.user.user();
    let day = user.preferences.moment(import.created_at);
    let words = match import.state() {
        ImportState::ReadAs => format!("{day}, waiting for your choices"),
        ImportState::Review => format!("{day}, waiting to be confirmed"),
        ImportState::Done => format!("{day}, {} added", user.preferences.expenses(import.created_rows)),
        ImportState::Undone => format!("{day}, undone"),
    };
    ImportLine {
        name: import.name.clone(),
        href: request.book_address(&format!("/import/{}", import.id)),
        words,
    }
}
