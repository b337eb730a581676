//! The API calls for one expense.

use actix_web::HttpResponse;

use super::tagged::{find, hold, one};
use crate::accounts::access::Editor;
use crate::accounts::bearer::ApiUser;
use crate::api::etag::IfMatch;
use crate::api::json_body::JsonBody;
use crate::api::schemas::{ConditionHeader, ExpenseChange, ExpensePath};
use crate::error::AppError;
use crate::expenses::json::{ExpenseJson, read_change};
use crate::ledger::category as categories;
use crate::ledger::write;
use crate::state::State;
use crate::web::path_id::{PathId, parse_id};

/// Show one expense
#[utoipa::path(
    get, path = "/api/v1/expenses/{id}", tag = "Expenses", operation_id = "showExpense",
    params(ExpensePath),
    responses(
        (status = 200, description = "The expense", body = ExpenseJson,
            headers(("ETag" = String, description = "Its version, for If-Match"))),
        (status = 404, description = "There is none, it is in the trash, or it is somebody else's"),
    ),
)]
pub async fn show(state: State, user: ApiUser, id: PathId) -> Result<HttpResponse, AppError> {
    let (owner, id) = (user.book, parse_id(&id)?);
    let found = state.db.read(owner, move |conn| find(conn, owner, id));
    one(found.await?, user.preferences.currency)
}

/// Change what is given of an expense
#[utoipa::path(
    patch, path = "/api/v1/expenses/{id}", tag = "Expenses", operation_id = "changeExpense",
    params(ExpensePath, ConditionHeader),
    request_body = ExpenseChange,
    responses(
        (status = 200, description = "The expense as it is now", body = ExpenseJson,
            headers(("ETag" = String, description = "Its new version"))),
        (status = 404, description = "There is none, it is in the trash, or it is somebody else's"),
        (status = 412, description = "It is no longer what If-Match names"),
    ),
)]
pub async fn update(
    state: State,
    user: ApiUser<Editor>,
    id: PathId,
    condition: IfMatch,
    sent: JsonBody,
) -> Result<HttpResponse, AppError> {
    let object = sent.object()?;
    let (owner, id, context) = (user.book, parse_id(&id)?, state.write_context(user.id));
    let preferences = user.preferences.clone();
    let changed = state.db.write(user.writable(), move |conn| {
        let (row, category) = hold(&condition, find(conn, owner, id)?, preferences.currency)?;
        let new = read_change(object, &row, &category, &preferences).map_err(AppError::Invalid)?;
        write::update(conn, owner, id, &new, None, &context)
    });
    one(changed.await?, user.preferences.currency)
}

/// Move an expense to the trash
#[utoipa::path(
    delete, path = "/api/v1/expenses/{id}", tag = "Expenses", operation_id = "deleteExpense",
    description = "It stays there for 30 days and can be restored.",
    params(ExpensePath, ConditionHeader),
    responses(
        (status = 204, description = "It is in the trash"),
        (status = 404, description = "There is none, it is in the trash already, or it is somebody else's"),
        (status = 412, description = "It is no longer what If-Match names"),
    ),
)]
pub async fn delete(
    state: State,
    user: ApiUser<Editor>,
    id: PathId,
    condition: IfMatch,
) -> Result<HttpResponse, AppError> {
    let (owner, id, context) = (user.book, parse_id(&id)?, state.write_context(user.id));
    let currency = user.preferences.currency;
    let deleted = state.db.write(user.writable(), move |conn| {
        if condition.is_given() {
            hold(&condition, find(conn, owner, id)?, currency)?;
        }
        write::trash_once(conn, owner, id, &context)
    });
    deleted.await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Take an expense out of the trash
#[utoipa::path(
    post, path = "/api/v1/expenses/{id}/restore", tag = "Expenses", operation_id = "restoreExpense",
    description = "One that is not in the trash is answered alike.",
    params(ExpensePath),
    responses(
        (status = 200, description = "The expense", body = ExpenseJson,
            headers(("ETag" = String, description = "Its version, for If-Match"))),
        (status = 404, description = "There is none, or it is somebody else's"),
    ),
)]
pub async fn restore(state: State, user: ApiUser<Editor>, id: PathId) -> Result<HttpResponse, AppError> {
    let (owner, id, context) = (user.book, parse_id(&id)?, state.write_context(user.id));
    let restored = state.db.write(user.writable(), move |conn| {
        let row = write::restore(conn, owner, id, &context)?;
        let category = categories::name_of(conn, owner, row.category_id)?;
        Ok((row, category))
    });
    one(restored.await?, user.preferences.currency)
}
