//! New sessions, and the cookie that holds a browser's session token.

use actix_web::HttpRequest;
use actix_web::cookie::Cookie;
use actix_web::http::header;
use time::Duration;

use super::device;
use super::sessions::{LIFETIME_DAYS, Session};
use crate::crypto::signer::Claims;
use crate::db::UserId;
use crate::settings::Settings;
use crate::state::AppState;
use crate::web::cookies;

pub(super) const TOKEN_SECONDS: i64 = LIFETIME_DAYS * 86_400;

/// What kind of client a session belongs to.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// Sends its token in the cookie.
    Browser,
    /// Sends its token in `Authorization`.
    Api,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Api => "api",
        }
    }
}

/// A session row that is not inserted yet, and its token.
pub(super) fn new_session(
    state: &AppState,
    req: &HttpRequest,
    owner: UserId,
    kind: Kind,
) -> (Session, String) {
    let now = state.clock.now();
    let user_agent = req
        .headers()
        .get(header::USER_AGENT)
        .and_then(|user_agent| user_agent.to_str().ok())
        .unwrap_or_default();
    let session = Session {
        user_id: owner.0,
        id: state.ids.next(),
        kind: kind.name().to_owned(),
        device: device::describe(user_agent),
        created_at: now,
        last_used_on: now.date(),
        expires_at: now + Duration::days(LIFETIME_DAYS),
    };
    let token = sign(state, owner, session.id);
    (session, token)
}

/// A token for a session, valid from now.
pub(super) fn sign(state: &AppState, owner: UserId, session_id: i64) -> String {
    let now = state.clock.now_utc().unix_timestamp();
    state.site.signer.sign(&Claims {
        user_id: owner.0,
        session_id,
        issued_at: now,
        expires_at: now + TOKEN_SECONDS,
    })
}

/// The session tokens that came with a request; there can be several, see [`cookies::values`].
pub(super) fn tokens(req: &HttpRequest, settings: &Settings) -> Vec<String> {
    cookies::values(req, &name(settings))
}

/// Sets the cookie on the response.
pub(super) fn set(req: &HttpRequest, settings: &Settings, token: String) {
    cookies::set(req, cookie(settings, token, TOKEN_SECONDS));
}

/// Removes the cookie with the response.
pub(super) fn remove(req: &HttpRequest, settings: &Settings) {
    cookies::set(req, cookie(settings, String::new(), 0));
}

fn cookie(settings: &Settings, token: String, max_age: i64) -> Cookie<'static> {
    cookies::cookie(settings, name(settings), token, max_age)
}

fn name(settings: &Settings) -> String {
    cookies::full_name(settings, "session")
}
