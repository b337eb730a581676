//! The API's calls for accounts: register, get a token, and who the token belongs to.

use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use super::current::{self, Kind, TOKEN_SECONDS};
use super::model;
use super::preferences::Preferences;
use super::sign_in::{self, Registration};
use crate::api::answer::moment;
use crate::api::bearer::ApiUser;
use crate::api::sent::Sent;
use crate::app::State;
use crate::error::AppError;

/// The addresses of these calls, under `/api/v1`.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(web::resource("/auth/register").post(register))
        .service(web::resource("/auth/token").post(token))
        .service(web::resource("/me").get(me));
}

/// An address and a password, as they were sent.
struct Credentials {
    email: String,
    password: String,
}

impl Credentials {
    fn read(sent: &Sent) -> Result<Self, AppError> {
        let mut object = sent.object()?;
        let credentials = Self {
            email: object.text("email"),
            password: object.text("password"),
        };
        object.finish(Ok(credentials)).map_err(AppError::Invalid)
    }
}

#[derive(Debug, Serialize)]
struct Registered {
    id: String,
    email: String,
}

/// `POST /auth/register`
pub async fn register(req: HttpRequest, state: State, sent: Sent) -> Result<HttpResponse, AppError> {
    sign_in::must_be_open(&state)?;
    let Credentials { email, password } = Credentials::read(&sent)?;
    let client = sign_in::guard(&req, &state)?;
    let preferences = Preferences::default();
    let wanted = Registration {
        email,
        password,
        preferences,
    };
    let user = wanted.create(&state).await?;
    state.guard.forgive(client);
    Ok(HttpResponse::Created().json(Registered {
        id: user.id.to_string(),
        email: user.email,
    }))
}

#[derive(Debug, Serialize)]
struct Token {
    access_token: String,
    token_type: &'static str,
    expires_in: i64,
}

/// `POST /auth/token`
pub async fn token(req: HttpRequest, state: State, sent: Sent) -> Result<HttpResponse, AppError> {
    let Credentials { email, password } = Credentials::read(&sent)?;
    let user = sign_in::verify(&req, &state, &email, &password)
        .await
        .map_err(|error| match error {
            // The pages show it above the form; here it is the answer itself.
            AppError::Invalid(errors) => match errors.of("form") {
                Some(wrong) => AppError::Unauthorized(wrong.to_owned()),
                None => AppError::Invalid(errors),
            },
            other => other,
        })?;
    let owner = user.owner();
    let (session, access_token) = current::new_session(&state, &req, owner, Kind::Api);
    state
        .db
        .write(owner, move |conn| model::start_session(conn, &session))
        .await?;
    Ok(HttpResponse::Ok().json(Token {
        access_token,
        token_type: "bearer",
        expires_in: TOKEN_SECONDS,
    }))
}

#[derive(Debug, Serialize)]
struct Me {
    id: String,
    email: String,
    currency: &'static str,
    timezone: String,
    locale: String,
    week_start: &'static str,
    month_start: u8,
    created_at: String,
}

/// `GET /me`
pub async fn me(user: ApiUser) -> HttpResponse {
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
    })
}
