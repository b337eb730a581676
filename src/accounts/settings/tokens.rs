//! Personal access tokens: created, shown once, revoked.

use actix_web::HttpResponse;

use super::page::{self, PageState};
use crate::accounts::api_tokens::{self, Access, ApiToken};
use crate::accounts::current::CurrentUser;
use crate::accounts::request::Request;
use crate::accounts::sessions;
use crate::db::{BookId, WritableBook, WriteOwner};
use crate::error::{AppError, FieldErrors};
use crate::text;
use crate::web::fields::Fields;
use crate::web::flash::Notice;
use crate::web::path_id::parse_id;

/// In characters.
const MAX_NAME: usize = 60;

/// `POST /settings/tokens`
///
/// The response itself shows the token. It can't redirect, because the text of the token is not stored.
pub(super) async fn create(request: Request, form: Fields) -> Result<HttpResponse, AppError> {
    let created = match check(&form) {
        Ok((name, access)) => insert(&request, book_of(&request, &form)?, name, access).await,
        Err(errors) => Err(AppError::Invalid(errors)),
    };
    let page_state = match created {
        Ok((name, token)) => PageState {
            notice: Some(Notice::new(format!("Token “{name}” created"))),
            new_token: Some(token),
            ..PageState::default()
        },
        Err(AppError::Invalid(errors)) => PageState {
            token_name: form.get("name").to_owned(),
            ..PageState::invalid(errors)
        },
        Err(other) => return Err(other),
    };
    page::respond(&request, page_state).await
}

fn check(form: &Fields) -> Result<(String, Access), FieldErrors> {
    let mut errors = FieldErrors::default();
    let name = match text::line(form.get("name"), MAX_NAME) {
        Ok(name) if name.is_empty() => Err("Enter a name, for example Phone shortcut.".to_owned()),
        other => other,
    };
    let name = errors.ok_or_add("name", name);
    let access = Access::parse(form.get("access")).ok_or("Choose permissions.");
    let access = errors.ok_or_add("access", access);
    name.zip(access).ok_or(errors)
}

/// Returns the name and the text of the token.
async fn insert(
    request: &Request,
    book: BookId,
    name: String,
    access: Access,
) -> Result<(String, String), AppError> {
    let Request { state, user, .. } = request;
    let (owner, session) = (user.id, user.session_id);
    let id = state.ids.next();
    let (token, text) = ApiToken::new(book, owner, id, name.clone(), access, state.clock.now())?;
    state
        .db
        .write(write_owner(user, book), move |conn| {
            // A password change that was committed since the request began has ended the session and all tokens.
            if !sessions::exists(conn, owner, session)? {
                return Err(AppError::SignedOut { next: None });
            }
            api_tokens::add(conn, &token)
        })
        .await?;
    Ok((name, text))
}

/// `POST /settings/tokens/revoke`
pub(super) async fn delete(request: Request, form: Fields) -> Result<HttpResponse, AppError> {
    let id = parse_id(form.get("token"))?;
    let (owner, book) = (request.user.id, book_of(&request, &form)?);
    let name = request
        .state
        .db
        .write(write_owner(&request.user, book), move |conn| {
            api_tokens::revoke(conn, book, owner, id)
        })
        .await?
        .ok_or(AppError::NotFound)?;
    page::respond_changed(&request, format!("Token “{name}” revoked")).await
}

/// A person's tokens are their own, whatever their role: a token can do no more than the person.
fn write_owner(user: &CurrentUser, book: BookId) -> WriteOwner {
    WriteOwner::both(user.id, WritableBook::unchecked(book))
}

/// The book that a form names by its id, the person's own one by default. One that they are not in is
/// [`AppError::NotFound`].
fn book_of(request: &Request, form: &Fields) -> Result<BookId, AppError> {
    let Some(text) = form.non_empty("book") else {
        return Ok(request.user.id.own_book());
    };
    let id = BookId(parse_id(&text)?);
    let mut books = request.user.books.iter();
    books
        .find(|one| one.id == id)
        .map(|one| one.id)
        .ok_or(AppError::NotFound)
}
