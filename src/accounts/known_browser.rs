//! Browsers that have signed in to an account before. Their failed sign-ins are counted apart, so that a stranger's
//! wrong passwords don't keep the owner's own browser out.

use actix_web::HttpRequest;

use super::model::User;
use crate::db::UserId;
use crate::state::AppState;
use crate::web::cookies;

/// What each such cookie is called, before the account's id.
const NAME: &str = "device_";
/// Browsers keep no cookie longer than 400 days.
const SECONDS: i64 = 400 * 86_400;

fn name(state: &AppState, owner: UserId) -> String {
    cookies::full_name(&state.site.settings, &format!("{NAME}{}", owner.0))
}

/// Signed over the password's hash as well: a new password ends the standing of every browser that knew the old one.
fn parts<'a>(id: &'a str, owner: &'a [u8], hash: &'a str) -> [&'a [u8]; 3] {
    [id.as_bytes(), owner, hash.as_bytes()]
}

/// Has the answer mark this browser as one that knew the password with this hash.
pub(super) fn remember(req: &HttpRequest, state: &AppState, owner: UserId, hash: &str) {
    let id = state.ids.next().to_string();
    let seal = state
        .site
        .signer
        .seal(NAME, &parts(&id, &owner.0.to_be_bytes(), hash));
    let cookie = cookies::cookie(
        &state.site.settings,
        name(state, owner),
        format!("{id}.{seal}"),
        SECONDS,
    );
    cookies::set(req, cookie);
}

/// Has the answer remove the mark.
pub(super) fn forget(req: &HttpRequest, state: &AppState, owner: UserId) {
    cookies::set(
        req,
        cookies::cookie(&state.site.settings, name(state, owner), String::new(), 0),
    );
}

/// What this browser's failed sign-ins to `user` are counted under, if it has signed in to it before.
///
/// It begins with a space, as no address does that somebody types.
pub(super) fn counter(req: &HttpRequest, state: &AppState, user: &User) -> Option<String> {
    let owner = user.owner();
    cookies::values(req, &name(state, owner))
        .into_iter()
        .find_map(|value| {
            let (id, seal) = value.split_once('.')?;
            let owner = owner.0.to_be_bytes();
            let parts = parts(id, &owner, &user.password_hash);
            state
                .site
                .signer
                .is_seal(NAME, &parts, seal)
                .then(|| format!(" {NAME}{id}"))
        })
}
