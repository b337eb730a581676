//! The API calls for an import: uploading, showing, changing and deleting it.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::ImportPath;
use crate::accounts::access::{Access as _, Editor};
use crate::accounts::bearer::ApiUser;
use crate::api::json_body::{JsonBody, not_null};
use crate::error::AppError;
use crate::imports::drafts::{self, Change, Importer, find_draft};
use crate::imports::import;
use crate::imports::json::{ImportJson, MoneyIn, answer, merged_choices};
use crate::state::State;
use crate::web::body;
use crate::web::fields::Fields;
use crate::web::path_id::{PathId, parse_id};

/// The name of a file.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it only describes the parameter")]
pub struct NameQuery {
    /// The name of the file, for people.
    #[param(nullable = false, example = "statement.csv")]
    name: Option<String>,
}

/// What is changed in an import that is not confirmed. Members that are left out keep their values.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({"read_as": {"date": {"format": "DD/MM/YYYY"}}}))]
#[serde(deny_unknown_fields)]
pub struct ImportChange {
    /// Members of `read_as`: they replace those that were found.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(value_type = Object, required = false, nullable = false, example = json!({"date": {"format": "DD/MM/YYYY"}}))]
    read_as: Option<Value>,
    /// `{"category": NAME}`, or `"leave_out"`.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(value_type = MoneyIn, required = false, nullable = false)]
    money_in: Option<Value>,
    /// The category of rows for which nothing else says one.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(nullable = false, min_length = 1, max_length = 60, example = "Uncategorized")]
    category: Option<String>,
}

/// Upload a file
#[utoipa::path(
    post, path = "/api/v1/imports", tag = "Imports", operation_id = "createImport",
    description = "The body is the file, with any content type, at most 20 MiB: CSV, OFX, QFX, QIF, MT940 or CAMT. Nothing \
        is written before the import is confirmed.",
    params(NameQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream",
        example = json!("Date,Description,Amount\r\n2026-10-23,Lunch,-12.50\r\n")),
    responses(
        (status = 201, description = "The import", body = ImportJson,
            headers(("Location" = String, description = "Its address"))),
        (status = 422, description = "The file can't be read"),
    ),
)]
pub async fn create(req: HttpRequest, state: State, user: ApiUser<Editor>) -> Result<HttpResponse, AppError> {
    let query = Fields::of_query(&req)?;
    let _lock = state.upload_locks.lock(&user.id.0.to_string()).await;
    let file = body::file(&req).await?;
    let importer = Importer::of(&user);
    let import = drafts::create(&state, importer, query.get("name"), file.content.into()).await?;
    let list = user.user().api_address(&state.site.settings, "/imports");
    Ok(HttpResponse::Created()
        .insert_header((header::LOCATION, format!("{list}/{}", import.id)))
        .json(ImportJson::new(import)?))
}

/// Show an import
#[utoipa::path(
    get, path = "/api/v1/imports/{id}", tag = "Imports", operation_id = "showImport",
    params(ImportPath),
    responses(
        (status = 200, description = "The import", body = ImportJson),
        (status = 404, description = "Import not found"),
    ),
)]
pub async fn show(state: State, user: ApiUser, id: PathId) -> Result<HttpResponse, AppError> {
    let (owner, id) = (user.book, parse_id(&id)?);
    let found = state.db.read(owner, move |conn| import::find(conn, owner, id));
    answer(found.await?)
}

/// Change how a file is read, or the category of money in
#[utoipa::path(
    patch, path = "/api/v1/imports/{id}", tag = "Imports", operation_id = "updateImport",
    description = "`read_as` reads the file again; choices for single rows are forgotten.",
    params(ImportPath),
    request_body = ImportChange,
    responses(
        (status = 200, description = "The import", body = ImportJson),
        (status = 404, description = "Import not found"),
        (status = 409, description = "The import is confirmed, or has changed in the meantime"),
    ),
)]
pub async fn update(
    state: State,
    user: ApiUser<Editor>,
    id: PathId,
    sent: JsonBody,
) -> Result<HttpResponse, AppError> {
    let (owner, id) = (user.book, parse_id(&id)?);
    let draft = state
        .db
        .read(owner, move |conn| find_draft(conn, owner, id))
        .await?;
    let wanted: ImportChange = sent.parse()?;
    let change = Change {
        choices: wanted
            .read_as
            .map(|read_as| merged_choices(&draft, read_as))
            .transpose()?,
        money_in: wanted
            .money_in
            .map(|sent| Ok::<_, AppError>(MoneyIn::parse(sent)?.category()))
            .transpose()?,
        category: wanted.category,
    };
    answer(drafts::change(&state, Importer::of(&user), id, change).await?)
}

/// Delete an import that is not confirmed
#[utoipa::path(
    delete, path = "/api/v1/imports/{id}", tag = "Imports", operation_id = "deleteImport",
    params(ImportPath),
    responses(
        (status = 204, description = "Deleted, with its file"),
        (status = 404, description = "Import not found"),
        (status = 409, description = "The import is confirmed"),
    ),
)]
pub async fn delete(state: State, user: ApiUser<Editor>, id: PathId) -> Result<HttpResponse, AppError> {
    drafts::delete(&state, Importer::of(&user), parse_id(&id)?).await?;
    Ok(HttpResponse::NoContent().finish())
}
