//! The settings page as its forms answer it.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::preferences_form::{PreferencesInput, form};
use crate::accounts::api_tokens::{self, ApiToken};
use crate::accounts::closing::{self, Fate};
use crate::accounts::current::OwnBook;
use crate::accounts::request::Request;
use crate::accounts::session_cookie;
use crate::accounts::sessions::{self, Session};
use crate::accounts::view::{SessionRow, SettingsPage, TokenRow};
use crate::books::book::Book;
use crate::db::{BookId, Owner, set_owner};
use crate::error::{AppError, FieldErrors};
use crate::web::flash::{self, Notice};
use crate::web::page::{redirect, see_other};
use crate::web::view::{Choice, Field, Nav};

/// What a request adds to the settings page.
#[derive(Debug, Default)]
pub(super) struct PageState {
    pub(super) code: StatusCode,
    /// The preferences as typed; `None` for the stored ones.
    pub(super) typed: Option<PreferencesInput>,
    /// Of any form on the page.
    pub(super) errors: FieldErrors,
    pub(super) notice: Option<Notice>,
    /// The text of a token that was just created, which is shown once.
    pub(super) new_token: Option<String>,
    /// The name of a token as typed.
    pub(super) token_name: String,
}

impl PageState {
    pub(super) fn invalid(errors: FieldErrors) -> Self {
        Self {
            code: StatusCode::UNPROCESSABLE_ENTITY,
            errors,
            ..Self::default()
        }
    }
}

/// Answers a change with the page and its notice, after a redirect unless htmx asks.
pub(super) async fn respond_changed(
    request: &Request,
    words: impl Into<String>,
) -> Result<HttpResponse, AppError> {
    let notice = Notice::new(words);
    if !request.is_htmx() {
        request.set_notice(&notice);
        return Ok(see_other(&request.address("/settings")));
    }
    let page_state = PageState {
        notice: Some(notice),
        ..PageState::default()
    };
    respond(request, page_state).await
}

/// Signs this browser out and redirects it to the sign-in page.
pub(super) fn respond_signed_out(request: &Request, words: &str) -> HttpResponse {
    let site = &request.state.site;
    session_cookie::remove(&request.http, &site.settings);
    flash::set(&request.http, site, flash::SIGNED_OUT, &Notice::new(words));
    redirect(&request.http, &request.address("/login"))
}

pub(super) async fn respond(request: &Request, page_state: PageState) -> Result<HttpResponse, AppError> {
    let user = &request.user;
    let (owner, book, slices) = (user.id, user.book, request.state.site.slices);
    let now = request.state.clock.now();
    let books: Vec<BookId> = user.books.iter().map(|book| book.id).collect();
    let rows = request.state.db.read(Owner::both(owner, book), move |conn| {
        let has_amounts = slices.has_amounts(conn, book)?;
        let sessions = sessions::list(conn, owner, now)?;
        // The rest goes from book to book.
        let mut tokens = Vec::new();
        for id in books {
            set_owner(conn, Owner::both(owner, id))?;
            tokens.extend(api_tokens::list(conn, id, owner)?);
        }
        let fates = closing::fates(conn, owner)?;
        Ok((sessions, tokens, has_amounts, fates))
    });
    let (sessions, tokens, has_amounts, fates) = rows.await?;
    let mut session_rows: Vec<SessionRow> = sessions
        .iter()
        .map(|session| session_row(request, session))
        .collect();
    session_rows.sort_by_key(|row| !row.current);
    // Both the preferences and the form of a new token have a field "name".
    let no_errors = FieldErrors::default();
    let (of_preferences, errors) = if page_state.typed.is_some() {
        (&page_state.errors, &no_errors)
    } else {
        (&no_errors, &page_state.errors)
    };
    let input = page_state
        .typed
        .unwrap_or_else(|| PreferencesInput::of(&user.preferences));
    let page = SettingsPage {
        has_decimal_comma: user.preferences.locale.decimal_mark() == ',',
        chrome: request.chrome("Settings", Nav::Settings),
        status: page_state.notice.map(Notice::into_status),
        preferences: form(&input, of_preferences, user, has_amounts),
        current_password: Field::checked("current_password", "", errors),
        new_password: Field::checked("new_password", "", errors),
        sessions: session_rows,
        tokens: tokens.iter().map(|token| token_row(request, token)).collect(),
        token_name: Field::checked("name", page_state.token_name, errors),
        token_books: token_books(&user.books),
        token_access: Field::checked("access", "", errors),
        new_token: page_state.new_token,
        going: if fates.len() > 1 {
            named(&fates, Fate::Goes)
        } else {
            Vec::new()
        },
        staying: named(&fates, Fate::Stays),
        unowned: named(&fates, Fate::NeedsOwner),
        delete_password: Field::checked("password", "", errors),
    };
    request.respond(page_state.code, &page)
}

/// The names of the books with this fate.
fn named(fates: &[(Book, Fate)], wanted: Fate) -> Vec<String> {
    fates
        .iter()
        .filter(|(_, fate)| *fate == wanted)
        .map(|(book, _)| book.name.clone())
        .collect()
}

fn session_row(request: &Request, session: &Session) -> SessionRow {
    let today = request.state.clock.now().date();
    let locale = request.user.preferences.locale;
    let last_used = match (today - session.last_used_on).whole_days() {
        ..=0 => "Last used today".to_owned(),
        1 => "Last used yesterday".to_owned(),
        _ => format!("Last used on {}", locale.date_medium(session.last_used_on)),
    };
    let api = if session.kind == "api" { " (API)" } else { "" };
    SessionRow {
        id: session.id.to_string(),
        device: format!("{}{api}", session.device),
        last_used,
        current: session.id == request.user.session_id,
    }
}

/// The books that a token can be for; none to choose from while there is but one.
fn token_books(books: &[OwnBook]) -> Vec<Choice> {
    let choices = books.iter().map(|book| Choice {
        value: book.id.0.to_string(),
        label: book.name.clone(),
        selected: false,
    });
    if books.len() > 1 {
        choices.collect()
    } else {
        Vec::new()
    }
}

fn token_row(request: &Request, token: &ApiToken) -> TokenRow {
    let books = &request.user.books;
    let book = books
        .iter()
        .find(|one| one.id.0 == token.book_id)
        .filter(|_| books.len() > 1)
        .map(|one| one.name.clone());
    let today = request.state.clock.now().date();
    let locale = request.user.preferences.locale;
    let last_used = match token.last_used_at.map(time::PrimitiveDateTime::date) {
        None => "Never used".to_owned(),
        Some(day) if day >= today => "Last used today".to_owned(),
        Some(day) => format!("Last used on {}", locale.date_medium(day)),
    };
    TokenRow {
        book_id: token.book_id.to_string(),
        book,
        id: token.id.to_string(),
        name: token.name.clone(),
        access: if token.may_write() {
            "Read and write"
        } else {
            "Read only"
        },
        created: format!("Created on {}", locale.date_medium(token.created_at.date())),
        last_used,
    }
}
