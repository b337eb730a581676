//! The signed-in person: the session behind a request's cookie.

use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;
use std::rc::Rc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};
use time::{Date, PrimitiveDateTime};

use super::preferences::Preferences;
use super::session_cookie;
use super::sessions::{self, Session};
use super::users::User;
use crate::books::book::Book;
use crate::books::role::Role;
use crate::clock::Clock;
use crate::db::{BookId, Cacheable, UserId};
use crate::error::AppError;
use crate::state::{AppState, State};
use crate::web::chrome::Viewer;
use crate::web::fields::Fields;

/// The hidden field that names the account a form was rendered for, so that a tab left open does not save into an
/// account that was signed in to later.
pub(crate) const FORM_FOR: &str = "form_for";

/// Bytes of an [`Account`] with its session or token in the cache, generously rounded.
pub(super) const CACHED_BYTES: usize = 1024;

/// The signed-in person. As an argument of a handler it refuses requests without a session.
#[derive(Debug, Clone)]
pub struct CurrentUser(Rc<Person>);

#[derive(Debug)]
pub struct Person {
    pub id: UserId,
    /// Whose rows the request is about.
    pub book: BookId,
    /// In that book.
    pub role: Role,
    /// 0 for a personal access token, which has no session.
    pub session_id: i64,
    /// As typed at registration.
    pub email: String,
    /// In that book.
    pub preferences: Preferences,
    /// In their time zone.
    pub today: Date,
    /// When the account was created, UTC.
    pub created_at: PrimitiveDateTime,
}

impl Person {
    /// Everything besides their rows that affects how a page is rendered for them: part of the key of cached pages.
    pub fn presentation_key(&self) -> String {
        format!(
            "{} {} {} {:?}",
            self.today,
            self.email,
            self.role.name(),
            self.preferences
        )
    }
}

impl Deref for CurrentUser {
    type Target = Person;

    fn deref(&self) -> &Person {
        &self.0
    }
}

impl CurrentUser {
    /// The person whom the extractor has identified for this request, if it ran.
    pub fn known(req: &HttpRequest) -> Option<Self> {
        req.extensions().get::<Self>().cloned()
    }

    pub fn viewer(&self) -> Viewer {
        Viewer {
            email: self.email.clone(),
            theme: self.preferences.theme,
            form_for: self.id.0.to_string(),
        }
    }

    /// The person behind the cookie of this request, else [`AppError::SignedOut`].
    pub(crate) async fn of_request(req: &HttpRequest, state: &State) -> Result<Self, AppError> {
        let user = Self::of_cookie(req, state).await?;
        if user.is_meant(req) {
            Ok(user)
        } else {
            Err(AppError::OtherAccount(user.email.clone()))
        }
    }

    /// Whether the posted form was rendered for this person. A form without [`FORM_FOR`], as scripts send it, is.
    fn is_meant(&self, req: &HttpRequest) -> bool {
        if req.method().is_safe() {
            return true;
        }
        // An uploaded file has another content type than `Fields`, so such a form has the field in its address.
        [Fields::of_body(req), Fields::of_query(req)]
            .into_iter()
            .find_map(|fields| fields.ok()?.non_empty(FORM_FOR))
            .is_none_or(|form_for| form_for == self.id.0.to_string())
    }

    async fn of_cookie(req: &HttpRequest, state: &State) -> Result<Self, AppError> {
        if let Some(known) = Self::known(req) {
            return Ok(known);
        }
        for token in session_cookie::tokens(req, &state.site.settings) {
            if let Some((user, renewed)) = Self::of_token(state, &token).await? {
                if let Some(token) = renewed {
                    session_cookie::set(req, &state.site.settings, token);
                }
                req.extensions_mut().insert(user.viewer());
                req.extensions_mut().insert(user.clone());
                return Ok(user);
            }
        }
        Err(AppError::SignedOut { next: None })
    }

    /// The same person after a change of the preferences.
    pub(super) fn with(&self, preferences: Preferences, clock: &Clock) -> Self {
        Self(Rc::new(Person {
            id: self.id,
            book: self.book,
            role: self.role,
            session_id: self.session_id,
            email: self.email.clone(),
            today: clock.today(&preferences.timezone),
            preferences,
            created_at: self.created_at,
        }))
    }

    /// The person behind a session token; `None` when the session has ended. On the first use of a day the second
    /// value is a token that expires later.
    pub(super) async fn of_token(
        state: &AppState,
        token: &str,
    ) -> Result<Option<(Self, Option<String>)>, AppError> {
        let now = state.clock.now();
        let Some(claims) = state.site.signer.read(token, now.assume_utc().unix_timestamp()) else {
            return Ok(None);
        };
        let owner = UserId(claims.user_id);
        let session_id = claims.session_id;
        let cached = state.db.cached(owner, format!("session {session_id}"), || {
            state.db.read_inline(owner, move |conn| {
                Ok(sessions::find(conn, owner, session_id)?
                    .map(|(session, user, own)| (session, Account::of(user, &own, Role::Owner))))
            })
        });
        let cached = cached.await?;
        let Some((session, account)) = cached
            .as_ref()
            .as_ref()
            .filter(|(session, _)| now < session.expires_at)
        else {
            return Ok(None);
        };
        // `<`, so that a clock that was set back shortens no session. The request does not wait for the write, so that
        // pages still work behind a long write or with a full disk.
        let is_renewed = session.last_used_on < now.date()
            && state.db.write_later(owner, "session", session_id, move |conn| {
                sessions::renew(conn, owner, session_id, now)
            });
        let renewed = is_renewed.then(|| session_cookie::sign(state, owner, session_id));
        Ok(Some((Self::of_account(state, account, session_id), renewed)))
    }

    /// The caller has checked the session or token; `session_id` is 0 for a token.
    pub(super) fn of_account(state: &AppState, account: &Account, session_id: i64) -> Self {
        Self(Rc::new(Person {
            id: account.id,
            book: account.book,
            role: account.role,
            session_id,
            email: account.email.clone(),
            today: state.clock.today(&account.preferences.timezone),
            preferences: account.preferences.clone(),
            created_at: account.created_at,
        }))
    }
}

/// The part of an account and of one of its books that is cached between requests.
#[derive(Debug)]
pub(super) struct Account {
    id: UserId,
    book: BookId,
    role: Role,
    email: String,
    preferences: Preferences,
    created_at: PrimitiveDateTime,
}

impl Account {
    pub(super) fn of(user: User, book: &Book, role: Role) -> Self {
        Self {
            id: user.id(),
            book: book.id(),
            role,
            preferences: user.preferences(book),
            email: user.email,
            created_at: user.created_at,
        }
    }
}

impl Cacheable for Option<(Session, Account)> {
    fn bytes(&self) -> usize {
        CACHED_BYTES
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
                .ok_or_else(|| AppError::internal("no state"))?;
            Self::of_request(&req, state).await
        })
    }
}
