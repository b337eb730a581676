//! Who is signed in: the session behind a request's cookie.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use actix_web::cookie::Cookie;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, web};
use time::Date;

use super::device;
use super::model::{self, SESSION_DAYS, Session, User};
use super::preferences::Preferences;
use crate::clock::Clock;
use crate::crypto::signer::Claims;
use crate::db::{Cacheable, UserId};
use crate::error::AppError;
use crate::settings::Settings;
use crate::state::{AppState, State};
use crate::web::chrome::Viewer;
use crate::web::cookies;
use crate::web::fields::Fields;

/// The hidden field that says for whom a form was drawn, so that a tab left open does not save into the account that
/// somebody has signed in to since.
pub(crate) const FORM_FOR: &str = "form_for";

/// The signed-in person; as a handler's argument it refuses those who are not.
#[derive(Debug, Clone)]
pub struct CurrentUser(Rc<Person>);

/// A person, as pages and the API need them.
#[derive(Debug)]
pub struct Person {
    /// Owner of every row they see.
    pub id: UserId,
    /// The session this request belongs to.
    pub session_id: i64,
    /// As typed at registration.
    pub email: String,
    /// How they want money and dates.
    pub preferences: Preferences,
    /// Today where they are.
    pub today: Date,
    /// When the account was made, UTC.
    pub created_at: time::PrimitiveDateTime,
}

impl Person {
    /// Everything of this person that a page or an answer shows or counts by, besides their rows: two of them that are
    /// asked for alike are alike only if this is the same.
    pub fn presentation_key(&self) -> String {
        format!("{} {} {:?}", self.today, self.email, self.preferences)
    }
}

impl std::ops::Deref for CurrentUser {
    type Target = Person;

    fn deref(&self) -> &Person {
        &self.0
    }
}

impl CurrentUser {
    /// The person whom the extractor has found for this request, if it ran.
    pub fn known(req: &HttpRequest) -> Option<Self> {
        req.extensions().get::<Self>().cloned()
    }

    /// What the frame of a page shows of this person.
    pub fn viewer(&self) -> Viewer {
        Viewer {
            email: self.email.clone(),
            theme: self.preferences.theme,
            form_for: self.id.0.to_string(),
        }
    }

    /// The person behind the cookie of this request, else [`AppError::SignedOut`].
    pub(crate) async fn of_request(req: &HttpRequest, state: &State) -> Result<Self, AppError> {
        let user = Self::found(req, state).await?;
        if user.is_meant(req) {
            Ok(user)
        } else {
            Err(AppError::OtherAccount(user.email.clone()))
        }
    }

    /// Whether the posted form of this request was drawn for this person. One that does not say for whom, as a script
    /// sends it, is meant for the person of the session.
    fn is_meant(&self, req: &HttpRequest) -> bool {
        if req.method().is_safe() {
            return true;
        }
        // A form that uploads a file is no `Fields`; it says so in its address.
        [Fields::of_body(req), Fields::of_query(req)]
            .into_iter()
            .find_map(|fields| fields.ok()?.non_empty(FORM_FOR))
            .is_none_or(|drawn_for| drawn_for == self.id.0.to_string())
    }

    async fn found(req: &HttpRequest, state: &State) -> Result<Self, AppError> {
        if let Some(known) = Self::known(req) {
            return Ok(known);
        }
        for token in cookies::values(req, &cookie_name(&state.site.settings)) {
            if let Some((user, renewed)) = Self::of_token(state, &token).await? {
                if let Some(token) = renewed {
                    cookies::set(req, session_cookie(&state.site.settings, token));
                }
                req.extensions_mut().insert(user.viewer());
                req.extensions_mut().insert(user.clone());
                return Ok(user);
            }
        }
        Err(AppError::SignedOut { next: None })
    }

    /// The same person with other preferences, for the answer to the change.
    pub(crate) fn with(&self, preferences: Preferences, clock: &Clock) -> Self {
        Self(Rc::new(Person {
            id: self.id,
            session_id: self.session_id,
            email: self.email.clone(),
            today: clock.today(&preferences.timezone),
            preferences,
            created_at: self.created_at,
        }))
    }

