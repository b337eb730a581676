//! Passwords checked: to sign in, by page and by API, and to confirm what only the owner may do.
//!
//! A check takes a third of a second, in which the password may change. So whatever a right password leads to is
//! written only if the account still has the hash that it was checked against.

use std::net::IpAddr;

use actix_web::HttpRequest;

use super::current::{self, CurrentUser, Kind};
use super::model::{self, User};
use super::{email, known_browser};
use crate::crypto::phc::Verdict;
use crate::error::{AppError, FieldErrors};
use crate::state::State;
use crate::web::client_addr;

/// What a sign-in that failed is told, whichever of the two was wrong.
const WRONG: &str = "This email and password don't match. Check both and try again.";
/// What a wrong password on the settings page is told.
const NOT_YOURS: &str = "This is not your password.";

/// Signs in: the account of this address and password, and the token of a new session.
///
/// Wrong input is [`AppError::Invalid`] at `email`, `password` or `form`; too many failures are [`AppError::TooMany`].
/// An address without an account takes as long as one with a wrong password.
pub(super) async fn sign_in(
    req: &HttpRequest,
    state: &State,
    typed: &str,
    password: &str,
    kind: Kind,
) -> Result<(User, String), AppError> {
    let mut missing = FieldErrors::default();
    if typed.trim().is_empty() {
        missing.add("email", "Type your email address.");
    }
    if password.is_empty() {
        missing.add("password", "Type your password.");
    }
    if !missing.is_empty() {
        return Err(AppError::Invalid(missing));
    }
    let client = guard(req, state)?;
    let key = email::key(typed);
    let counter = match kind {
        Kind::Browser => find(state, &key)
            .await?
            .and_then(|user| known_browser::counter(req, state, &user)),
        Kind::Api => None,
    };
    let counter = counter.unwrap_or_else(|| key.clone());
    let (user, verdict) = counted(state, &counter, async || {
        let user = find(state, &key).await?;
        let hash = user.as_ref().map(|user| user.password_hash.clone());
        Ok((user, check(state, password, hash).await?))
    })
    .await?;
    let Some(user) = user.filter(|_| verdict.ok) else {
        return Err(AppError::invalid("form", WRONG));
    };
    state.guard.forgive(client);
    let raised = if verdict.needs_rehash {
        let hashed = state.hasher.hash(password.to_owned()).await;
        Some(hashed.map_err(AppError::internal)?)
    } else {
        None
    };
    let token = open_session(req, state, &user, raised, kind).await?;
    Ok((user, token))
}

async fn find(state: &State, key: &str) -> Result<Option<User>, AppError> {
    let key = key.to_owned();
    state
        .db
        .read_shared(move |conn| model::user_by_email(conn, &key))
        .await
}

/// Runs one check of a password, counted under `counter` unless it turns out to be right.
async fn counted<T>(
    state: &State,
    counter: &str,
    work: impl AsyncFnOnce() -> Result<(T, Verdict), AppError>,
) -> Result<(T, Verdict), AppError> {
    let _turn = state.sign_in_locks.lock(counter).await;
    let (try_id, now) = (state.ids.next(), state.clock.now());
    let noted = counter.to_owned();
    state
        .db
        .write_shared(move |conn| model::record_attempt(conn, &noted, try_id, now))
        .await?
        .map_err(AppError::TooMany)?;
    let (found, verdict) = work().await?;
    if verdict.ok {
        let noted = counter.to_owned();
        state
            .db
            .write_shared(move |conn| model::clear_attempt(conn, &noted, try_id))
            .await?;
    }
    Ok((found, verdict))
}

/// Compares a password with a hash; without one it takes as long and is wrong.
async fn check(state: &State, password: &str, hash: Option<String>) -> Result<Verdict, AppError> {
    let password = password.to_owned();
    match hash {
        Some(hash) => state.hasher.verify(password, hash).await,
        None => state.hasher.verify_nobody(password).await.map(|()| Verdict {
            ok: false,
            needs_rehash: false,
        }),
    }
    .map_err(AppError::internal)
}

/// Starts a session of `user`, whose password was just checked or set; `raised` is the hash to keep from now on.
/// The session that this browser had before ends.
pub(super) async fn open_session(
    req: &HttpRequest,
    state: &State,
    user: &User,
    raised: Option<String>,
    kind: Kind,
) -> Result<String, AppError> {
    let owner = user.owner();
    let (session, token) = current::new_session(state, req, owner, kind);
    let (checked, kept) = (user.password_hash.clone(), raised.clone());
    let started = state
        .db
        .write(owner, move |conn| {
            if !model::has_password(conn, owner, &checked)? {
                return Ok(false);
            }
            if let Some(hash) = kept {
                model::set_password(conn, owner, &hash)?;
            }
            model::start_session(conn, &session)?;
            Ok(true)
        })
        .await?;
    if !started {
        return Err(AppError::invalid("form", WRONG));
    }
    if matches!(kind, Kind::Browser) {
        end_former(req, state).await;
        current::remember(req, state, token.clone());
        known_browser::remember(req, state, owner, raised.as_ref().unwrap_or(&user.password_hash));
    }
    Ok(token)
}

/// Ends the session that came with a sign-in, whoever's it is: its cookie is about to be replaced.
async fn end_former(req: &HttpRequest, state: &State) {
    let Ok(former) = CurrentUser::of_request(req, state).await else {
        return;
    };
    let (owner, session) = (former.id, former.session_id);
    let ended = state
        .db
        .write(owner, move |conn| model::end_session(conn, owner, session))
        .await;
    if let Err(error) = ended {
        tracing::warn!(%error, "the former session of a browser was not ended");
    }
}

/// The hash that the person's own `password` was checked against. A wrong one is [`AppError::Invalid`] at `field`.
///
/// These failures have a count of their own, which nobody but the person can fill.
pub(super) async fn own_password(
    state: &State,
    user: &CurrentUser,
    password: &str,
    field: &str,
) -> Result<String, AppError> {
    if password.is_empty() {
        return Err(AppError::invalid(field, "Type your present password."));
    }
    let owner = user.id;
    // The space sets it apart from every address that somebody types.
    let (hash, verdict) = counted(state, &format!(" user:{}", owner.0), async || {
        let account = state.db.read(owner, move |conn| model::user(conn, owner)).await?;
        let hash = account.password_hash;
        let verdict = check(state, password, Some(hash.clone())).await?;
        Ok((hash, verdict))
    })
    .await?;
    if verdict.ok {
        Ok(hash)
    } else {
        Err(AppError::invalid(field, NOT_YOURS))
    }
}

/// Refuses at `field` what a password allowed that is not the account's any more.
pub(super) fn still_own(
    conn: &mut crate::db::Conn,
    owner: crate::db::UserId,
    hash: &str,
    field: &str,
) -> Result<(), AppError> {
    if model::has_password(conn, owner, hash)? {
        Ok(())
    } else {
        Err(AppError::invalid(field, NOT_YOURS))
    }
}

/// The wide guard per client address; who succeeds is to be forgiven.
pub(super) fn guard(req: &HttpRequest, state: &State) -> Result<IpAddr, AppError> {
    let client = client_addr::of(req, &state.site.settings.trusted_proxies);
    state.guard.admit(client).map_err(AppError::TooMany)?;
    Ok(client)
}
