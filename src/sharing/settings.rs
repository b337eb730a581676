//! The settings of a book: name, currency and first day of the month.

use actix_web::HttpResponse;

use super::book_page::{self, PageState, Typed, check_name};
use crate::accounts::access::BookOwner;
use crate::accounts::request::Request;
use crate::books::{book, currency};
use crate::error::{AppError, FieldErrors};
use crate::money::Currency;
use crate::state::AppState;
use crate::web::fields::Fields;

/// `GET {base}/book`
pub(super) async fn edit(request: Request) -> Result<HttpResponse, AppError> {
    let page_state = PageState {
        notice: request.take_notice(),
        ..PageState::default()
    };
    book_page::respond(&request, page_state).await
}

/// `POST {base}/book`
pub(super) async fn update(mut request: Request<BookOwner>, form: Fields) -> Result<HttpResponse, AppError> {
    let preferences = &request.user.preferences;
    // A field that was not sent keeps its stored value.
    let field = |name: &str, stored: &str| form.get_opt(name).unwrap_or(stored).trim().to_owned();
    let typed = Typed {
        name: field("name", &request.user.book_name),
        currency: field("currency", preferences.currency.code()).to_uppercase(),
        month_start: field("month_start", &preferences.calendar.month_start().to_string()),
    };
    let saved = match typed.check() {
        Ok(settings) => save(&request.state, &request.user, settings).await,
        Err(errors) => Err(AppError::Invalid(errors)),
    };
    match saved {
        Ok(changed) => {
            request.user = changed;
            book_page::respond_changed(&request, "Book saved").await
        }
        Err(AppError::Invalid(errors)) => {
            let page_state = PageState {
                typed: Some((typed, errors)),
                ..PageState::default()
            };
            book_page::respond(&request, page_state).await
        }
        Err(other) => Err(other),
    }
}

/// Checked settings of a book.
pub(super) struct Settings {
    pub(super) name: String,
    pub(super) currency: Currency,
    /// 1 to 28.
    pub(super) month_start: u8,
}

impl Typed {
    /// All errors at once.
    pub(super) fn check(&self) -> Result<Settings, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.ok_or_add("name", check_name(&self.name));
        let currency = Currency::from_code(&self.currency).ok_or("Choose a currency, for example USD.");
        let currency = errors.ok_or_add("currency", currency);
        let month_start = self.month_start.parse().ok().filter(|day| (1..=28).contains(day));
        let month_start = errors.ok_or_add("month_start", month_start.ok_or("Enter a day from 1 to 28."));
        match (name, currency, month_start) {
            (Some(name), Some(currency), Some(month_start)) => Ok(Settings {
                name,
                currency,
                month_start,
            }),
            _ => Err(errors),
        }
    }
}

/// Stores the settings; returns the person in the changed book.
pub(super) async fn save(
    state: &AppState,
    user: &BookOwner,
    settings: Settings,
) -> Result<BookOwner, AppError> {
    let (book, slices) = (user.book, state.site.slices);
    let changed = user.with_book(&settings.name, settings.currency, settings.month_start);
    state
        .db
        .write(user.writable(), move |conn| {
            book::set_name(conn, book, &settings.name)?;
            currency::set(conn, slices, book, settings.currency, settings.month_start)
        })
        .await?;
    Ok(changed)
}
