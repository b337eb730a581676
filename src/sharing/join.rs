//! The page of an invitation, and joining its book.

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};

use super::books::refuse_too_many;
use super::view::JoinPage;
use crate::accounts::request::Request;
use crate::accounts::users;
use crate::books::book::{self, Book};
use crate::books::invitation::{self, Invitation};
use crate::books::member::{self, Member};
use crate::books::role::Role;
use crate::db::{Conn, Owner, UserId, WritableBook, WriteOwner, set_owner};
use crate::error::AppError;
use crate::web::flash::Notice;
use crate::web::page::redirect;
use crate::web::view::Nav;

/// `GET /join/{token}`: joins nobody, because programs that preview links open them as well.
pub(super) async fn new(request: Request) -> Result<HttpResponse, AppError> {
    show(&request, None).await
}

/// `POST /join/{token}`
pub(super) async fn create(request: Request) -> Result<HttpResponse, AppError> {
    match join(&request).await {
        Ok(joined) => {
            let (book, words) = match joined {
                Joined::Now(book) => (book, "You joined"),
                Joined::Before(book) => (book, "You are already a member of"),
            };
            request.set_notice(&Notice::new(format!("{words} “{}”", book.name)));
            let address = request.address(&format!("/b/{}/", book.id));
            Ok(redirect(&request.http, &address))
        }
        Err(AppError::Invalid(errors)) => {
            let problem = errors.of("name").unwrap_or_default().to_owned();
            show(&request, Some(problem)).await
        }
        Err(other) => Err(other),
    }
}

fn token(req: &HttpRequest) -> &str {
    req.match_info().get("token").unwrap_or_default()
}

/// The book of an invitation that the person can use, and the invitation.
fn open(
    conn: &mut Conn,
    token: &str,
    user: UserId,
    now: time::PrimitiveDateTime,
) -> Result<(Book, Invitation), AppError> {
    let (id, hash) = invitation::parse(token)?;
    set_owner(conn, Owner::both(user, id))?;
    let invitation = invitation::find(conn, id, &hash, now)?;
    if !invitation.is_open_to(Some(user)) {
        return Err(AppError::NotFound);
    }
    Ok((book::find(conn, id)?, invitation))
}

async fn show(request: &Request, problem: Option<String>) -> Result<HttpResponse, AppError> {
    let (user, now) = (request.user.id, request.state.clock.now());
    let text = token(&request.http).to_owned();
    let (id, _) = invitation::parse(&text).map_err(unusable)?;
    let found = request.state.db.read(Owner::both(user, id), move |conn| {
        let (book, invitation) = open(conn, &text, user, now)?;
        let people = member::people(conn, book.id())?;
        let inviter = people
            .into_iter()
            .find(|person| person.id.0 == invitation.made_by);
        Ok((book, invitation, inviter))
    });
    let (book, invitation, inviter) = found.await.map_err(unusable)?;
    let mut books = request.user.books.iter();
    let member_href = books
        .find(|one| one.id == book.id())
        .map(|one| format!("{}/", one.base));
    let code = if problem.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let page = JoinPage {
        chrome: request.chrome("Join a book", Nav::Elsewhere),
        book: book.name,
        inviter: inviter.map_or_else(|| "A former member".to_owned(), |person| person.name),
        allows: match Role::parse(&invitation.role) {
            Some(Role::Viewer) | None => "see and export all entries",
            _ => "see, add, change and delete entries, categories and budgets",
        },
        action: request.address(&format!("/join/{}", token(&request.http))),
        member_href,
        problem,
        ..JoinPage::default()
    };
    let mut response = request.respond(code, &page)?;
    // The address is a secret. The page itself weakens this to `same-origin`, so that its forms have an origin.
    response.headers_mut().insert(
        HeaderName::from_static("referrer-policy"),
        HeaderValue::from_static("no-referrer"),
    );
    Ok(response)
}

/// The book that the person is in now.
enum Joined {
    Now(Book),
    Before(Book),
}

async fn join(request: &Request) -> Result<Joined, AppError> {
    let (user, now) = (request.user.id, request.state.clock.now());
    let text = token(&request.http).to_owned();
    let (id, _) = invitation::parse(&text).map_err(unusable)?;
    // The invitation takes the place of a role.
    let target = WriteOwner::both(user, WritableBook::unchecked(id));
    let joined = request.state.db.write(target, move |conn| {
        // The account may have been closed since the request began.
        let name = users::find_open(conn, user)?.name;
        let (book, invitation) = match open(conn, &text, user, now) {
            Err(AppError::NotFound) => return Ok(Joined::Before(joined_with(conn, &text, user)?)),
            other => other?,
        };
        if member::role(conn, book.id(), user).is_ok() {
            return Ok(Joined::Before(book));
        }
        refuse_too_many(conn, user)?;
        invitation::use_once(conn, &invitation, user, now)?;
        let role = Role::parse(&invitation.role).ok_or(AppError::NotFound)?;
        member::join(conn, &Member::new(book.id(), user, role, name, now))?;
        book::set_shared(conn, book.id())?;
        Ok(Joined::Now(book))
    });
    joined.await.map_err(unusable)
}

/// The book that the person has joined with this invitation before and is still in.
fn joined_with(conn: &mut Conn, token: &str, user: UserId) -> Result<Book, AppError> {
    let (id, hash) = invitation::parse(token)?;
    invitation::find_used(conn, id, &hash, user)?;
    member::role(conn, id, user)?;
    book::find(conn, id)
}

/// An invitation that does not exist, or does not exist any more, has a page of its own words.
fn unusable(error: AppError) -> AppError {
    match error {
        AppError::NotFound => AppError::InvitationOver,
        other => other,
    }
}
