//! The API calls for the rows of an import.

use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::ImportPath;
use crate::accounts::access::Editor;
use crate::accounts::bearer::ApiUser;
use crate::api::json_body::{JsonBody, not_null};
use crate::api::query;
use crate::api::schemas::PageQuery;
use crate::db::{BookId, Conn};
use crate::error::AppError;
use crate::expenses::field_values::LONGEST_DESCRIPTION;
use crate::imports::drafts::find_draft;
use crate::imports::import::{self, Import};
use crate::imports::json::{ImportJson, RowJson, answer};
use crate::imports::row::{self, RowFilter};
use crate::imports::row_choice::{self, RowChoice};
use crate::imports::verdict::Verdict;
use crate::ledger::category::check_category;
use crate::state::State;
use crate::text;
use crate::web::fields::Fields;
use crate::web::path_id::{PathId, parse_id};

/// Rows of a page without the parameter `limit`.
const USUAL_LIMIT: usize = 50;
/// Most rows of a page.
const MAX_LIMIT: usize = 500;
/// Most rows of one request that changes single rows.
const MAX_CHOICES: usize = 1_000;

/// Which rows.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it only describes the parameter")]
pub struct VerdictQuery {
    /// Only rows with this verdict.
    #[param(nullable = false, pattern = "^(new|known|maybe|left_out|rejected)$")]
    verdict: Option<String>,
}

/// A page of rows.
#[derive(Debug, Serialize, ToSchema)]
struct RowList {
    items: Vec<RowJson>,
    /// The `cursor` of the next page; `null` at the end.
    #[schema(required = true, example = "50")]
    next_cursor: Option<String>,
}

/// Choices for single rows, or for all rows with one verdict.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({"items": [{"row": 1, "category": "Groceries"}, {"row": 2, "take": false}]}))]
#[serde(deny_unknown_fields)]
pub struct RowChoices {
    /// At most 1,000.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(nullable = false, max_items = 1_000)]
    items: Option<Vec<RowItem>>,
    #[serde(default, deserialize_with = "not_null")]
    #[schema(nullable = false, pattern = "^(new|known|maybe)$")]
    verdict: Option<String>,
    #[serde(default, deserialize_with = "not_null")]
    #[schema(nullable = false)]
    take: Option<bool>,
    #[serde(default, deserialize_with = "not_null")]
    #[schema(nullable = false, min_length = 1, max_length = 60)]
    category: Option<String>,
}

/// Choices for one row.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RowItem {
    #[schema(minimum = 1, example = 1)]
    row: i32,
    #[serde(default, deserialize_with = "not_null")]
    #[schema(nullable = false)]
    take: Option<bool>,
    #[serde(default, deserialize_with = "not_null")]
    #[schema(nullable = false, min_length = 1, max_length = 60)]
    category: Option<String>,
    /// That of the expense; the row is known by that of the file all the same. An empty one removes it.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(nullable = false, max_length = 500)]
    description: Option<String>,
}

/// List the rows of a file, each with its verdict
#[utoipa::path(
    get, path = "/api/v1/imports/{id}/rows", tag = "Imports", operation_id = "listImportRows",
    params(ImportPath, VerdictQuery, PageQuery),
    responses(
        (status = 200, description = "A page of rows, in the order of the file", body = RowList),
        (status = 404, description = "Import not found"),
    ),
)]
pub async fn list(
    req: HttpRequest,
    state: State,
    user: ApiUser,
    id: PathId,
) -> Result<HttpResponse, AppError> {
    let (owner, id, currency) = (user.book, parse_id(&id)?, user.preferences.currency);
    let query = query::read(&req)?;
    let verdict = query.non_empty("verdict");
    let filter = RowFilter {
        verdict: verdict.as_deref().map(read_verdict).transpose()?,
        ..RowFilter::default()
    };
    let limit = number(&query, "limit", 1..=MAX_LIMIT)?.unwrap_or(USUAL_LIMIT);
    let after = number(&query, "cursor", 0..=i32::MAX as usize)?.unwrap_or_default();
    let after = i32::try_from(after).unwrap_or(i32::MAX);
    let found = state.db.read(owner, move |conn| {
        let import = import::find(conn, owner, id)?;
        Ok((row::page(conn, owner, id, &filter, after, limit + 1)?, import))
    });
    let (mut rows, import) = found.await?;
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    let last = rows.last().filter(|_| has_more);
    Ok(HttpResponse::Ok().json(RowList {
        next_cursor: last.map(|row| row.row_number.to_string()),
        items: rows
            .into_iter()
            .map(|row| RowJson::new(&import, row, currency))
            .collect(),
    }))
}

