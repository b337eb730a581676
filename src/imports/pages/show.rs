//! The page of an import, whatever its state.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::expense_link::expense_link;
use super::refused::Refused;
use super::{read_as_form, rows};
use crate::accounts::access::Access;
use crate::accounts::request::Request;
use crate::books::role::Role;
use crate::error::{AppError, FieldErrors};
use crate::imports::import::{self, Import};
use crate::imports::state::ImportState;
use crate::imports::undo;
use crate::imports::verdict::Verdict;
use crate::imports::view::{DoneView, ImportPage, ProgressView};
use crate::ledger::category::Categories;
use crate::ledger::expense::Expense;
use crate::state::running_steps::{Progress, Shown};
use crate::web::fields::Fields;
use crate::web::flash::Notice;
use crate::web::path_id::{PathId, parse_id};
use crate::web::view::Nav;

/// Expenses that were changed since, as far as they are listed.
const LISTED_CHANGES: usize = 50;

/// `GET {base}/import/{id}`
pub(super) async fn show(request: Request, id: PathId) -> Result<HttpResponse, AppError> {
    let id = parse_id(&id)?;
    match request.state.import_steps.find(request.user.book, id) {
        Some(Shown::Running(progress)) => respond_running(&request, id, &progress).await,
        Some(Shown::Finished(Err(error))) => respond_error(&request, id, error, None).await,
        Some(Shown::Finished(Ok(words))) => {
            let notice = Some(Notice::new(words));
            respond(&request, id, StatusCode::OK, Refused::default(), notice).await
        }
        None => {
            respond(
                &request,
                id,
                StatusCode::OK,
                Refused::default(),
                request.take_notice(),
            )
            .await
        }
    }
}

/// The page while the import is being confirmed or undone: how far that is.
async fn respond_running(request: &Request, id: i64, progress: &Progress) -> Result<HttpResponse, AppError> {
    let owner = request.user.book;
    let import = request
        .state
        .db
        .read(owner, move |conn| import::find(conn, owner, id))
        .await?;
    let (rows, all) = (progress.rows(), import.counts().all());
    let locale = request.user.preferences.locale;
    let page = ImportPage {
        chrome: request.chrome(&format!("Import {}", import.name), Nav::Expenses),
        name: import.name.clone(),
        href: request.book_address(&format!("/import/{id}")),
        state: import.state().name(),
        progress: Some(ProgressView {
            words: format!(
                "{} of {} rows",
                locale.format_integer(rows),
                locale.format_integer(all)
            ),
            rows,
            all,
        }),
        ..ImportPage::default()
    };
    request.respond(StatusCode::OK, &page)
}

/// The page with the message of a refused form, and with its rows as `typed`; any other error is returned.
pub(super) async fn respond_error<A: Access>(
    request: &Request<A>,
    id: i64,
    error: AppError,
    typed: Option<&Fields>,
) -> Result<HttpResponse, AppError> {
    let typed = typed.cloned().unwrap_or_default();
    let (status, errors, problem) = match error {
        AppError::Invalid(errors) => {
            let problem = errors.0.first().map(|error| error.message.clone());
            (StatusCode::UNPROCESSABLE_ENTITY, errors, problem)
        }
        AppError::Conflict(words) => (StatusCode::CONFLICT, FieldErrors::default(), Some(words)),
        other => return Err(other),
    };
    let refused = Refused {
        errors,
        problem,
        typed,
    };
    respond(request, id, status, refused, request.take_notice()).await
}

/// The page with what was wrong with one of its forms.
async fn respond<A: Access>(
    request: &Request<A>,
    id: i64,
    status: StatusCode,
    refused: Refused,
    notice: Option<Notice>,
) -> Result<HttpResponse, AppError> {
    let query = Fields::of_query(&request.http)?;
    let owner = request.user.user().book;
    let found = request.state.db.read(owner, move |conn| {
        let import = import::find(conn, owner, id)?;
        let changed = match import.state() {
            ImportState::Done | ImportState::Undone => undo::changed_since(conn, owner, id, LISTED_CHANGES)?,
            ImportState::ReadAs | ImportState::Review => Vec::new(),
        };
        let categories = Categories::of(conn, owner)?;
        Ok((import, changed, categories))
    });
    let (import, changed, categories) = found.await?;
    let state = import.state();
    let page = ImportPage {
        chrome: request.chrome(&format!("Import {}", import.name), Nav::Expenses),
        status: notice.map(Notice::into_status),
        name: import.name.clone(),
        href: request.book_address(&format!("/import/{id}")),
        state: state.name(),
        problem: refused.problem.clone().or_else(|| import.problem.clone()),
        read_as: if state.is_draft() && request.user.user().role >= Role::Editor {
            Some(read_as_form::form(request, &import, &refused.errors).await?)
        } else {
            None
        },
        review: if state == ImportState::ReadAs {
            None
        } else {
            Some(rows::review(request, &import, &categories, &query, &refused).await?)
        },
        done: (!state.is_draft()).then(|| done(request, &import, changed, &categories)),
        progress: None,
    };
    request.respond(status, &page)
}

fn done<A: Access>(
    request: &Request<A>,
    import: &Import,
    changed: Vec<Expense>,
    categories: &Categories,
) -> DoneView {
    let preferences = &request.user.user().preferences;
    let is_undone = import.state() == ImportState::Undone;
    let count = preferences.expenses(import.created_rows);
    DoneView {
        is_undone,
        words: match (is_undone, import.created_rows) {
            (false, 1) => "1 expense was added.".to_owned(),
            (false, _) => format!("{count} were added."),
            (true, _) => format!(
                "Of {count} that were added, those still here are listed below; the others are in the trash."
            ),
        },
        list_href: (import.created_rows > 0 && !is_undone)
            .then(|| request.book_address(&format!("/expenses?period=all&kind=all&import={}", import.id))),
        changed: changed
            .into_iter()
            .map(|expense| expense_link(request, &expense, categories))
            .collect(),
        has_rejected: import.counts().of(Verdict::Rejected) > 0,
    }
}
