//! The settings of a book: name, currency and first day of the month.

use actix_web::HttpResponse;

use super::book_page::{self, PageState, Typed, check_name};
use crate::accounts::access::BookOwner;
use crate::accounts::current::CurrentUser;
use crate::accounts::request::Request;
use crate::books::book::{self, Book};
use crate::books::currency;
use crate::db::WriteOwner;
use crate::error::{AppError, FieldErrors};
use crate::money::Currency;
use crate::state::AppState;
use crate::text;
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
    let sent = Sent {
        name: form.changed("name").map(str::to_owned),
        currency: form.changed("currency").map(str::to_uppercase),
        month_start: form.changed("month_start").map(str::to_owned),
    };
    match save(&request.state, &request.user, sent.clone()).await {
        Ok(changed) => {
            request.user = changed;
            book_page::respond_changed(&request, "Book saved").await
        }
        Err(AppError::Invalid(errors)) => {
            let page_state = PageState {
                typed: Some((sent.over(Typed::of(&request.user)), errors)),
                ..PageState::default()
            };
            book_page::respond(&request, page_state).await
        }
        Err(other) => Err(other),
    }
}

/// The settings that a request changes, as typed.
#[derive(Debug, Clone, Default)]
pub(super) struct Sent {
    pub(super) name: Option<String>,
    pub(super) currency: Option<String>,
    pub(super) month_start: Option<String>,
}

impl Sent {
    /// The rest as stored.
    fn over(self, stored: Typed) -> Typed {
        Typed {
            name: self.name.unwrap_or(stored.name),
            currency: self.currency.unwrap_or(stored.currency),
            month_start: self.month_start.unwrap_or(stored.month_start),
        }
    }
}

/// Checked settings of a book.
struct Settings {
    name: String,
    currency: Currency,
    /// 1 to 28.
    month_start: u8,
}

impl Typed {
    /// As stored when the request began.
    pub(super) fn of(user: &CurrentUser) -> Self {
        let preferences = &user.preferences;
        Self {
            name: user.book_name.clone(),
            currency: preferences.currency.code().to_owned(),
            month_start: preferences.calendar.month_start().to_string(),
        }
    }

    fn of_row(row: &Book) -> Self {
        Self {
            name: row.name.clone(),
            currency: row.currency.clone(),
            month_start: row.month_start.to_string(),
        }
    }

    /// All errors at once.
    fn check(&self) -> Result<Settings, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.ok_or_add("name", check_name(&self.name));
        let currency = Currency::from_code(&self.currency).ok_or("Choose a currency, for example USD.");
        let currency = errors.ok_or_add("currency", currency);
        let month_start = text::number(&self.month_start)
            .parse()
            .ok()
            .filter(|day| (1..=28).contains(day));
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

/// Stores the settings; returns the person in the changed book. What is not sent is read in the transaction, because
/// another owner may have changed it meanwhile.
pub(super) async fn save(state: &AppState, user: &BookOwner, sent: Sent) -> Result<BookOwner, AppError> {
    let (id, slices) = (user.book, state.site.slices);
    let saved = state
        .db
        .write(WriteOwner::book_and_members(user.writable()), move |conn| {
            let typed = sent.over(Typed::of_row(&book::find(conn, id)?));
            let settings = typed.check().map_err(AppError::Invalid)?;
            book::set_name(conn, id, &settings.name)?;
            currency::set(conn, slices, id, settings.currency, settings.month_start)?;
            Ok(settings)
        });
    let Settings {
        name,
        currency,
        month_start,
    } = saved.await?;
    Ok(user.with_book(&name, currency, month_start))
}
