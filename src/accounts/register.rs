//! The page "Create an account".

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};

use super::authenticate;
use super::current::CurrentUser;
use super::preferences::{Preferences, currencies};
use super::registration::Registration;
use super::session_cookie::Kind;
use super::sign_in::{continue_to, respond_too_many, too_many};
use super::view::RegisterPage;
use super::{invited, next};
use crate::clock::TimeZone;
use crate::error::{AppError, FieldErrors};
use crate::locale::Locale;
use crate::money::Currency;
use crate::state::State;
use crate::web::chrome;
use crate::web::fields::Fields;
use crate::web::page::{redirect, respond};
use crate::web::view::{Field, Nav};

/// `GET /register`
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
    invited::door(&state, &next).await?;
    let page = page(&req, &state, next, &Fields::default(), &FieldErrors::default());
    respond(&req, StatusCode::OK, &page)
}

/// `POST /register`
pub(super) async fn create(req: HttpRequest, state: State, form: Fields) -> Result<HttpResponse, AppError> {
    let next = next::safe(&req, &state, form.get("next"));
    let door = invited::door(&state, &next).await?;
    let mut registration = Registration {
        email: form.get("email").to_owned(),
        password: form.get("password").to_owned(),
        preferences: first_preferences(&req, form.get("timezone"), form.get("locale")),
        door,
    };
    let signed_in = async {
        if let Some(code) = form.non_empty("currency") {
            registration.preferences.currency = Currency::from_code(&code)
                .ok_or_else(|| AppError::invalid("currency", "Choose a currency from the list."))?;
        }
        let user = registration.create_for(&req, &state).await?;
        authenticate::open_session(&req, &state, &user, None, Kind::Browser).await
    };
    let (errors, wait) = match signed_in.await {
        Ok(_) => return Ok(continue_to(&req, &state, &next)),
        Err(AppError::Invalid(errors)) => (errors, None),
        Err(AppError::Conflict(taken)) => (FieldErrors::one("email", taken), None),
        Err(AppError::TooMany(seconds)) => (FieldErrors::default(), Some(seconds)),
        Err(other) => return Err(other),
    };
    let mut page = page(&req, &state, next, &form, &errors);
    let Some(seconds) = wait else {
        return respond(&req, StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    page.problem = Some(too_many(seconds));
    respond_too_many(&req, &page, seconds)
}

/// Unless the form has a locale, the browser's language decides it. The currency is that of the form: a script that sends
/// none gets the default.
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

fn page(req: &HttpRequest, state: &State, next: String, form: &Fields, errors: &FieldErrors) -> RegisterPage {
    let locale = form
        .non_empty("locale")
        .unwrap_or_else(|| first_preferences(req, "", "").locale.tag().to_owned());
    let guessed = Locale::from_tag(&locale).unwrap_or_default().home_currency().0;
    RegisterPage {
        currency: Field::checked("currency", "", errors),
        currencies: currencies(&form.non_empty("currency").unwrap_or_else(|| guessed.to_owned())),
        chrome: chrome::of(&state.site, None, "Create account", Nav::Elsewhere),
        status: None,
        problem: None,
        email: Field::checked("email", form.get("email"), errors),
        password: Field::checked("password", "", errors),
        timezone: form.get("timezone").to_owned(),
        locale,
        login_href: next::address(state, "/login", &next),
        next,
    }
}
