//! Registration on a closed server: an invitation to a book allows one account.

use super::registration::{Door, closed};
use crate::books::invitation;
use crate::error::AppError;
use crate::state::State;

/// Who may register when `next` is the page to return to. Fails with [`AppError::Forbidden`] if nobody may.
pub(super) async fn door(state: &State, next: &str) -> Result<Door, AppError> {
    if state.site.settings.registration_open {
        return Ok(Door::Open);
    }
    let prefix = format!("{}/join/", state.site.settings.base_path());
    let token = next.strip_prefix(&prefix).ok_or_else(closed)?;
    let (book, hash) = invitation::parse(token).map_err(|_| closed())?;
    let (wanted, now) = (hash.clone(), state.clock.now());
    let found = state
        .db
        .read(book, move |conn| invitation::find(conn, book, &wanted, now))
        .await;
    match found {
        Ok(invitation) if invitation.is_open_to(None) => Ok(Door::Invitation(book, hash)),
        Ok(_) | Err(AppError::NotFound) => Err(closed()),
        Err(other) => Err(other),
    }
}
