//! The API calls for one expense.

use actix_web::HttpResponse;

use super::tagged::{Presenter, find, respond};
use crate::accounts::access::Editor;
use crate::accounts::bearer::ApiUser;
use crate::api::etag::IfMatch;
use crate::api::json_body::JsonBody;
use crate::api::schemas::{ConditionHeader, ExpensePath};
use crate::error::AppError;
use crate::expenses::json::{ExpenseChangeJson, ExpenseJson, read_change};
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
        (status = 404, description = "Not found, in the trash, or not yours"),
    ),
)]
pub async fn show(state: State, user: ApiUser, id: PathId) -> Result<HttpResponse, AppError> {
    let (owner, id) = (user.book, parse_id(&id)?);
    let presenter = Presenter::of(&user);
    let found = state.db.read(owner, move |conn| {
        let found = find(conn, owner, id)?;
        presenter.tagged(conn, found)
    });
    Ok(respond(found.await?))
}

/// Update an expense
#[utoipa::path(
    patch, path = "/api/v1/expenses/{id}", tag = "Expenses", operation_id = "changeExpense",
    params(ExpensePath, ConditionHeader),
    request_body = ExpenseChangeJson,
    responses(
        (status = 200, description = "The expense as it is now", body = ExpenseJson,
            headers(("ETag" = String, description = "Its new version"))),
        (status = 404, description = "Not found, in the trash, or not yours"),
        (status = 409, description = "The currency of the book was changed meanwhile"),
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
    let (owner, id, context) = (user.book, parse_id(&id)?, user.write_context(&state));
    let (preferences, presenter) = (user.preferences.clone(), Presenter::of(&user));
    let changed = state.db.write(user.writable(), move |conn| {
        let found = find(conn, owner, id)?;
        let (row, category) = presenter.check_condition(conn, &condition, found)?;
        let new = read_change(object, &row, &category.name, &preferences).map_err(AppError::Invalid)?;
        let changed = write::update(conn, owner, id, &new, None, &context)?;
        presenter.tagged(conn, changed)
    });
    Ok(respond(changed.await?))
}

/// Move an expense to the trash
#[utoipa::path(
    delete, path = "/api/v1/expenses/{id}", tag = "Expenses", operation_id = "deleteExpense",
    description = "It stays there for 30 days and can be restored.",
    params(ExpensePath, ConditionHeader),
    responses(
        (status = 204, description = "It is in the trash"),
        (status = 404, description = "Not found, already in the trash, or not yours"),
        (status = 412, description = "It is no longer what If-Match names"),
    ),
)]
pub async fn delete(
    state: State,
    user: ApiUser<Editor>,
    id: PathId,
    condition: IfMatch,
) -> Result<HttpResponse, AppError> {
    let (owner, id, context) = (user.book, parse_id(&id)?, user.write_context(&state));
    let presenter = Presenter::of(&user);
    let deleted = state.db.write(user.writable(), move |conn| {
        if condition.is_given() {
            let found = find(conn, owner, id)?;
            presenter.check_condition(conn, &condition, found)?;
        }
        write::trash_once(conn, owner, id, &context)
    });
    deleted.await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Restore an expense
#[utoipa::path(
    post, path = "/api/v1/expenses/{id}/restore", tag = "Expenses", operation_id = "restoreExpense",
    description = "Has no effect if it isn't in the trash.",
    params(ExpensePath),
    responses(
        (status = 200, description = "The expense", body = ExpenseJson,
            headers(("ETag" = String, description = "Its version, for If-Match"))),
        (status = 404, description = "Not found or not yours"),
    ),
)]
pub async fn restore(state: State, user: ApiUser<Editor>, id: PathId) -> Result<HttpResponse, AppError> {
    let (owner, id, context) = (user.book, parse_id(&id)?, user.write_context(&state));
    let presenter = Presenter::of(&user);
    let restored = state.db.write(user.writable(), move |conn| {
        let restored = write::restore(conn, owner, id, &context)?;
        presenter.tagged(conn, restored)
    });
    Ok(respond(restored.await?))
}
