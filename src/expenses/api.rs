//! The API's calls for expenses: the list, one of them, many at once, the trash, the export.

use actix_web::http::header;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::ToSchema;

use super::cursor::Cursor;
use super::export;
use super::form::{AmountStyle, RawExpense};
use super::json::ExpenseJson;
use crate::accounts::bearer::ApiUser;
use crate::accounts::preferences::Preferences;
use crate::api::etag::{self, IfMatch};
use crate::api::idempotency::{self, Answer, IdempotencyKey};
use crate::api::json_body::{JsonBody, Object};
use crate::api::query;
use crate::api::schemas::{
    ConditionHeader, ExpenseChange, ExpensePath, FilterQuery, NewExpense as NewExpenseSchema, NewExpenses,
    PageQuery, PeriodQuery, RetryHeader,
};
use crate::db::{BookId, Conn, TxScope};
use crate::error::{AppError, FieldErrors};
use crate::ledger::category::{self as categories, Categories};
use crate::ledger::expense::{self, Expense, NewExpense};
use crate::ledger::filter::Filter;
use crate::ledger::page_position::PagePosition;
use crate::ledger::selection::Selection;
use crate::ledger::write;
use crate::money::Currency;
use crate::period::Unit;
use crate::state::State;
use crate::web::fields::Fields;
use crate::web::path_id::parse_id;

/// Rows of a page of the list without the parameter `limit`.
const USUAL_LIMIT: i64 = 50;
/// The most rows of a page of the list.
const MAX_BATCH_ITEMS: i64 = 500;
/// The most expenses of a batch.
const MOST_IN_BATCH: usize = 1_000;

/// The addresses of these calls, under `/api/v1`.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(web::resource("/expenses").get(list).post(create))
        .service(web::resource("/expenses.csv").get(csv))
        .service(web::resource("/expenses/batch").post(create_batch))
        .service(web::resource("/expenses/{id}/restore").post(restore))
        .service(
            web::resource("/expenses/{id}")
                .get(show)
                .patch(update)
                .delete(delete),
        );
}

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
    params(PeriodQuery, FilterQuery, PageQuery),
    responses((status = 200, description = "A page of the list", body = ExpenseList)),
)]
pub async fn list(req: HttpRequest, state: State, user: ApiUser) -> Result<HttpResponse, AppError> {
    let query = query::read(&req)?;
    let filter = Filter::read(&query, &user.preferences, user.today, Unit::All)?;
    let limit = read_limit(&query)?;
    let place = match query.non_empty("cursor") {
        None => PagePosition::Start,
        Some(text) => Cursor::read(&text, &state.site.signer)
            .map(Cursor::after)
            .ok_or_else(|| {
                AppError::BadRequest(
                    "“cursor” is not one that this list has given out. Start without it.".to_owned(),
                )
            })?,
    };
    let owner = user.book;
    let found = state.db.read(owner, move |conn| {
        let categories = Categories::of(conn, owner)?;
        let rows = Selection::new(owner, &filter, &categories).page(conn, place, limit + 1)?;
        Ok((categories, rows))
    });
    let (categories, mut rows) = found.await?;
    // The row too many tells that there is a next page.
    let more = i64::try_from(rows.len()).is_ok_and(|count| count > limit);
    if more {
        rows.pop();
    }
    let last = rows.last().filter(|_| more);
    let next_cursor = last.map(|row| Cursor::of(row).sign(&state.site.signer));
    let currency = user.preferences.currency;
    let items = rows.into_iter().map(|row| {
        let category = categories.name(row.category_id).to_owned();
        ExpenseJson::new(row, category, currency)
    });
    Ok(HttpResponse::Ok().json(ExpenseList {
        items: items.collect(),
        next_cursor,
    }))
}

