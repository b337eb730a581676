//! The members of a book: their roles, removing them, leaving.

use actix_web::HttpResponse;

use super::book_page::{self, PageState};
use super::view::role_name;
use crate::accounts::access::{Access, BookOwner};
use crate::accounts::api_tokens;
use crate::accounts::request::Request;
use crate::books::leaving;
use crate::books::member::{self, MemberProfile};
use crate::books::role::Role;
use crate::db::{Conn, UserId, WritableBook, WriteOwner};
use crate::error::AppError;
use crate::web::fields::Fields;
use crate::web::flash::Notice;
use crate::web::page::redirect;
use crate::web::path_id::{PathId, parse_id};

/// The value of the field `role` that removes a member.
const NONE: &str = "none";

/// `POST {base}/book/members/{user}`
pub(super) async fn update(
    request: Request<BookOwner>,
    id: PathId,
    form: Fields,
) -> Result<HttpResponse, AppError> {
    let member = UserId(parse_id(&id)?);
    let wanted = match form.get("role") {
        NONE => Some(None),
        name => Role::parse(name).map(Some),
    };
    let changed = match wanted {
        Some(wanted) => change(&request, member, wanted)
            .await
            .map(|person| (person, wanted)),
        None => Err(unknown_role(&request, member).await),
    };
    match changed {
        Ok((person, wanted)) if person.id == request.user.id && wanted != Some(Role::Owner) => {
            Ok(gone(&request, "You are no longer an owner"))
        }
        Ok((person, Some(role))) => {
            let words = format!("{} is now {}", person.name, with_article(role));
            book_page::respond_changed(&request, words).await
        }
        Ok((person, None)) => book_page::respond_changed(&request, format!("{} removed", person.name)).await,
        Err(AppError::Invalid(errors)) => {
            let message = errors.of("role").unwrap_or_default().to_owned();
            let page_state = PageState {
                member_error: Some((id.to_string(), message)),
                ..PageState::default()
            };
            book_page::respond(&request, page_state).await
        }
        Err(other) => Err(other),
    }
}

/// A role that does not exist. For somebody who is no member, it is a 404 all the same.
async fn unknown_role(request: &Request<BookOwner>, member: UserId) -> AppError {
    let book = request.user.book;
    let found = request
        .state
        .db
        .read(book, move |conn| member::role(conn, book, member))
        .await;
    match found {
        Ok(_) => AppError::invalid("role", "Choose owner, editor or viewer."),
        Err(error) => error,
    }
}

async fn change(
    request: &Request<BookOwner>,
    member: UserId,
    wanted: Option<Role>,
) -> Result<MemberProfile, AppError> {
    let (book, now) = (request.user.writable(), request.state.clock.now());
    request
        .state
        .db
        .write(WriteOwner::both(member, book), move |conn| {
            let person = leaving::change(conn, book.id(), member, wanted, now)?;
            revoke_if_gone(conn, book, member, wanted)?;
            Ok(person)
        })
        .await
}

fn revoke_if_gone(
    conn: &mut Conn,
    book: WritableBook,
    member: UserId,
    wanted: Option<Role>,
) -> Result<(), AppError> {
    match wanted {
        None => api_tokens::revoke_of_member(conn, book.id(), member),
        Some(_) => Ok(()),
    }
}

/// `POST {base}/book/leave`
pub(super) async fn leave(request: Request) -> Result<HttpResponse, AppError> {
    let (user, now) = (request.user.id, request.state.clock.now());
    // Whoever is in a book may leave it, whatever their role.
    let book = WritableBook::unchecked(request.user.book);
    let left = request.state.db.write(WriteOwner::both(user, book), move |conn| {
        leaving::change(conn, book.id(), user, None, now)?;
        revoke_if_gone(conn, book, user, None)
    });
    match left.await {
        Ok(()) => Ok(gone(&request, &format!("You left “{}”", request.user.book_name))),
        Err(AppError::Invalid(errors)) => {
            let message = errors.of("role").unwrap_or_default().to_owned();
            let page_state = PageState {
                member_error: Some((String::new(), message)),
                ..PageState::default()
            };
            book_page::respond(&request, page_state).await
        }
        Err(other) => Err(other),
    }
}

/// Leads to the person's books.
fn gone<A: Access>(request: &Request<A>, words: &str) -> HttpResponse {
    request.set_notice(&Notice::new(words));
    redirect(&request.http, &request.address("/books"))
}

fn with_article(role: Role) -> String {
    let name = role_name(role).to_lowercase();
    let article = if role == Role::Viewer { "a" } else { "an" };
    format!("{article} {name}")
}
