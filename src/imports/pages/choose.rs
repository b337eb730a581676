//! The choices of a review.

use actix_web::HttpResponse;

use super::filters::read_filter;
use super::show;
use crate::accounts::access::Editor;
use crate::accounts::request::Request;
use crate::db::{BookId, Conn};
use crate::error::AppError;
use crate::imports::confirm::category_of;
use crate::imports::import;
use crate::imports::row::{self, RowFilter};
use crate::imports::row_choice::{self, RowChoice};
use crate::imports::upload::{self, Change, Importer, find_draft};
use crate::ledger::category::check_category;
use crate::web::fields::{self, Fields};
use crate::web::flash::Notice;
use crate::web::page::redirect;
use crate::web::path_id::{PathId, parse_id};

/// Most rows of one form.
const MAX_ROWS: usize = 500;

/// `POST {base}/import/{id}/rows`
pub(super) async fn update(
    request: Request<Editor>,
    id: PathId,
    form: Fields,
) -> Result<HttpResponse, AppError> {
    let id = parse_id(&id)?;
    let query = Fields::of_query(&request.http)?;
    let (filter_name, filter) = read_filter(form.get_opt("filter").unwrap_or_else(|| query.get("filter")))?;
    match apply(&request, id, &form, filter).await {
        Ok(like) => {
            request.set_notice(&Notice::new("Choices saved"));
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
        Err(error) => show::respond_error(&request, id, error).await,
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
        upload::change(&request.state, Importer::of(&request.user), id, change).await?;
        return Ok(None);
    }
    let owner = request.user.book;
    let single = single_choices(form)?;
    let all = RowChoice {
        take: form.get_opt("take").map(|take| take == "1"),
        category: category(form, "category")?,
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

/// What was chosen for each row that the form showed.
pub(super) fn single_choices(form: &Fields) -> Result<Vec<(i32, RowChoice)>, AppError> {
    let mut numbers: Vec<i32> = form
        .get("shown")
        .split(',')
        .filter_map(|number| number.parse().ok())
        .collect();
    // A script's form names its rows by their fields alone.
    if form.get_opt("shown").is_none() {
        let named = form.pairs().filter_map(|(name, _)| {
            let number = name
                .strip_prefix("take_")
                .or_else(|| name.strip_prefix("category_"))?;
            number.parse::<i32>().ok()
        });
        numbers.extend(named);
        numbers.sort_unstable();
        numbers.dedup();
    }
    if numbers.len() > MAX_ROWS {
        return Err(AppError::invalid("shown", "Too many rows at a time."));
    }
    let is_shown = form.get_opt("shown").is_some();
    let choice = |number: i32| {
        let field = format!("category_{number}");
        let take = form.get_opt(&format!("take_{number}"));
        // A row of the form without a field for its category can't be taken.
        let can_be_taken = form.get_opt(&field).is_some() || take.is_some();
        let take = match take {
            Some(value) => Some(value != "0"),
            None => (is_shown && can_be_taken).then_some(false),
        };
        let choice = RowChoice {
            take,
            category: category(form, &field)?,
        };
        Ok((number, choice))
    };
    numbers.into_iter().map(choice).collect()
}

/// Saves the choices of single rows; returns the first whose category is new.
pub(super) fn choose_single(
    conn: &mut Conn,
    owner: BookId,
    draft: &import::Import,
    single: &[(i32, RowChoice)],
) -> Result<Option<i32>, AppError> {
    let numbers: Vec<i32> = single.iter().map(|(number, _)| *number).collect();
    let present = row::numbered(conn, owner, draft.id, &numbers)?;
    let mut first = None;
    for (number, choice) in single {
        let Some(row) = present.iter().find(|row| row.row_number == *number) else {
            continue;
        };
        // A category that is shown because of the whole file stays one.
        let category = choice
            .category
            .clone()
            .filter(|category| category != category_of(draft, row));
        if category.is_some() {
            first = first.or(Some(*number));
        }
        let choice = RowChoice {
            category,
            ..choice.clone()
        };
        row_choice::choose(conn, owner, draft.id, *number, &choice)?;
    }
    Ok(first)
}

/// The category in a field; an empty field leaves the present one.
fn category(form: &Fields, field: &str) -> Result<Option<String>, AppError> {
    let typed = form.non_empty(field).filter(|typed| !typed.trim().is_empty());
    let checked = typed.map(|typed| check_category(&typed)).transpose();
    checked.map_err(|message| AppError::invalid(field, message))
}
