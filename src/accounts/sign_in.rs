//! Register, sign in, sign out.

use std::net::IpAddr;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};

use super::current::{self, CurrentUser, Kind};
use super::email::Email;
use super::model::{self, User};
use super::preferences::Preferences;
use super::view::{LoginPage, RegisterPage};
use crate::clock::TimeZone;
use crate::crypto::phc::Verdict;
use crate::error::{AppError, FieldErrors};
use crate::locale::Locale;
use crate::state::State;
use crate::web::fields::{self, Fields};
use crate::web::flash::{self, Notice};
use crate::web::page::{answer, go_to};
use crate::web::view::{Field, Nav, Status};
use crate::web::{chrome, client_addr};

/// What a sign-in that failed is told, whichever of the two was wrong.
const WRONG: &str = "This email and password don't match. Check both and try again.";

/// `GET /login`
pub async fn login(
    req: HttpRequest,
    state: State,
    user: Result<CurrentUser, AppError>,
) -> Result<HttpResponse, AppError> {
    let query = Fields::of_query(&req)?;
    let next = safe_next(&state, query.get("next"));
    if user.is_ok() {
        return Ok(go_to(&req, &next));
    }
    let notice = flash::take(&req, &state.site.settings);
    let page = LoginPage {
        status: notice.map(status),
        ..login_page(&state, next, "")
    };
    answer(&req, StatusCode::OK, &page)
}

