//! The choices of a review.

use actix_web::HttpResponse;

use super::filters::read_filter;
use super::row_fields::{choose_single, single_choices};
use super::{restore, show};
use crate::accounts::access::Editor;
use crate::accounts::request::Request;
use crate::error::AppError;
use crate::imports::drafts::{self, Change, Importer, find_draft};
use crate::imports::import;
use crate::imports::row::{self, RowFilter};
use crate::imports::row_choice::{self, RowChoice};
use crate::ledger::category::check_category;
use crate::web::fields::{self, Fields};
use crate::web::flash::Notice;
use crate::web::page::redirect;
use crate::web::path_id::{PathId, parse_id};

/// `POST {base}/import/{id}/rows`
pub(super) async fn update(
    request: Request<Editor>,
    id: PathId,
    form: Fields,
) -> Result<HttpResponse, AppError> {
    let id = parse_id(&id)?;
    let query = Fields::of_query(&request.http)?;
    let (filter_name, filter) = read_filter(form.get_opt("filter").unwrap_or_else(|| query.get("filter")))?;
    let outcome = match form.get("restore").parse() {
        Ok(row) => restore::restore(&request, id, row, &form)
            .await
            .map(|()| (None, "Expense restored")),
        Err(_) => apply(&request, id, &form, filter)
            .await
            .map(|like| (like, "Choices saved")),
    };
    match outcome {
        Ok((like, words)) => {
            request.set_notice(&Notice::new(words));
            let path = request.book_address(&format!("/import/{id}"));
            let like = like.map(|row| row.to_string()).unwrap_or_default();
            let pairs = [
                ("filter", filter_name),
                ("after", query.get("after")),
                ("like", like.as_str()),
            ];
            let address = fields::address(&path, pairs.into_iter().filter(|(_, value)| !value.is_empty()));
            Ok(redirect(&request.http, &address))
        }
        Err(error) => show::respond_error(&request, id, error, Some(&form)).await,
    }
}

/// Saves what the form chooses; returns a row whose new category other rows like it may want.
async fn apply(
    request: &Request<Editor>,
    id: i64,
    form: &Fields,
    filter: RowFilter,
) -> Result<Option<i32>, AppError> {
    if form.get_opt("money_in").is_some() || form.get_opt("file_category").is_some() {
        let change = Change {
            choices: None,
            money_in: form
                .get_opt("money_in")
                .map(|name| Some(name.trim().to_owned()).filter(|name| !name.is_empty())),
            category: form.non_empty("file_category"),
        };
        drafts::change(&request.state, Importer::of(&request.user), id, change).await?;
        return Ok(None);
    }
    let owner = request.user.book;
    let single = single_choices(form)?;
    let all = RowChoice {
        take: form.get_opt("take").map(|take| take == "1"),
        category: category(form, "category")?,
        description: None,
    };
    let like: Option<i32> = form.get("like").parse().ok();
    request
        .state
        .db
        .write(request.user.writable(), move |conn| {
            let mut draft = find_draft(conn, owner, id)?;
            if let Some(row) = like {
                let rows = row::numbered(conn, owner, id, &[row])?;
                let filter = RowFilter {
                    text_key: Some(rows.first().ok_or(AppError::NotFound)?.text_key),
                    ..RowFilter::default()
                };
                row_choice::choose_all(conn, owner, id, &filter, &all)?;
            } else if single.is_empty() {
                row_choice::choose_all(conn, owner, id, &filter, &all)?;
            }
            let changed = choose_single(conn, owner, &draft, &single)?;
            import::update(conn, &mut draft)?;
            Ok(changed)
        })
        .await
}

/// The category in a field; an empty field leaves the present one.
fn category(form: &Fields, field: &str) -> Result<Option<String>, AppError> {
    let typed = form.non_empty(field).filter(|typed| !typed.trim().is_empty());
    let checked = typed.map(|typed| check_category(&typed)).transpose();
    checked.map_err(|message| AppError::invalid(field, message))
}
