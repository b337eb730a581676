//! Making and revoking invitations.

use actix_web::HttpResponse;

use super::book_page::{self, PageState};
use super::view::role_name;
use crate::accounts::access::BookOwner;
use crate::accounts::request::Request;
use crate::books::invitation::{self, Invitation};
use crate::books::role::Role;
use crate::db::WriteOwner;
use crate::error::AppError;
use crate::web::fields::Fields;
use crate::web::flash::Notice;
use crate::web::path_id::{PathId, parse_id};

/// `POST {base}/book/invitations`
pub(super) async fn create(request: Request<BookOwner>, form: Fields) -> Result<HttpResponse, AppError> {
    let page_state = match insert(&request, form.get("role")).await {
        Ok((role, link)) => PageState {
            notice: Some(Notice::new(format!(
                "Invitation created: {}",
                role_name(role).to_lowercase()
            ))),
            new_link: Some(link),
            ..PageState::default()
        },
        Err(AppError::Invalid(errors)) => PageState {
            invitation_errors: errors,
            ..PageState::default()
        },
        Err(other) => return Err(other),
    };
    book_page::respond(&request, page_state).await
}

/// Returns the role and the complete link.
async fn insert(request: &Request<BookOwner>, role: &str) -> Result<(Role, String), AppError> {
    let role = Role::parse(role)
        .filter(|role| *role != Role::Owner)
        .ok_or_else(|| AppError::invalid("role", "Choose editor or viewer."))?;
    let Request { state, user, .. } = request;
    let now = state.clock.now();
    let (invitation, secret) = Invitation::new(user.book, state.ids.next(), role, user.id, now)?;
    state
        .db
        .write(WriteOwner::book_and_members(user.writable()), move |conn| {
            invitation::add(conn, &invitation, now)
        })
        .await?;
    let origin = request.state.site.origin_of(&request.http);
    Ok((
        role,
        format!("{origin}{}", request.address(&format!("/join/{secret}"))),
    ))
}

/// `POST {base}/book/invitations/{id}/revoke`
pub(super) async fn delete(request: Request<BookOwner>, id: PathId) -> Result<HttpResponse, AppError> {
    let id = parse_id(&id)?;
    let (book, now) = (request.user.book, request.state.clock.now());
    let revoked = request
        .state
        .db
        .write(
            WriteOwner::book_and_members(request.user.writable()),
            move |conn| invitation::revoke(conn, book, id, now),
        )
        .await?;
    if !revoked {
        return Err(AppError::NotFound);
    }
    book_page::respond_changed(&request, "Invitation revoked").await
}