fn read_limit(query: &Fields) -> Result<i64, AppError> {
    let Some(text) = query.non_empty("limit") else {
        return Ok(USUAL_LIMIT);
    };
    text.parse()
        .ok()
        .filter(|limit| (1..=MAX_BATCH_ITEMS).contains(limit))
        .ok_or_else(|| {
            AppError::BadRequest(format!("“limit” is a whole number from 1 to {MAX_BATCH_ITEMS}."))
        })
}

/// An expense as it is shown, with its tag.
fn tagged((row, category): (Expense, String), currency: Currency) -> Result<(ExpenseJson, String), AppError> {
    let version = row.version;
    let shown = ExpenseJson::new(row, category, currency);
    let tag = etag::of(version, &shown)?;
    Ok((shown, tag))
}

/// `found` again, if the condition of the request holds for it; without one no tag is made.
fn hold(
    condition: &IfMatch,
    found: (Expense, String),
    currency: Currency,
) -> Result<(Expense, String), AppError> {
    if condition.is_given() {
        let (_, tag) = tagged(found.clone(), currency)?;
        condition.check(&tag)?;
    }
    Ok(found)
}

/// One expense with its `ETag`.
fn one(found: (Expense, String), currency: Currency) -> Result<HttpResponse, AppError> {
    let (shown, tag) = tagged(found, currency)?;
    Ok(HttpResponse::Ok().insert_header((header::ETAG, tag)).json(shown))
}

/// One expense that is not in the trash, with its category's name.
fn find(conn: &mut Conn, owner: BookId, id: i64) -> Result<(Expense, String), AppError> {
    let row = expense::find(conn, owner, id)?;
    let category = categories::name_of(conn, owner, row.category_id)?;
    Ok((row, category))
}

fn read_new(mut object: Object, user: &ApiUser) -> Result<NewExpense, FieldErrors> {
    let raw = RawExpense::of_json(&mut object, user.today);
    object.finish(raw.check(&user.preferences, AmountStyle::Plain))
}

/// Add an expense
#[utoipa::path(
    post, path = "/api/v1/expenses", tag = "Expenses", operation_id = "addExpense",
    params(RetryHeader),
    request_body = NewExpenseSchema,
    responses((status = 201, description = "The expense", body = ExpenseJson, headers(
        ("Location" = String, description = "Its address"),
        ("ETag" = String, description = "Its version, for If-Match"),
    ))),
)]
pub async fn create(
    state: State,
    user: ApiUser,
    key: IdempotencyKey,
    sent: JsonBody,
) -> Result<HttpResponse, AppError> {
    let object = sent.object()?;
    let once = key.over(|| object.fingerprint("POST /expenses"))?;
    let new = read_new(object, &user).map_err(AppError::Invalid)?;
    let (owner, context, currency) = (user.book, state.write_context(), user.preferences.currency);
    let list = format!("{}/api/v1/expenses", BASE);
    let work = move |conn: &mut Conn| write::create(conn, owner, &new, None, &context);
    let answer = move |made: (Expense, String)| {
        let location = format!("{list}/{}", made.0.id);
        let (shown, tag) = tagged(made, currency)?;
        Ok(Answer::created(&shown)?.at(location, tag))
    };
    idempotency::write(&state, owner, TxScope::Shared, once, work, answer).await
}

/// Ids in the order sent.
#[derive(Debug, Serialize, ToSchema)]
struct CreatedList {
    items: Vec<Created>,
}

/// What was made.
#[derive(Debug, Serialize, ToSchema)]
struct Created {
    #[schema(example = "250322420521504768")]
    id: String,
}

