//! Password checks: to sign in, and to confirm changes of the account.
//!
//! A check takes a third of a second, and the password can change meanwhile. So whatever a right password allows is
//! written only if the account still has the hash that the password was checked against.

use std::net::IpAddr;

use actix_web::HttpRequest;

use super::current::CurrentUser;
use super::session_cookie::{self, Kind};
use super::users::{self, User};
use super::{attempts, email, known_browser, sessions};
use crate::crypto::phc::Verdict;
use crate::db::{Conn, UserId};
use crate::error::{AppError, FieldErrors};
use crate::state::State;
use crate::web::client_addr;

/// Does not say which of the two is wrong, so that it does not reveal which addresses have an account.
const WRONG: &str = "This email and password don't match. Check both and try again.";
const WRONG_PASSWORD: &str = "Incorrect password.";

/// Starts a session for this address and password; returns the account and the token of the session.
///
/// Wrong input is [`AppError::Invalid`] at `email`, `password` or `form`; too many failures are [`AppError::TooMany`].
/// An address without an account takes as long as a wrong password.
pub(super) async fn sign_in(
    req: &HttpRequest,
    state: &State,
    typed: &str,
    password: &str,
    kind: Kind,
) -> Result<(User, String), AppError> {
    let mut missing = FieldErrors::default();
    if typed.trim().is_empty() {
        missing.add("email", "Enter your email address.");
    }
    if password.is_empty() {
        missing.add("password", "Enter your password.");
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
    let rehashed = if verdict.needs_rehash {
        let hashed = state.hasher.hash(password.to_owned()).await;
        Some(hashed.map_err(AppError::internal)?)
    } else {
        None
    };
    let token = open_session(req, state, &user, rehashed, kind).await?;
    Ok((user, token))
}

async fn find(state: &State, key: &str) -> Result<Option<User>, AppError> {
    let key = key.to_owned();
    state
        .db
        .read_shared(move |conn| users::by_email(conn, &key))
        .await
}

/// Runs one password check, which counts as a failure under `counter` unless the password is right.
async fn counted<T>(
    state: &State,
    counter: &str,
    work: impl AsyncFnOnce() -> Result<(T, Verdict), AppError>,
) -> Result<(T, Verdict), AppError> {
    let _lock = state.sign_in_locks.lock(counter).await;
    let (attempt, now) = (state.ids.next(), state.clock.now());
    let key = counter.to_owned();
    state
        .db
        .write_shared(move |conn| attempts::record(conn, &key, attempt, now))
        .await?
        .map_err(AppError::TooMany)?;
    let (found, verdict) = work().await?;
    if verdict.ok {
        let key = counter.to_owned();
        state
            .db
            .write_shared(move |conn| attempts::clear(conn, &key, attempt))
            .await?;
    }
    Ok((found, verdict))
}

/// Compares a password with a hash. Without a hash it takes as long and fails.
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

/// Starts a session for `user`, whose password was just checked or set, and ends the one this browser had before.
/// `rehashed` is a hash of the same password with more rounds, which replaces the stored one.
pub(super) async fn open_session(
    req: &HttpRequest,
    state: &State,
    user: &User,
    rehashed: Option<String>,
    kind: Kind,
) -> Result<String, AppError> {
    let owner = user.id();
    let (session, token) = session_cookie::new_session(state, req, owner, kind);
    let (checked, replacement) = (user.password_hash.clone(), rehashed.clone());
    let started = state
        .db
        .write(owner, move |conn| {
            if !users::has_password(conn, owner, &checked)? {
                return Ok(false);
            }
            if let Some(hash) = replacement {
                users::set_password(conn, owner, &hash)?;
            }
            sessions::start(conn, &session)?;
            Ok(true)
        })
        .await?;
    if !started {
        return Err(AppError::invalid("form", WRONG));
    }
    if matches!(kind, Kind::Browser) {
        end_previous(req, state).await;
        session_cookie::set(req, &state.site.settings, token.clone());
        known_browser::remember(
            req,
            state,
            owner,
            rehashed.as_ref().unwrap_or(&user.password_hash),
        );
    }
    Ok(token)
}

/// Ends the session that the request came with, also that of another account: its cookie is being replaced.
async fn end_previous(req: &HttpRequest, state: &State) {
    let Ok(previous) = CurrentUser::of_request(req, state).await else {
        return;
    };
    let (owner, session) = (previous.id, previous.session_id);
    let ended = state
        .db
        .write(owner, move |conn| sessions::end(conn, owner, session))
        .await;
    if let Err(error) = ended {
        tracing::warn!(%error, "the previous session of a browser could not be ended");
    }
}

/// Checks the person's own password; returns the hash that it was checked against. A wrong one is
/// [`AppError::Invalid`] at `field`.
///
/// These failures are counted apart from sign-ins, so that strangers can't block the settings of an account.
pub(super) async fn own_password(
    state: &State,
    user: &CurrentUser,
    password: &str,
    field: &str,
) -> Result<String, AppError> {
    if password.is_empty() {
        return Err(AppError::invalid(field, "Enter your current password."));
    }
    let owner = user.id;
    // No email address begins with a space.
    let (hash, verdict) = counted(state, &format!(" user:{}", owner.0), async || {
        let account = state.db.read(owner, move |conn| users::find(conn, owner)).await?;
        let hash = account.password_hash;
        let verdict = check(state, password, Some(hash.clone())).await?;
        Ok((hash, verdict))
    })
    .await?;
    if verdict.ok {
        Ok(hash)
    } else {
        Err(AppError::invalid(field, WRONG_PASSWORD))
    }
}

/// Fails at `field` if the password has changed since it was checked against `hash`.
pub(super) fn still_own(conn: &mut Conn, owner: UserId, hash: &str, field: &str) -> Result<(), AppError> {
    if users::has_password(conn, owner, hash)? {
        Ok(())
    } else {
        Err(AppError::invalid(field, WRONG_PASSWORD))
    }
}

/// The wide limit per client address. The caller calls `forgive` when the request succeeds.
pub(super) fn guard(req: &HttpRequest, state: &State) -> Result<IpAddr, AppError> {
    let client = client_addr::of(req, &state.site.settings.trusted_proxies);
    state.guard.admit(client).map_err(AppError::TooMany)?;
    Ok(client)
}
