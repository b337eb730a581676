//! The API calls for the list of expenses, and for a new expense.

use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::ToSchema;

use super::tagged::Presenter;
use crate::accounts::access::Editor;
use crate::accounts::bearer::ApiUser;
use crate::api::idempotency::{self, Answer, IdempotencyKey};
use crate::api::json_body::JsonBody;
use crate::api::query;
use crate::api::schemas::{FilterQuery, KindQuery, PageQuery, PeriodQuery, RetryHeader};
use crate::books::people::People;
use crate::db::{Conn, TxScope};
use crate::error::AppError;
use crate::expenses::cursor::Cursor;
use crate::expenses::json::{ExpenseJson, NewExpenseJson, read_new};
use crate::ledger::category::Categories;
use crate::ledger::filter::Filter;
use crate::ledger::kinds::Kinds;
use crate::ledger::page_position::PagePosition;
use crate::ledger::selection::Selection;
use crate::ledger::write;
use crate::period::Unit;
use crate::state::State;
use crate::web::fields::Fields;

/// Rows of a page of the list without the parameter `limit`.
const DEFAULT_LIMIT: i64 = 50;
/// The most rows of a page of the list.
const MAX_LIMIT: i64 = 500;

/// A page of the list.
#[derive(Debug, Serialize, ToSchema)]
struct ExpenseList {
    items: Vec<ExpenseJson>,
    /// The `cursor` of the next page; `null` at the end.
    #[schema(required = true, example = "ZAAAAAAAJYs_A3mGqR5zgAA1x8Gf0Vrhcw")]
    next_cursor: Option<String>,
}

/// List expenses, newest first
#[utoipa::path(
    get, path = "/api/v1/expenses", tag = "Expenses", operation_id = "listExpenses",
    description = "All of them, a page at a time: as long as `next_cursor` is not `null`, ask again with it as `cursor`. \
        New expenses in between shift nothing.",
    params(PeriodQuery, KindQuery, FilterQuery, PageQuery),
    responses((status = 200, description = "A page of the list", body = ExpenseList)),
)]
pub async fn list(req: HttpRequest, state: State, user: ApiUser) -> Result<HttpResponse, AppError> {
    let query = query::read(&req)?;
    let filter = Filter::read(&query, &user, Unit::All)?.or_kind(Kinds::All);
    let limit = read_limit(&query)?;
    let position = match query.non_empty("cursor") {
        None => PagePosition::Start,
        Some(text) => Cursor::read(&text, &state.site.signer)
            .map(Cursor::after)
            .ok_or_else(|| {
                AppError::BadRequest(
                    "“cursor” is not one that this list has given out. Start without it.".to_owned(),
                )
            })?,
    };
    let (owner, presenter) = (user.book, Presenter::of(&user));
    let found = state.db.read(owner, move |conn| {
        let categories = Categories::of(conn, owner)?;
        let mut rows = Selection::new(owner, &filter, &categories).page(conn, position, limit + 1)?;
        // The extra row means that there is a next page.
        let more = i64::try_from(rows.len()).is_ok_and(|count| count > limit);
        if more {
            rows.pop();
        }
        let last = rows.last().filter(|_| more).map(Cursor::of);
        let with_category = rows.into_iter().map(|row| {
            let category = categories.get(row.category_id).ok_or(AppError::NotFound)?;
            Ok((row, category.into()))
        });
        let rows: Vec<_> = with_category.collect::<Result<_, AppError>>()?;
        Ok((presenter.show(conn, rows)?, last))
    });
    let (items, last) = found.await?;
    let next_cursor = last.map(|cursor| cursor.sign(&state.site.signer));
    Ok(HttpResponse::Ok().json(ExpenseList { items, next_cursor }))
}

fn read_limit(query: &Fields) -> Result<i64, AppError> {
    let Some(text) = query.non_empty("limit") else {
        return Ok(DEFAULT_LIMIT);
    };
    text.parse()
        .ok()
        .filter(|limit| (1..=MAX_LIMIT).contains(limit))
        .ok_or_else(|| AppError::BadRequest(format!("“limit” is a whole number from 1 to {MAX_LIMIT}.")))
}

/// Add an expense
#[utoipa::path(
    post, path = "/api/v1/expenses", tag = "Expenses", operation_id = "addExpense",
    params(RetryHeader),
    request_body = NewExpenseJson,
    responses(
        (status = 201, description = "The expense", body = ExpenseJson, headers(
            ("Location" = String, description = "Its address"),
            ("ETag" = String, description = "Its version, for If-Match"),
        )),
        (status = 409, description = "The currency of the book was changed meanwhile"),
    ),
)]
pub async fn create(
    state: State,
    user: ApiUser<Editor>,
    key: IdempotencyKey,
    sent: JsonBody,
) -> Result<HttpResponse, AppError> {
    let object = sent.object()?;
    let once = key.over(user.id, user.book, || object.fingerprint("POST /expenses"))?;
    let new = read_new(object, user.today, &user.preferences).map_err(AppError::Invalid)?;
    let (owner, context, presenter) = (user.book, user.write_context(&state), Presenter::of(&user));
    let list = user.api_address(&state.site.settings, "/expenses");
    let shown_by = presenter.clone();
    let work = move |conn: &mut Conn| {
        let made = write::create(conn, owner, &new, None, &context)?;
        Ok((made, presenter.people(conn)?))
    };
    let answer = move |(made, people): (_, People)| {
        let made = shown_by.tag(made, &people)?;
        let location = format!("{list}/{}", made.id);
        Ok(Answer::created(made.body).at(location, made.tag))
    };
    idempotency::write(&state, user.writable(), TxScope::Shared, once, work, answer).await
}
