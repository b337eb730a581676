//! The page "Sign in", and signing out.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};

use super::current::CurrentUser;
use super::session_cookie::{self, Kind};
use super::view::LoginPage;
use super::{authenticate, invited, next, sessions, users};
use crate::db::UserId;
use crate::error::{AppError, FieldErrors};
use crate::state::State;
use crate::web::chrome;
use crate::web::fields::{self, Fields};
use crate::web::flash::{self, Notice};
use crate::web::page::{Page, redirect, respond};
use crate::web::view::{Field, Nav};

/// The parameter of the sign-in page for a browser that has just signed in, see [`continue_to`].
const SIGNED_IN: &str = "signed_in";
const COOKIE_LOST: &str = "Your password is correct, but your browser didn't send back the cookie that keeps you \
    signed in. Allow cookies for this site, or open the app at its https address, and sign in again.";

/// `GET /login`
pub(super) async fn new(
    req: HttpRequest,
    state: State,
    user: Result<CurrentUser, AppError>,
) -> Result<HttpResponse, AppError> {
    let query = Fields::of_query(&req)?;
    let next = next::safe(&req, &state, query.get("next"));
    if user.is_ok() {
        return Ok(redirect(&req, &next));
    }
    let notice = flash::take(&req, &state.site, flash::SIGNED_OUT);
    let is_first_visit = state.site.settings.registration_open && has_no_account(&state).await;
    let page = LoginPage {
        is_first_visit,
        status: notice.map(Notice::into_status),
        problem: query.non_empty(SIGNED_IN).map(|_| COOKIE_LOST.to_owned()),
        ..page(&state, next, "", &FieldErrors::default()).await
    };
    respond(&req, StatusCode::OK, &page)
}

/// `POST /login`
pub(super) async fn create(req: HttpRequest, state: State, form: Fields) -> Result<HttpResponse, AppError> {
    let next = next::safe(&req, &state, form.get("next"));
    let email = form.get("email");
    match authenticate::sign_in(&req, &state, email, form.get("password"), Kind::Browser).await {
        Ok(_) => Ok(continue_to(&req, &state, &next)),
        Err(AppError::Invalid(errors)) => {
            let page = LoginPage {
                problem: errors.of("form").map(str::to_owned),
                ..page(&state, next, email, &errors).await
            };
            respond(&req, StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(AppError::TooMany(seconds)) => {
            let page = LoginPage {
                problem: Some(too_many(seconds)),
                ..page(&state, next, email, &FieldErrors::default()).await
            };
            respond_too_many(&req, &page, seconds)
        }
        Err(other) => Err(other),
    }
}

/// `POST /logout`
pub(super) async fn delete(
    req: HttpRequest,
    state: State,
    user: Result<CurrentUser, AppError>,
) -> Result<HttpResponse, AppError> {
    if let Err(error @ AppError::OtherAccount(_)) = user {
        return Err(error);
    }
    // The browser is signed out even if the session row can't be deleted.
    session_cookie::remove(&req, &state.site.settings);
    let ended = match user {
        Ok(user) => {
            let (owner, session) = (user.id, user.session_id);
            state
                .db
                .write(owner, move |conn| sessions::end(conn, owner, session))
                .await
                .map(|_| ())
        }
        Err(AppError::SignedOut { .. }) => Ok(()),
        Err(other) => Err(other),
    };
    let words = match ended {
        Ok(()) => "Signed out",
        Err(error) if error.is_outage() => {
            tracing::warn!(%error, "a session could not be ended");
            "Signed out in this browser only. The server couldn't save the change: sign in later and sign this \
             device out in Settings"
        }
        Err(other) => return Err(other),
    };
    flash::set(&req, &state.site, flash::SIGNED_OUT, &Notice::new(words));
    Ok(redirect(
        &req,
        &format!("{}/login", state.site.settings.base_path()),
    ))
}

/// Sends a person who has just signed in to `next`. A browser first returns to the sign-in page, which redirects it
/// if the session cookie came back and otherwise shows [`COOKIE_LOST`].
pub(super) fn continue_to(req: &HttpRequest, state: &State, next: &str) -> HttpResponse {
    if !req.headers().contains_key(header::REFERER) {
        return redirect(req, next);
    }
    let login = format!("{}/login", state.site.settings.base_path());
    redirect(req, &fields::address(&login, [(SIGNED_IN, "1"), ("next", next)]))
}

pub(super) fn too_many(seconds: u64) -> String {
    let error = AppError::TooMany(seconds);
    format!("{}. {}", error.title(), error.detail())
}

pub(super) fn respond_too_many(
    req: &HttpRequest,
    page: &impl Page,
    seconds: u64,
) -> Result<HttpResponse, AppError> {
    let mut response = respond(req, StatusCode::TOO_MANY_REQUESTS, page)?;
    response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    Ok(response)
}

/// False also while the database can't tell: the page itself needs nothing of it.
async fn has_no_account(state: &State) -> bool {
    let accounts = state.db.read_shared(|conn| users::after(conn, UserId(0), 1));
    accounts.await.is_ok_and(|found| found.is_empty())
}

async fn page(state: &State, next: String, email: &str, errors: &FieldErrors) -> LoginPage {
    let mut chrome = chrome::of(&state.site, None, "Sign in", Nav::Elsewhere);
    // An invitation allows registration on a closed server.
    chrome.registration_open = invited::door(state, &next).await.is_ok();
    LoginPage {
        chrome,
        status: None,
        problem: None,
        email: Field::checked("email", email, errors),
        password: Field::checked("password", "", errors),
        has_expense: next::has_expense(&next),
        register_href: next::address(state, "/register", &next),
        next,
        is_first_visit: false,
    }
}
