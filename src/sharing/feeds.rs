//! Making and revoking links for calendars. `recurring::feed` answers them.

use actix_web::HttpResponse;

use super::book_page::{self, PageState};
use crate::accounts::access::Editor;
use crate::accounts::request::Request;
use crate::books::feed::{self, Feed};
use crate::db::WriteOwner;
use crate::error::AppError;
use crate::web::fields::Fields;
use crate::web::flash::Notice;
use crate::web::path_id::{PathId, parse_id};

/// `POST {base}/book/feeds`
pub(super) async fn create(request: Request<Editor>, form: Fields) -> Result<HttpResponse, AppError> {
    let page_state = match insert(&request, form.non_empty("with_amounts").is_some()).await {
        Ok(link) => PageState {
            notice: Some(Notice::new("Feed link created")),
            new_feed: Some(link),
            ..PageState::default()
        },
        Err(AppError::Invalid(errors)) => PageState {
            feed_errors: errors,
            ..PageState::default()
        },
        Err(other) => return Err(other),
    };
    book_page::respond(&request, page_state).await
}

/// Returns the complete link.
async fn insert(request: &Request<Editor>, with_amounts: bool) -> Result<String, AppError> {
    let Request { state, user, .. } = request;
    let (id, now) = (state.ids.next(), state.clock.now());
    let (feed, secret) = Feed::new(user.book, id, user.id, with_amounts, now)?;
    state
        .db
        .write(WriteOwner::book_and_members(user.writable()), move |conn| {
            feed::add(conn, &feed)
        })
        .await?;
    let origin = request.state.site.origin_of(&request.http);
    Ok(format!(
        "{origin}{}",
        request.address(&format!("/feeds/{secret}.ics"))
    ))
}

/// `POST {base}/book/feeds/{id}/revoke`
pub(super) async fn delete(request: Request<Editor>, id: PathId) -> Result<HttpResponse, AppError> {
    let id = parse_id(&id)?;
    let (book, by) = (request.user.book, (request.user.id, request.user.role));
    request
        .state
        .db
        .write(
            WriteOwner::book_and_members(request.user.writable()),
            move |conn| feed::revoke(conn, book, id, by),
        )
        .await?;
    book_page::respond_changed(&request, "Feed link revoked").await
}
