//! The API's calls for expenses: the list, one of them, many at once, the trash, the export.

use actix_web::http::header;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use serde::Serialize;

use super::cursor::Cursor;
use super::export;
use super::filter::{Filter, Place, Selection};
use super::form::{AmountStyle, RawExpense};
use super::json::ExpenseJson;
use super::model::{self, Expense, NewExpense};
use super::pages::parse_id;
use crate::accounts::preferences::Preferences;
use crate::api::bearer::ApiUser;
use crate::api::etag::{self, IfMatch};
use crate::api::sent::{Object, Sent};
use crate::app::State;
use crate::categories::model::{self as categories, Categories};
use crate::error::{AppError, FieldErrors};
use crate::money::Currency;
use crate::period::Unit;
use crate::web::fields::Fields;

/// Rows of a page of the list that does not say how many it wants.
const USUAL_LIMIT: i64 = 50;
/// The most rows of a page of the list.
const MOST: i64 = 500;
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

#[derive(Debug, Serialize)]
struct ExpenseList {
    items: Vec<ExpenseJson>,
    next_cursor: Option<String>,
}

/// `GET /expenses`
pub async fn list(req: HttpRequest, state: State, user: ApiUser) -> Result<HttpResponse, AppError> {
    let query = Fields::of_query(&req)?;
    let filter = Filter::read(&query, &user.preferences, user.today, Unit::All)?;
    let limit = read_limit(&query)?;
    let place = match query.given("cursor") {
        None => Place::Start,
        Some(text) => Cursor::read(&text, &state.signer)
            .map(Cursor::after)
            .ok_or_else(|| {
                AppError::BadRequest(
                    "“cursor” is not one that this list has given out. Start without it.".to_owned(),
                )
            })?,
    };
    let owner = user.id;
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
    let next_cursor = last.map(|row| Cursor::of(row).sign(&state.signer));
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
    let Some(text) = query.given("limit") else {
        return Ok(USUAL_LIMIT);
    };
    text.parse()
        .ok()
        .filter(|limit| (1..=MOST).contains(limit))
        .ok_or_else(|| AppError::BadRequest(format!("“limit” is a whole number from 1 to {MOST}.")))
}

/// One expense with its `ETag`, under the status that `response` has.
fn one(
    mut response: HttpResponseBuilder,
    (row, category): (Expense, String),
    currency: Currency,
) -> HttpResponse {
    response
        .insert_header((header::ETAG, etag::of(row.version)))
        .json(ExpenseJson::new(row, category, currency))
}

fn read_new(mut object: Object, user: &ApiUser) -> Result<NewExpense, FieldErrors> {
    let raw = RawExpense::of_json(&mut object, user.today);
    object.finish(raw.check(&user.preferences, AmountStyle::Plain))
}

/// `POST /expenses`
pub async fn create(state: State, user: ApiUser, sent: Sent) -> Result<HttpResponse, AppError> {
    let new = read_new(sent.object()?, &user).map_err(AppError::Invalid)?;
    let (owner, pen) = (user.id, state.pen());
    let made = state
        .db
        .write(owner, move |conn| model::create(conn, owner, &new, None, &pen))
        .await?;
    let mut response = HttpResponse::Created();
    response.insert_header((
        header::LOCATION,
        format!("{}/api/v1/expenses/{}", state.settings.base_path(), made.0.id),
    ));
    Ok(one(response, made, user.preferences.currency))
}

#[derive(Debug, Serialize)]
struct CreatedList {
    items: Vec<Created>,
}

#[derive(Debug, Serialize)]
struct Created {
    id: String,
}

/// `POST /expenses/batch`
pub async fn create_batch(state: State, user: ApiUser, sent: Sent) -> Result<HttpResponse, AppError> {
    let mut object = sent.object()?;
    let (mut all, mut errors) = (Vec::new(), FieldErrors::default());
    for item in object.objects("items", MOST_IN_BATCH) {
        match read_new(item, &user) {
            Ok(new) => all.push(new),
            Err(wrong) => errors.0.extend(wrong.0),
        }
    }
    if let Err(wrong) = object.finish(Ok(())) {
        errors.0.extend(wrong.0);
    }
    if !errors.is_empty() {
        return Err(AppError::Invalid(errors));
    }
    let (owner, pen) = (user.id, state.pen());
    let ids = state
        .db
        .write(owner, move |conn| model::create_many(conn, owner, &all, &pen))
        .await?;
    let items = ids.into_iter().map(|id| Created { id: id.to_string() });
    Ok(HttpResponse::Created().json(CreatedList {
        items: items.collect(),
    }))
}

/// `GET /expenses/{id}`
pub async fn show(state: State, user: ApiUser, id: web::Path<String>) -> Result<HttpResponse, AppError> {
    let (owner, id) = (user.id, parse_id(&id)?);
    let found = state.db.read(owner, move |conn| {
        let row = model::find(conn, owner, id)?;
        let category = categories::name_of(conn, owner, row.category_id)?;
        Ok((row, category))
    });
    Ok(one(HttpResponse::Ok(), found.await?, user.preferences.currency))
}

/// `PATCH /expenses/{id}`
pub async fn update(
    state: State,
    user: ApiUser,
    id: web::Path<String>,
    condition: IfMatch,
    sent: Sent,
) -> Result<HttpResponse, AppError> {
    let object = sent.object()?;
    let (owner, id, pen) = (user.id, parse_id(&id)?, state.pen());
    let preferences = user.preferences.clone();
    let changed = state.db.write(owner, move |conn| {
        let row = model::find(conn, owner, id)?;
        condition.check(row.version)?;
        let category = categories::name_of(conn, owner, row.category_id)?;
        let new = changed(object, &row, &category, &preferences).map_err(AppError::Invalid)?;
        model::update(conn, owner, id, &new, None, &pen)
    });
    Ok(one(HttpResponse::Ok(), changed.await?, user.preferences.currency))
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

/// `DELETE /expenses/{id}`
pub async fn delete(
    state: State,
    user: ApiUser,
    id: web::Path<String>,
    condition: IfMatch,
) -> Result<HttpResponse, AppError> {
    let (owner, id, now) = (user.id, parse_id(&id)?, state.clock.now());
    let deleted = state.db.write(owner, move |conn| {
        if condition.is_given() {
            condition.check(model::find(conn, owner, id)?.version)?;
        }
        model::trash_once(conn, owner, id, now)
    });
    deleted.await?;
    Ok(HttpResponse::NoContent().finish())
}

/// `POST /expenses/{id}/restore`
pub async fn restore(state: State, user: ApiUser, id: web::Path<String>) -> Result<HttpResponse, AppError> {
    let (owner, id) = (user.id, parse_id(&id)?);
    let restored = state.db.write(owner, move |conn| {
        let row = model::restore(conn, owner, id)?;
        let category = categories::name_of(conn, owner, row.category_id)?;
        Ok((row, category))
    });
    Ok(one(
        HttpResponse::Ok(),
        restored.await?,
        user.preferences.currency,
    ))
}

/// `GET /expenses.csv`
pub async fn csv(req: HttpRequest, state: State, user: ApiUser) -> Result<HttpResponse, AppError> {
    export::stream(&state, &user.0, &Fields::of_query(&req)?).await
}