fn read_verdict(name: &str) -> Result<Verdict, AppError> {
    Verdict::parse(name).ok_or_else(|| {
        AppError::BadRequest("“verdict” is new, known, maybe, left_out or rejected.".to_owned())
    })
}

fn number(
    query: &Fields,
    name: &str,
    range: std::ops::RangeInclusive<usize>,
) -> Result<Option<usize>, AppError> {
    let Some(text) = query.non_empty(name) else {
        return Ok(None);
    };
    let number = text.parse().ok().filter(|number| range.contains(number));
    number.map(Some).ok_or_else(|| {
        AppError::BadRequest(format!(
            "“{name}” is a whole number from {} to {}.",
            range.start(),
            range.end()
        ))
    })
}

/// Choose which rows to import, and their categories
#[utoipa::path(
    patch, path = "/api/v1/imports/{id}/rows", tag = "Imports", operation_id = "chooseImportRows",
    description = "Either `items`, or `verdict` for all rows that have it. Rows that are left out or rejected can't be taken.",
    params(ImportPath),
    request_body = RowChoices,
    responses(
        (status = 200, description = "The import", body = ImportJson),
        (status = 404, description = "Import not found"),
        (status = 409, description = "The import is confirmed"),
    ),
)]
pub async fn update(
    state: State,
    user: ApiUser<Editor>,
    id: PathId,
    sent: JsonBody,
) -> Result<HttpResponse, AppError> {
    let (owner, id) = (user.book, parse_id(&id)?);
    // An import that does not exist is a 404 whatever is sent.
    state
        .db
        .read(owner, move |conn| find_draft(conn, owner, id))
        .await?;
    let work = read_choices(sent.parse()?)?;
    let changed = state.db.write(user.writable(), move |conn| {
        let mut draft = find_draft(conn, owner, id)?;
        work.apply(conn, &draft)?;
        import::update(conn, &mut draft)?;
        Ok(draft)
    });
    answer(changed.await?)
}

/// Checked choices.
enum Choosing {
    Single(Vec<(i32, RowChoice)>),
    All(RowFilter, RowChoice),
}

fn read_choices(sent: RowChoices) -> Result<Choosing, AppError> {
    match (sent.items, sent.verdict) {
        (Some(items), None) if sent.take.is_none() && sent.category.is_none() => {
            if items.len() > MAX_CHOICES {
                let message = format!("Send at most {MAX_CHOICES} at a time; this has {}.", items.len());
                return Err(AppError::invalid("items", message));
            }
            let items = items.into_iter().enumerate().map(|(at, item)| {
                let path = format!("items[{at}].");
                let choice = choice(item.take, item.category, item.description, &path)?;
                Ok((item.row, choice))
            });
            Ok(Choosing::Single(items.collect::<Result<_, AppError>>()?))
        }
        (None, Some(verdict)) => {
            let verdict = Verdict::parse(&verdict).filter(|verdict| verdict.can_be_taken());
            let verdict = verdict.ok_or_else(|| AppError::invalid("verdict", "Use new, known or maybe."))?;
            let filter = RowFilter {
                verdict: Some(verdict),
                ..RowFilter::default()
            };
            Ok(Choosing::All(filter, choice(sent.take, sent.category, None, "")?))
        }
        _ => Err(AppError::invalid(
            "items",
            "Send either items, or a verdict with take or category.",
        )),
    }
}

/// Checked choices for a row; `path` is where they stand in the body.
fn choice(
    take: Option<bool>,
    category: Option<String>,
    description: Option<String>,
    path: &str,
) -> Result<RowChoice, AppError> {
    let wrong = |field: &str, message: String| AppError::invalid(&format!("{path}{field}"), message);
    let category = category.map(|name| check_category(&name)).transpose();
    let description = description.map(|typed| text::lines(&typed, LONGEST_DESCRIPTION));
    Ok(RowChoice {
        take,
        category: category.map_err(|message| wrong("category", message))?,
        description: description
            .transpose()
            .map_err(|message| wrong("description", message))?,
    })
}

impl Choosing {
    fn apply(&self, conn: &mut Conn, draft: &Import) -> Result<(), AppError> {
        let owner = BookId(draft.book_id);
        match self {
            Self::Single(items) => {
                for (at, (number, choice)) in items.iter().enumerate() {
                    if !row_choice::choose(conn, owner, draft.id, *number, choice)? {
                        return Err(AppError::invalid(
                            &format!("items[{at}].row"),
                            "Row not found, or it can't be taken.",
                        ));
                    }
                }
                Ok(())
            }
            Self::All(filter, choice) => {
                row_choice::choose_all(conn, owner, draft.id, filter, choice)?;
                Ok(())
            }
        }
    }
}
