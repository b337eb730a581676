//! Register, sign in, sign out.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};

use super::authenticate;
use super::current::{self, CurrentUser, Kind};
use super::email::Email;
use super::model::{self, User};
use super::preferences::Preferences;
use super::view::{LoginPage, RegisterPage};
use crate::clock::TimeZone;
use crate::error::{AppError, FieldErrors};
use crate::locale::Locale;
use crate::state::State;
use crate::web::chrome;
use crate::web::fields::{self, Fields};
use crate::web::flash::{self, Notice};
use crate::web::page::{Page, answer, redirect};
use crate::web::view::{Field, Nav, Status};

/// The parameter of the sign-in page by which a browser that has just signed in comes back to it.
const SIGNED_IN: &str = "signed_in";
/// What such a browser is told where its cookie did not come along.
const COOKIE_LOST: &str = "Your password was right, but your browser did not send back the cookie that keeps you \
    signed in. Allow cookies for this site, or open the app at its https address, and sign in again.";

/// `GET /login`
pub async fn login(
    req: HttpRequest,
    state: State,
    user: Result<CurrentUser, AppError>,
) -> Result<HttpResponse, AppError> {
    let query = Fields::of_query(&req)?;
    let next = safe_next(&state, query.get("next"));
    if user.is_ok() {
        return Ok(redirect(&req, &next));
    }
    let notice = flash::take(&req, &state.site, flash::SIGNED_OUT);
    let page = LoginPage {
        status: notice.map(status),
        problem: query.non_empty(SIGNED_IN).map(|_| COOKIE_LOST.to_owned()),
        ..login_page(&state, next, "")
    };
    answer(&req, StatusCode::OK, &page)
}

/// `POST /login`
pub async fn sign_in(req: HttpRequest, state: State, form: Fields) -> Result<HttpResponse, AppError> {
    let next = safe_next(&state, form.get("next"));
    let typed = form.get("email");
    let page = login_page(&state, next.clone(), typed);
    match authenticate::sign_in(&req, &state, typed, form.get("password"), Kind::Browser).await {
        Ok(_) => Ok(arrive(&req, &state, &next)),
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
                problem: Some(too_many(seconds)),
                ..page
            };
            wait_first(&req, &page, seconds)
        }
        Err(other) => Err(other),
    }
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
        return Ok(redirect(&req, &next));
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
    let asked = Registration {
        email: form.get("email").to_owned(),
        password: form.get("password").to_owned(),
        preferences: first_preferences(&req, form.get("timezone"), form.get("locale")),
    };
    let made = async {
        let user = asked.create_for(&req, &state).await?;
        authenticate::open_session(&req, &state, &user, None, Kind::Browser).await
    };
    let (errors, wait) = match made.await {
        Ok(_) => return Ok(arrive(&req, &state, &next)),
        Err(AppError::Invalid(errors)) => (errors, None),
        Err(AppError::Conflict(taken)) => (FieldErrors::one("email", taken), None),
        Err(AppError::TooMany(seconds)) => (FieldErrors::default(), Some(seconds)),
        Err(other) => return Err(other),
    };
    let mut page = register_page(&req, &state, next, &form, &errors);
    let Some(seconds) = wait else {
        return answer(&req, StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    page.problem = Some(too_many(seconds));
    wait_first(&req, &page, seconds)
}

/// Sends somebody who has just signed in to `next`. A browser goes through the sign-in page, which sends it on if the
/// cookie came along and else says that it did not.
fn arrive(req: &HttpRequest, state: &State, next: &str) -> HttpResponse {
    if !req.headers().contains_key(header::REFERER) {
        return redirect(req, next);
    }
    let login = format!("{}/login", state.site.settings.base_path());
    redirect(req, &fields::address(&login, [(SIGNED_IN, "1"), ("next", next)]))
}

fn too_many(seconds: u64) -> String {
    let error = AppError::TooMany(seconds);
    format!("{}. {}", error.title(), error.detail())
}

/// A page that says to wait, under 429.
fn wait_first(req: &HttpRequest, page: &impl Page, seconds: u64) -> Result<HttpResponse, AppError> {
    let mut response = answer(req, StatusCode::TOO_MANY_REQUESTS, page)?;
    response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    Ok(response)
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
    /// Makes the account for a client, who may make only so many; see [`Registration::create`].
    pub async fn create_for(self, req: &HttpRequest, state: &State) -> Result<User, AppError> {
        let client = authenticate::guard(req, state)?;
        state.new_accounts.admit(client).map_err(AppError::TooMany)?;
        let made = self.create(state).await;
        if made.is_ok() {
            state.guard.forgive(client);
        } else {
            state.new_accounts.forgive(client);
        }
        made
    }

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
    if let Err(error @ AppError::OtherAccount(_)) = user {
        return Err(error);
    }
    // Whatever becomes of the session's row, this browser lets go of it.
    current::forget(&req, &state);
    let ended = match user {
        Ok(user) => {
            let (owner, session) = (user.id, user.session_id);
            state
                .db
                .write(owner, move |conn| model::end_session(conn, owner, session))
                .await
                .map(|_| ())
        }
        Err(AppError::SignedOut { .. }) => Ok(()),
        Err(other) => Err(other),
    };
    let words = match ended {
        Ok(()) => "You are signed out.",
        Err(error) if error.is_outage() => {
            tracing::warn!(%error, "a session could not be ended");
            "You are signed out in this browser. The server could not save that: sign in later and end the session \
             in the settings."
        }
        Err(other) => return Err(other),
    };
    flash::leave(&req, &state.site, flash::SIGNED_OUT, &Notice::new(words));
    Ok(redirect(
        &req,
        &format!("{}/login", state.site.settings.base_path()),
    ))
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
        .non_empty("locale")
        .unwrap_or_else(|| first_preferences(req, "", "").locale.tag().to_owned());
    RegisterPage {
        chrome: chrome::of(&state.site, None, "Create account", Nav::Elsewhere),
        status: None,
        problem: None,
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
