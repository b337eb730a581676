//! Browsers that have signed in to an account before. Their failed sign-ins are counted separately, so that a
//! stranger's wrong passwords don't lock out the owner's own browser.

use actix_web::HttpRequest;

use super::users::User;
use crate::db::UserId;
use crate::state::AppState;
use crate::web::cookies;

/// The prefix of the cookie's name, before the account's id.
const NAME: &str = "device_";
/// 400 days, the most that browsers allow.
const COOKIE_SECONDS: i64 = 400 * 86_400;

fn name(state: &AppState, owner: UserId) -> String {
    cookies::full_name(&state.site.settings, &format!("{NAME}{}", owner.0))
}

/// The signed parts. They include the password's hash, so that a new password invalidates all these cookies.
fn parts<'a>(id: &'a str, owner: &'a [u8], hash: &'a str) -> [&'a [u8]; 3] {
    [id.as_bytes(), owner, hash.as_bytes()]
}

/// Sets the cookie for a browser that has sent the password with this hash.
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
        COOKIE_SECONDS,
    );
    cookies::set(req, cookie);
}

/// Removes the cookie.
pub(super) fn forget(req: &HttpRequest, state: &AppState, owner: UserId) {
    cookies::set(
        req,
        cookies::cookie(&state.site.settings, name(state, owner), String::new(), 0),
    );
}

/// The key under which failed sign-ins of this browser to `user` are counted; `None` if it has not signed in to the
/// account before. The key begins with a space, as no email address does.
pub(super) fn counter(req: &HttpRequest, state: &AppState, user: &User) -> Option<String> {
    let owner = user.id();
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
