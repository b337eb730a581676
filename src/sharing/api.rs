//! The API's calls for a book.

use actix_web::HttpResponse;
use actix_web::web::{self, ServiceConfig};
use serde::Serialize;
use utoipa::ToSchema;

use super::settings::{self, Sent};
use crate::accounts::access::{Access, BookOwner};
use crate::accounts::bearer::ApiUser;
use crate::accounts::current::CurrentUser;
use crate::api::json_body::JsonBody;
use crate::api::schemas::BookChange;
use crate::books::member;
use crate::error::AppError;
use crate::state::State;

/// The addresses of these calls, under `/api/v1` and `/api/v1/b/{book}`.
pub fn routes(config: &mut ServiceConfig) {
    config.service(web::resource("/book").get(show).patch(update));
}

#[derive(Debug, Serialize, ToSchema)]
struct BookJson {
    #[schema(example = "250322420353732608")]
    id: String,
    #[schema(example = "Household")]
    name: String,
    /// ISO 4217.
    #[schema(example = "USD")]
    currency: &'static str,
    /// 1 to 28.
    #[schema(minimum = 1, maximum = 28, example = 1)]
    month_start: u8,
    /// What the owner of the token may do: `owner`, `editor` or `viewer`.
    #[schema(pattern = "^(owner|editor|viewer)$", example = "owner")]
    role: &'static str,
    members: Vec<MemberJson>,
}

#[derive(Debug, Serialize, ToSchema)]
struct MemberJson {
    /// The id of the person.
    #[schema(example = "250322420353732608")]
    id: String,
    #[schema(example = "Sam")]
    name: String,
    #[schema(pattern = "^(owner|editor|viewer)$", example = "editor")]
    role: &'static str,
}

/// Show the book: its settings and members
#[utoipa::path(
    get, path = "/api/v1/book", tag = "Books", operation_id = "showBook",
    responses((status = 200, description = "The book", body = BookJson)),
)]
pub(super) async fn show(state: State, user: ApiUser) -> Result<HttpResponse, AppError> {
    answer(&state, user.user()).await
}

/// Change the settings of the book (owners only)
#[utoipa::path(
    patch, path = "/api/v1/book", tag = "Books", operation_id = "updateBook",
    description = "Members that are left out keep their values. A currency with another number of decimals is refused while \
        the book has expenses.",
    request_body = BookChange,
    responses(
        (status = 200, description = "The book", body = BookJson),
        (status = 403, description = "The person of the token isn't an owner of the book"),
    ),
)]
pub(super) async fn update(
    state: State,
    user: ApiUser<BookOwner>,
    sent: JsonBody,
) -> Result<HttpResponse, AppError> {
    let mut object = sent.object()?;
    let sent = Sent {
        name: object.text_if_given("name"),
        currency: object.text_if_given("currency"),
        month_start: object.integer_if_given("month_start").map(|day| day.to_string()),
    };
    let sent = object.finish(Ok(sent)).map_err(AppError::Invalid)?;
    let changed = settings::save(&state, &user, sent).await?;
    answer(&state, changed.user()).await
}

async fn answer(state: &State, user: &CurrentUser) -> Result<HttpResponse, AppError> {
    let book = user.book;
    let people = state
        .db
        .read(book, move |conn| member::people(conn, book))
        .await?;
    let members = people.into_iter().map(|person| MemberJson {
        id: person.id.0.to_string(),
        name: person.name,
        role: person.role.name(),
    });
    Ok(HttpResponse::Ok().json(BookJson {
        id: book.0.to_string(),
        name: user.book_name.clone(),
        currency: user.preferences.currency.code(),
        month_start: user.preferences.calendar.month_start(),
        role: user.role.name(),
        members: members.collect(),
    }))
}