/// Add up to 1,000 expenses, all or none
#[utoipa::path(
    post, path = "/api/v1/expenses/batch", tag = "Expenses", operation_id = "addExpenses",
    description = "An error names the item by its place, counted from 0: `items[3].amount`.",
    params(RetryHeader),
    request_body = NewExpenses,
    responses((status = 201, description = "Their ids, in the same order", body = CreatedList)),
)]
pub async fn create_batch(
    state: State,
    user: ApiUser,
    key: IdempotencyKey,
    sent: JsonBody,
) -> Result<HttpResponse, AppError> {
    let mut object = sent.object()?;
    let once = key.over(|| object.fingerprint("POST /expenses/batch"))?;
    let (mut all, mut errors) = (Vec::new(), FieldErrors::default());
    for item in object.objects("items", MOST_IN_BATCH) {
        match read_new(item, &user) {
            Ok(new) => all.push(new),
            Err(wrong) => errors.extend(wrong),
        }
    }
    if let Err(wrong) = object.finish(Ok(())) {
        errors.extend(wrong);
    }
    if !errors.is_empty() {
        return Err(AppError::Invalid(errors));
    }
    let (owner, context) = (user.book, state.write_context());
    let work = move |conn: &mut Conn| write::create_many(conn, owner, &all, &context);
    let answer = |ids: Vec<i64>| {
        let items = ids.into_iter().map(|id| Created { id: id.to_string() });
        Answer::created(&CreatedList {
            items: items.collect(),
        })
    };
    idempotency::write(&state, owner, TxScope::Own, once, work, answer).await
}

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
pub async fn show(state: State, user: ApiUser, id: web::Path<String>) -> Result<HttpResponse, AppError> {
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
    user: ApiUser,
    id: web::Path<String>,
    condition: IfMatch,
    sent: JsonBody,
) -> Result<HttpResponse, AppError> {
    let object = sent.object()?;
    let (owner, id, context) = (user.book, parse_id(&id)?, state.write_context());
    let preferences = user.preferences.clone();
    let changed = state.db.write(owner, move |conn| {
        let (row, category) = hold(&condition, find(conn, owner, id)?, preferences.currency)?;
        let new = changed(object, &row, &category, &preferences).map_err(AppError::Invalid)?;
        write::update(conn, owner, id, &new, None, &context)
    });
    one(changed.await?, user.preferences.currency)
}

fn changed(
    mut object: Object,
    row: &Expense,
    category: &str,
    preferences: &Preferences,
) -> Result<NewExpense, FieldErrors> {
    let raw = RawExpense::of_change(&mut object, row, category, preferences.currency);
    object.finish(raw.check(preferences, AmountStyle::Plain))
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
    user: ApiUser,
    id: web::Path<String>,
    condition: IfMatch,
) -> Result<HttpResponse, AppError> {
    let (owner, id, now) = (user.book, parse_id(&id)?, state.clock.now());
    let currency = user.preferences.currency;
    let deleted = state.db.write(owner, move |conn| {
        if condition.is_given() {
            hold(&condition, find(conn, owner, id)?, currency)?;
        }
        write::trash_once(conn, owner, id, now)
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
pub async fn restore(state: State, user: ApiUser, id: web::Path<String>) -> Result<HttpResponse, AppError> {
    let (owner, id, now) = (user.book, parse_id(&id)?, state.clock.now());
    let restored = state.db.write(owner, move |conn| {
        let row = write::restore(conn, owner, id, now)?;
        let category = categories::name_of(conn, owner, row.category_id)?;
        Ok((row, category))
    });
    one(restored.await?, user.preferences.currency)
}

/// Export expenses as CSV
#[utoipa::path(
    get, path = "/api/v1/expenses.csv", tag = "Expenses", operation_id = "exportExpenses",
    description = "UTF-8 with BOM, RFC 4180, newest first, streamed. An apostrophe stands before what a spreadsheet would run.",
    params(PeriodQuery, FilterQuery),
    responses(
        (status = 200, description = "The file", body = String, content_type = "text/csv; charset=utf-8",
            headers(("Content-Disposition" = String, description = "The file's name")),
            example = json!("id,date,amount,currency,category,description\r\n")),
        (status = 429, description = "Four exports of this account are running already, or 64 in all"),
    ),
)]
pub async fn csv(req: HttpRequest, state: State, user: ApiUser) -> Result<HttpResponse, AppError> {
    export::stream(&state, &user.0, &query::read(&req)?).await
}