    /// The person behind `token`, their session's day of use noted; `None` when it has ended.
    ///
    /// The second value is the token that renews it, when it is the first use of a day.
    pub(crate) async fn of_token(
        state: &AppState,
        token: &str,
    ) -> Result<Option<(Self, Option<String>)>, AppError> {
        let now = state.clock.now();
        let Some(claims) = state.site.signer.read(token, now.assume_utc().unix_timestamp()) else {
            return Ok(None);
        };
        let owner = UserId(claims.user_id);
        let session_id = claims.session_id;
        let cache_key = format!("session {session_id}");
        let found = state.db.cached(owner, cache_key, || {
            state.db.read_inline(owner, move |conn| {
                Ok(model::session(conn, owner, session_id)?
                    .map(|(session, user)| (session, Account::of(user))))
            })
        });
        let found = found.await?;
        let Some((session, account)) = found
            .as_ref()
            .as_ref()
            .filter(|(session, _)| now < session.expires_at)
        else {
            return Ok(None);
        };
        // A clock that was set back shortens no session. Nobody waits for the write: behind a long one, or with a full
        // disk, people can at least look at what they have.
        let is_renewed = session.last_used_on < now.date()
            && state.db.write_later(owner, "session", session_id, move |conn| {
                model::renew_session(conn, owner, session_id, now)
            });
        let renewed = is_renewed.then(|| sign(state, owner, session_id));
        Ok(Some((Self::of_account(state, account, session_id), renewed)))
    }

    /// The person behind an account whose right to be here is proven; `session_id` is 0 where no session proved it.
    pub(crate) fn of_account(state: &AppState, account: &Account, session_id: i64) -> Self {
        Self(Rc::new(Person {
            id: account.id,
            session_id,
            email: account.email.clone(),
            today: state.clock.today(&account.preferences.timezone),
            preferences: account.preferences.clone(),
            created_at: account.created_at,
        }))
    }
}

/// What requests need to know of an account.
#[derive(Debug)]
pub(crate) struct Account {
    id: UserId,
    email: String,
    preferences: Preferences,
    created_at: time::PrimitiveDateTime,
}

impl Cacheable for Option<(Session, Account)> {
    fn bytes(&self) -> usize {
        1024
    }
}

impl Account {
    /// Of its row.
    pub(crate) fn of(user: User) -> Self {
        Self {
            id: user.owner(),
            preferences: user.preferences(),
            email: user.email,
            created_at: user.created_at,
        }
    }
}

impl FromRequest for CurrentUser {
    type Error = AppError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, AppError>>>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        Box::pin(async move {
            let state = req
                .app_data::<State>()
                .cloned()
                .ok_or_else(|| AppError::internal("no state"))?;
            Self::of_request(&req, &state).await
        })
    }
}

fn cookie_name(settings: &Settings) -> String {
    cookies::full_name(settings, "session")
}

fn session_cookie(settings: &Settings, token: String) -> Cookie<'static> {
    cookies::cookie(settings, cookie_name(settings), token, SESSION_DAYS * 86_400)
}

fn sign(state: &AppState, owner: UserId, session_id: i64) -> String {
    let now = state.clock.now_utc().unix_timestamp();
    state.site.signer.sign(&Claims {
        user_id: owner.0,
        session_id,
        issued_at: now,
        expires_at: now + SESSION_DAYS * 86_400,
    })
}

/// What kind of client a session belongs to.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A browser, by cookie.
    Browser,
    /// A script, by Bearer token.
    Api,
}

/// A new session row for `owner`, and the token that names it.
pub(crate) fn new_session(
    state: &AppState,
    req: &HttpRequest,
    owner: UserId,
    kind: Kind,
) -> (Session, String) {
    let now = state.clock.now();
    let agent = req
        .headers()
        .get("User-Agent")
        .and_then(|agent| agent.to_str().ok())
        .unwrap_or_default();
    let session = Session {
        user_id: owner.0,
        id: state.ids.next(),
        kind: match kind {
            Kind::Browser => "browser",
            Kind::Api => "api",
        }
        .to_owned(),
        device: device::words(agent),
        created_at: now,
        last_used_on: now.date(),
        expires_at: now + time::Duration::days(SESSION_DAYS),
    };
    let token = sign(state, owner, session.id);
    (session, token)
}

/// Has the answer set the session cookie.
pub(crate) fn remember(req: &HttpRequest, state: &web::Data<AppState>, token: String) {
    cookies::set(req, session_cookie(&state.site.settings, token));
}

/// Has the answer remove the session cookie.
pub(crate) fn forget(req: &HttpRequest, state: &web::Data<AppState>) {
    cookies::set(
        req,
        cookies::cookie(
            &state.site.settings,
            cookie_name(&state.site.settings),
            String::new(),
            0,
        ),
    );
}

/// Seconds a token is good for.
pub const TOKEN_SECONDS: i64 = SESSION_DAYS * 86_400;