/// `POST /login`
pub async fn sign_in(req: HttpRequest, state: State, form: Fields) -> Result<HttpResponse, AppError> {
    let next = safe_next(&state, form.get("next"));
    let typed = form.get("email");
    let page = login_page(&state, next.clone(), typed);
    match verify(&req, &state, typed, form.get("password")).await {
        Ok(user) => {
            start_session(&req, &state, &user).await?;
            Ok(go_to(&req, &next))
        }
        Err(AppError::Invalid(errors)) => {
            let page = LoginPage {
                problem: errors.of("form").map(str::to_owned),
                email: Field {
                    value: typed.to_owned(),
                    error: errors.of("email").map(str::to_owned),
                },
                password: Field {
                    value: String::new(),
                    error: errors.of("password").map(str::to_owned),
                },
                ..page
            };
            answer(&req, StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(AppError::TooMany(seconds)) => {
            let page = LoginPage {
                problem: Some(format!("Too many tries. {}", AppError::TooMany(seconds).detail())),
                ..page
            };
            let mut response = answer(&req, StatusCode::TOO_MANY_REQUESTS, &page)?;
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
            Ok(response)
        }
        Err(other) => Err(other),
    }
}

/// The account of this address and password; the one way in, for pages and for the API.
///
/// Wrong input is [`AppError::Invalid`] at `email`, `password` or `form`; too many failures are [`AppError::TooMany`].
/// An address without an account takes as long as one with a wrong password.
pub async fn verify(req: &HttpRequest, state: &State, email: &str, password: &str) -> Result<User, AppError> {
    let mut missing = FieldErrors::default();
    if email.trim().is_empty() {
        missing.add("email", "Type your email address.");
    }
    if password.is_empty() {
        missing.add("password", "Type your password.");
    }
    if !missing.is_empty() {
        return Err(AppError::Invalid(missing));
    }
    let client = guard(req, state)?;
    let key = super::email::key(email);
    let _turn = state.turns.take(&key).await;
    let (try_id, now) = (state.ids.next(), state.clock.now());
    let noted = key.clone();
    state
        .db
        .write_shared(move |conn| model::note_try(conn, &noted, try_id, now))
        .await?
        .map_err(AppError::TooMany)?;
    let wanted = key.clone();
    let user = state
        .db
        .read_shared(move |conn| model::user_by_email(conn, &wanted))
        .await?;
    let password = password.to_owned();
    let verdict = if let Some(user) = &user {
        state
            .hasher
            .verify(password.clone(), user.password_hash.clone())
            .await
            .map_err(AppError::internal)?
    } else {
        state
            .hasher
            .verify_nobody(password.clone())
            .await
            .map_err(AppError::internal)?;
        Verdict {
            ok: false,
            needs_rehash: false,
        }
    };
    let Some(user) = user.filter(|_| verdict.ok) else {
        return Err(AppError::invalid("form", WRONG));
    };
    let owner = user.owner();
    let raised = if verdict.needs_rehash {
        Some(state.hasher.hash(password).await.map_err(AppError::internal)?)
    } else {
        None
    };
    state
        .db
        .write_shared(move |conn| {
            model::forget_try(conn, &key, try_id)?;
            raised.map_or(Ok(()), |hash| model::set_password(conn, owner, &hash))
        })
        .await?;
    state.guard.forgive(client);
    Ok(user)
}

/// The wide guard per client address; who succeeds is to be forgiven.
pub(super) fn guard(req: &HttpRequest, state: &State) -> Result<IpAddr, AppError> {
    let client = client_addr::of(req, &state.site.settings.trusted_proxies);
    state.guard.admit(client).map_err(AppError::TooMany)?;
    Ok(client)
}

async fn start_session(req: &HttpRequest, state: &State, user: &User) -> Result<(), AppError> {
    let owner = user.owner();
    let (session, token) = current::new_session(state, req, owner, Kind::Browser);
    state
        .db
        .write(owner, move |conn| model::start_session(conn, &session))
        .await?;
    current::remember(req, state, token);
    Ok(())
}

/// `GET /register`
pub async fn register(
    req: HttpRequest,
    state: State,
    user: Result<CurrentUser, AppError>,
) -> Result<HttpResponse, AppError> {
    must_be_open(&state)?;
    let query = Fields::of_query(&req)?;
    let next = safe_next(&state, query.get("next"));
    if user.is_ok() {
        return Ok(go_to(&req, &next));
    }
    answer(
        &req,
        StatusCode::OK,
        &register_page(&req, &state, next, &Fields::default(), &FieldErrors::default()),
    )
}

/// `POST /register`
pub async fn create(req: HttpRequest, state: State, form: Fields) -> Result<HttpResponse, AppError> {
    must_be_open(&state)?;
    let next = safe_next(&state, form.get("next"));
    let client = guard(&req, &state)?;
    let asked = Registration {
        email: form.get("email").to_owned(),
        password: form.get("password").to_owned(),
        preferences: first_preferences(&req, form.get("timezone"), form.get("locale")),
    };
    match asked.create(&state).await {
        Ok(user) => {
            state.guard.forgive(client);
            start_session(&req, &state, &user).await?;
            Ok(go_to(&req, &next))
        }
        Err(error) => {
            let errors = match error {
                AppError::Invalid(errors) => errors,
                AppError::Conflict(taken) => FieldErrors::one("email", taken),
                other => return Err(other),
            };
            answer(
                &req,
                StatusCode::UNPROCESSABLE_ENTITY,
                &register_page(&req, &state, next, &form, &errors),
            )
        }
    }
}

/// A wish for an account, from a form, from JSON or from the command line.
#[derive(Debug, Clone)]
pub struct Registration {
    /// As typed.
    pub email: String,
    /// As typed.
    pub password: String,
    /// What the account starts with.
    pub preferences: Preferences,
}

impl Registration {
    /// Makes the account. Wrong input is [`AppError::Invalid`] with every error at once, a taken address
    /// [`AppError::Conflict`].
    pub async fn create(self, state: &State) -> Result<User, AppError> {
        let mut errors = FieldErrors::default();
        let email = errors.ok_or_add("email", Email::parse(&self.email));
        let judged = state
            .hasher
            .judge(self.password.clone(), self.email.clone())
            .await
            .map_err(AppError::internal)?;
        errors.ok_or_add("password", judged);
        let Some(email) = email.filter(|_| errors.is_empty()) else {
            return Err(AppError::Invalid(errors));
        };
        let hash = state
            .hasher
            .hash(self.password)
            .await
            .map_err(AppError::internal)?;
        let user = User::new(
            state.ids.next(),
            &email,
            hash,
            &self.preferences,
            state.clock.now(),
        );
        let row = user.clone();
        state
            .db
            .write_shared(move |conn| model::create_user(conn, &row))
            .await?;
        Ok(user)
    }
}

/// Without a wish of the visitor's own the browser's language decides the locale; the currency is never guessed.
fn first_preferences(req: &HttpRequest, timezone: &str, locale: &str) -> Preferences {
    let accepted = req
        .headers()
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok());
    Preferences {
        timezone: TimeZone::parse(timezone).unwrap_or_default(),
        locale: Locale::from_tag(locale)
            .or_else(|| accepted.map(Locale::negotiate))
            .unwrap_or_default(),
        ..Preferences::default()
    }
}

pub(super) fn must_be_open(state: &State) -> Result<(), AppError> {
    if state.site.settings.registration_open {
        Ok(())
    } else {
        Err(AppError::Forbidden(
            "New accounts are made by the person who runs this server. Ask them.".to_owned(),
        ))
    }
}

/// `POST /logout`
pub async fn sign_out(
    req: HttpRequest,
    state: State,
    user: Result<CurrentUser, AppError>,
) -> Result<HttpResponse, AppError> {
    if let Ok(user) = user {
        let (owner, session) = (user.id, user.session_id);
        state
            .db
            .write(owner, move |conn| model::end_session(conn, owner, session))
            .await?;
    }
    current::forget(&req, &state);
    flash::leave(&req, &state.site.settings, &Notice::new("You are signed out."));
    Ok(go_to(&req, &format!("{}/login", state.site.settings.base_path())))
}

fn status(notice: Notice) -> Status {
    Status {
        words: notice.words,
        undo: None,
    }
}

fn login_page(state: &State, next: String, email: &str) -> LoginPage {
    LoginPage {
        chrome: chrome::of(&state.site, None, "Sign in", Nav::Elsewhere),
        email: Field::new(email),
        keeps_expense: next.contains("add_amount=") || next.contains("add_description="),
        register_href: with_next(state, "/register", &next),
        next,
        ..LoginPage::default()
    }
}

fn register_page(
    req: &HttpRequest,
    state: &State,
    next: String,
    form: &Fields,
    errors: &FieldErrors,
) -> RegisterPage {
    let locale = form
        .given("locale")
        .unwrap_or_else(|| first_preferences(req, "", "").locale.tag().to_owned());
    RegisterPage {
        chrome: chrome::of(&state.site, None, "Create account", Nav::Elsewhere),
        status: None,
        email: Field {
            value: form.get("email").to_owned(),
            error: errors.of("email").map(str::to_owned),
        },
        password: Field {
            value: String::new(),
            error: errors.of("password").map(str::to_owned),
        },
        timezone: form.get("timezone").to_owned(),
        locale,
        login_href: with_next(state, "/login", &next),
        next,
    }
}

fn with_next(state: &State, path: &str, next: &str) -> String {
    let home = format!("{}/", state.site.settings.base_path());
    let next = if next == home { "" } else { next };
    fields::address(
        &format!("{}{path}", state.site.settings.base_path()),
        [("next", next)],
    )
}

/// `next` where it is a page of this app, else the dashboard.
fn safe_next(state: &State, next: &str) -> String {
    let base = state.site.settings.base_path();
    let path = next.split(['?', '#']).next().unwrap_or_default();
    let inside = path
        .strip_prefix(base)
        .is_some_and(|path| state.site.slices.is_page(path));
    let plain = next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if inside && plain {
        next.to_owned()
    } else {
        format!("{base}/")
    }
}
