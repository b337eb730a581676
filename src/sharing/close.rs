//! Closing a book for good.

use actix_web::HttpResponse;

use super::book_page::{self, PageState};
use crate::accounts::access::BookOwner;
use crate::accounts::request::Request;
use crate::books::{book, member};
use crate::db::WriteOwner;
use crate::error::AppError;
use crate::text;
use crate::web::fields::Fields;
use crate::web::flash::Notice;
use crate::web::page::redirect;

/// `POST {base}/book/close`
pub(super) async fn delete(request: Request<BookOwner>, form: Fields) -> Result<HttpResponse, AppError> {
    let typed = form.get("name").trim().to_owned();
    match close(&request, &typed).await {
        Ok(()) => {}
        Err(AppError::Invalid(errors)) => {
            let page_state = PageState {
                close: Some((typed, errors)),
                ..PageState::default()
            };
            return book_page::respond(&request, page_state).await;
        }
        Err(other) => return Err(other),
    }
    // Starts the background task that removes the rows in batches.
    request.state.closed_account.notify_one();
    let name = &request.user.book_name;
    request.set_notice(&Notice::new(format!("Book “{name}” closed")));
    Ok(redirect(&request.http, &request.address("/books")))
}

/// A wrong name, or a book that is somebody's own, is [`AppError::Invalid`] at the field `name`.
async fn close(request: &Request<BookOwner>, typed: &str) -> Result<(), AppError> {
    let (user, now) = (&request.user, request.state.clock.now());
    // A page shows runs of white space as one space, and a letter with an accent has two spellings.
    if text::as_seen(typed) != text::as_seen(&user.book_name) {
        let message = format!("Enter “{}” to close the book.", user.book_name);
        return Err(AppError::invalid("name", message));
    }
    let id = user.book;
    request
        .state
        .db
        .write(WriteOwner::book_and_members(user.writable()), move |conn| {
            if member::people(conn, id)?
                .iter()
                .any(|person| person.id.own_book() == id)
            {
                let message = "This is a member's own book. It can't be closed while they have an account.";
                return Err(AppError::invalid("name", message));
            }
            book::close(conn, id, now)
        })
        .await
}
