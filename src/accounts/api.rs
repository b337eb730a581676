//! The API's calls for accounts.

use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::ToSchema;

use super::authenticate;
use super::bearer::TokenOwner;
use super::preferences::Preferences;
use super::registration::{Door, Registration, must_be_open};
use super::session_cookie::{Kind, TOKEN_SECONDS};
use crate::api::answer::moment;
use crate::api::json_body::JsonBody;
use crate::api::schemas::{Credentials as CredentialsSchema, NewAccount};
use crate::error::AppError;
use crate::state::State;

/// Relative to `/api/v1`.
pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(web::resource("/auth/register").post(register))
        .service(web::resource("/auth/token").post(token))
        .service(web::resource("/me").get(me));
}

struct Credentials {
    email: String,
    password: String,
}

impl Credentials {
    fn read(body: &JsonBody) -> Result<Self, AppError> {
        let mut object = body.object()?;
        let credentials = Self {
            email: object.text("email"),
            password: object.text("password"),
        };
        object.finish(Ok(credentials)).map_err(AppError::Invalid)
    }
}

/// A new account.
#[derive(Debug, Serialize, ToSchema)]
struct Registered {
    #[schema(example = "250322420353732608")]
    id: String,
    #[schema(example = "name@example.com")]
    email: String,
}

/// Create an account
#[utoipa::path(
    post, path = "/api/v1/auth/register", tag = "Accounts", operation_id = "register",
    request_body = NewAccount,
    responses(
        (status = 201, description = "The account was created; get a token next", body = Registered),
        (status = 403, description = "Registration is closed on this server"),
        (status = 409, description = "There is already an account with this email"),
        (status = 429, description = "Too many attempts, or too many new accounts from this client address"),
    ),
    security(()),
)]
pub(super) async fn register(
    req: HttpRequest,
    state: State,
    body: JsonBody,
) -> Result<HttpResponse, AppError> {
    must_be_open(&state)?;
    let Credentials { email, password } = Credentials::read(&body)?;
    let registration = Registration {
        email,
        password,
        preferences: Preferences::default(),
        door: Door::Open,
    };
    let user = registration.create_for(&req, &state).await?;
    Ok(HttpResponse::Created().json(Registered {
        id: user.id.to_string(),
        email: user.email,
    }))
}

/// A session token.
#[expect(clippy::struct_field_names, reason = "OAuth 2 names the fields")]
#[derive(Debug, Serialize, ToSchema)]
struct Token {
    /// The value for `Authorization: Bearer`.
    #[schema(example = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIyNSJ9.c2lnbmF0dXJl")]
    access_token: String,
    #[schema(example = "bearer")]
    token_type: &'static str,
    /// Seconds.
    #[schema(example = 2_592_000)]
    expires_in: i64,
}

/// Get a token with email and password
#[utoipa::path(
    post, path = "/api/v1/auth/token", tag = "Accounts", operation_id = "getToken",
    description = "The settings page lists the token as a session. Signing it out there or changing the password ends it.",
    request_body = CredentialsSchema,
    responses(
        (status = 200, description = "The token", body = Token),
        (status = 401, description = "Email and password don't match"),
        (status = 429, description = "Too many failures"),
    ),
    security(()),
)]
pub(super) async fn token(req: HttpRequest, state: State, body: JsonBody) -> Result<HttpResponse, AppError> {
    let Credentials { email, password } = Credentials::read(&body)?;
    let signed_in = authenticate::sign_in(&req, &state, &email, &password, Kind::Api).await;
    let (_, access_token) = signed_in.map_err(|error| match error {
        // A page shows this error above the form. Here it is the whole response.
        AppError::Invalid(errors) => match errors.of("form") {
            Some(message) => AppError::Unauthorized(message.to_owned()),
            None => AppError::Invalid(errors),
        },
        other => other,
    })?;
    Ok(HttpResponse::Ok().json(Token {
        access_token,
        token_type: "bearer",
        expires_in: TOKEN_SECONDS,
    }))
}

/// An account and its preferences.
#[derive(Debug, Serialize, ToSchema)]
struct Me {
    #[schema(example = "250322420353732608")]
    id: String,
    #[schema(example = "name@example.com")]
    email: String,
    /// ISO 4217.
    #[schema(example = "USD")]
    currency: &'static str,
    /// IANA.
    #[schema(example = "Europe/Berlin")]
    timezone: String,
    /// BCP 47.
    #[schema(example = "en-US")]
    locale: String,
    /// `monday`, `sunday` or `saturday`.
    #[schema(pattern = "^(monday|sunday|saturday)$", example = "monday")]
    week_start: &'static str,
    /// 1 to 28.
    #[schema(minimum = 1, maximum = 28, example = 1)]
    month_start: u8,
    #[schema(format = DateTime, example = "2026-11-22T08:15:30.000000Z")]
    created_at: String,
    /// The books that the token gives access to: all books of the person, or the one of an API token.
    books: Vec<MyBook>,
}

#[derive(Debug, Serialize, ToSchema)]
struct MyBook {
    /// For the addresses under `/api/v1/b/{id}`.
    #[schema(example = "250322420353732608")]
    id: String,
    #[schema(example = "Personal")]
    name: String,
    /// ISO 4217.
    #[schema(example = "USD")]
    currency: &'static str,
    #[schema(pattern = "^(owner|editor|viewer)$", example = "owner")]
    role: &'static str,
}

/// Show the current account
#[utoipa::path(
    get, path = "/api/v1/me", tag = "Accounts", operation_id = "showAccount",
    description = "Currency and month start are those of the own book; with an API token, those of the token's book.",
    responses((status = 200, description = "The account and its preferences", body = Me)),
)]
pub(super) async fn me(TokenOwner(user): TokenOwner) -> HttpResponse {
    let preferences = &user.preferences;
    HttpResponse::Ok().json(Me {
        id: user.id.0.to_string(),
        email: user.email.clone(),
        currency: preferences.currency.code(),
        timezone: preferences.timezone.name().to_owned(),
        locale: preferences.locale.tag().to_owned(),
        week_start: preferences.calendar.week_start().as_str(),
        month_start: preferences.calendar.month_start(),
        created_at: moment(user.created_at),
        books: user
            .books
            .iter()
            .map(|book| MyBook {
                id: book.id.0.to_string(),
                name: book.name.clone(),
                currency: book.currency.code(),
                role: book.role.name(),
            })
            .collect(),
    })
}
