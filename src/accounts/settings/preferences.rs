//! Preferences: shown and changed.

use actix_web::HttpResponse;
use actix_web::http::header::{HeaderName, HeaderValue};

use super::page::{self, PageState};
use super::preferences_form::PreferencesInput;
use crate::accounts::preferences::Preferences;
use crate::accounts::request::Request;
use crate::accounts::users;
use crate::books::{book, currency};
use crate::db::{WritableBook, WriteOwner};
use crate::error::AppError;
use crate::web::fields::Fields;

/// `GET /settings`
pub(super) async fn edit(request: Request) -> Result<HttpResponse, AppError> {
    let page_state = PageState {
        notice: request.take_notice(),
        ..PageState::default()
    };
    page::respond(&request, page_state).await
}

/// `POST /settings`
pub(super) async fn update(mut request: Request, form: Fields) -> Result<HttpResponse, AppError> {
    match save(&request, form.clone()).await {
        Ok(preferences) => {
            let is_new_theme = preferences.theme != request.user.preferences.theme;
            request.user = request.user.with_preferences(preferences, &request.state.clock);
            let mut response = page::respond_changed(&request, "Settings saved").await?;
            if is_new_theme && request.is_htmx() {
                // The theme is an attribute of the root element, outside of the fragment.
                response.headers_mut().insert(
                    HeaderName::from_static("hx-refresh"),
                    HeaderValue::from_static("true"),
                );
            }
            Ok(response)
        }
        Err(AppError::Invalid(errors)) => {
            let page_state = PageState {
                typed: Some(PreferencesInput::of_form(&form, &request.user.preferences)),
                ..PageState::invalid(errors)
            };
            page::respond(&request, page_state).await
        }
        Err(other) => Err(other),
    }
}

/// Stores the preferences. A currency with other decimals is refused while there are amounts.
///
/// What the form does not change is read in the transaction: it may have been changed on another page meanwhile, and
/// currency and month also by another owner of the book.
async fn save(request: &Request, form: Fields) -> Result<Preferences, AppError> {
    let (owner, slices) = (request.user.id, request.state.site.slices);
    let own = owner.own_book();
    let target = WriteOwner::both(owner, WritableBook::unchecked(own));
    let saved = request.state.db.write(target, move |conn| {
        let stored = users::find_open(conn, owner)?.preferences(&book::find(conn, own)?);
        let changed = PreferencesInput::of_form(&form, &stored).check();
        let preferences = changed.map_err(AppError::Invalid)?;
        users::set_preferences(conn, owner, &preferences)?;
        let month_start = preferences.calendar.month_start();
        currency::set(conn, slices, own, preferences.currency, month_start)?;
        Ok(preferences)
    });
    saved.await
}
