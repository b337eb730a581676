//! The signed-in person: the session behind a request's cookie.
//!
//! More than 300 lines, because everything that a request knows of its person is here.

use std::ops::Deref;
use std::rc::Rc;

use actix_web::{HttpMessage as _, HttpRequest};
use time::{Date, PrimitiveDateTime};

use super::account::{self, Account};
use super::preferences::Preferences;
use super::session_cookie;
use super::sessions;
use crate::books::member::{Membership, display_name};
use crate::books::people::{BookContext, KnownPerson};
use crate::books::role::Role;
use crate::clock::Clock;
use crate::db::{BookId, Source, UserId, WriteContext, act_as};
use crate::error::AppError;
use crate::money::Currency;
use crate::period::Calendar;
use crate::settings::Settings;
use crate::state::{AppState, State};
use crate::web::book_address;
use crate::web::chrome::Viewer;
use crate::web::fields::Fields;
use crate::web::path_id::parse_id;
use crate::web::view::BookLink;

/// The hidden field that names the account a form was rendered for, so that a tab left open does not save into an
/// account that was signed in to later.
pub(crate) const FORM_FOR: &str = "form_for";

/// The signed-in person, in the book that the address names (`/b/{book}/…`), else in their own. As an argument of a
/// handler it refuses requests without a session. A book that the person is no member of is [`AppError::NotFound`].
#[derive(Debug, Clone)]
pub struct CurrentUser(Rc<Person>);

#[derive(Debug, Clone)]
pub struct Person {
    pub id: UserId,
    /// Whose rows the request is about.
    pub book: BookId,
    pub book_name: String,
    /// Who made the book, and who is named in it.
    pub book_context: BookContext,
    /// In that book.
    pub role: Role,
    /// The base of the addresses of that book, without a trailing slash.
    pub base: String,
    /// All books of the person, their own first, each with the base of its addresses.
    pub books: Vec<OwnBook>,
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

/// A book that the person is a member of.
#[derive(Debug, Clone)]
pub struct OwnBook {
    pub id: BookId,
    pub name: String,
    pub currency: Currency,
    pub role: Role,
    /// The base of its addresses, without a trailing slash.
    pub base: String,
}

impl Person {
    /// What a change by this person in this book needs.
    pub fn write_context(&self, state: &AppState) -> WriteContext {
        WriteContext {
            decimals: Some(self.preferences.currency.decimals()),
            ..state.write_context(self.id, self.book_context.made_by)
        }
    }

    /// The address of `path` (`/expenses`) in the API, in the book of this request.
    pub fn api_address(&self, settings: &Settings, path: &str) -> String {
        let root = settings.base_path();
        let book = self.base.strip_prefix(root).unwrap_or_default();
        format!("{root}/api/v1{book}{path}")
    }

    /// Everything besides their rows that affects how a page is rendered for them: part of the key of cached pages.
    pub fn presentation_key(&self) -> String {
        let books: Vec<String> = self
            .books
            .iter()
            .map(|one| format!("{} {}", one.base, one.name))
            .collect();
        format!(
            "{} {} {} {} {} {} {} {books:?} {:?}",
            self.today,
            self.email,
            self.book_context.signed_in.name,
            self.book_context.is_shared,
            self.base,
            self.book_name,
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
            base: self.base.clone(),
            book_name: self.book_name.clone(),
            may_edit: self.role >= Role::Editor,
            books: self
                .books
                .iter()
                .map(|one| BookLink {
                    name: one.name.clone(),
                    base: one.base.clone(),
                    is_current: one.id == self.book,
                })
                .collect(),
        }
    }

    /// The same person after a change of the book.
    #[must_use]
    pub fn with_book(&self, name: &str, currency: Currency, month_start: u8) -> Self {
        let mut person = (*self.0).clone();
        name.clone_into(&mut person.book_name);
        for one in &mut person.books {
            if one.id == person.book {
                name.clone_into(&mut one.name);
            }
        }
        person.preferences.currency = currency;
        let week_start = person.preferences.calendar.week_start();
        if let Some(calendar) = Calendar::new(week_start, month_start) {
            person.preferences.calendar = calendar;
        }
        Self(Rc::new(person))
    }

    /// The person behind the cookie of this request, else [`AppError::SignedOut`].
    pub(crate) async fn of_request(req: &HttpRequest, state: &State) -> Result<Self, AppError> {
        let user = match Self::of_cookie(req, state).await {
            // The form of another account may be about a book that this one is not in, which says nothing of that book.
            Err(AppError::NotFound) => {
                let viewer = Viewer::of(req).ok_or(AppError::NotFound)?;
                return Err(Self::check_form_for(req, &viewer.form_for, viewer.email)
                    .err()
                    .unwrap_or(AppError::NotFound));
            }
            other => other?,
        };
        Self::check_form_for(req, &user.id.0.to_string(), user.email.clone())?;
        Ok(user)
    }

    /// Refuses a posted form that was rendered for another account than `id`, which is signed in with `email`. A form
    /// without [`FORM_FOR`], as scripts send it, is for the person who is signed in.
    fn check_form_for(req: &HttpRequest, id: &str, email: String) -> Result<(), AppError> {
        if req.method().is_safe() {
            return Ok(());
        }
        // An uploaded file has another content type than `Fields`, so such a form has the field in its address.
        let is_meant = [Fields::of_body(req), Fields::of_query(req)]
            .into_iter()
            .find_map(|fields| fields.ok()?.non_empty(FORM_FOR))
            .is_none_or(|form_for| form_for == id);
        if is_meant {
            Ok(())
        } else {
            Err(AppError::OtherAccount(email))
        }
    }

    async fn of_cookie(req: &HttpRequest, state: &State) -> Result<Self, AppError> {
        if let Some(known) = Self::known(req) {
            return Ok(known);
        }
        for token in session_cookie::tokens(req, &state.site.settings) {
            let found = Self::of_token(state, &token, book_address::named(req)).await;
            if matches!(found, Err(AppError::NotFound))
                && let Ok(Some((in_own_book, _))) = Self::of_token(state, &token, None).await
            {
                // The 404 page shows who is signed in.
                req.extensions_mut().insert(in_own_book.viewer());
            }
            if let Some((user, renewed)) = found? {
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
    pub(super) fn with_preferences(&self, preferences: Preferences, clock: &Clock) -> Self {
        Self(Rc::new(Person {
            today: clock.today(&preferences.timezone),
            preferences,
            ..(*self.0).clone()
        }))
    }

    /// The person behind a session token, in the book that `book` names, else in their own; `None` when the session has
    /// ended. On the first use of a day the second value is a token that expires later.
    pub(super) async fn of_token(
        state: &AppState,
        token: &str,
        book: Option<&str>,
    ) -> Result<Option<(Self, Option<String>)>, AppError> {
        let now = state.clock.now();
        let Some(claims) = state.site.signer.read(token, now.assume_utc().unix_timestamp()) else {
            return Ok(None);
        };
        let owner = UserId(claims.user_id);
        let session_id = claims.session_id;
        let cached = state.db.cached(
            Source::Accounts(owner.into()),
            format!("session {session_id}"),
            || {
                state
                    .db
                    .read_inline(owner, move |conn| account::of_session(conn, owner, session_id))
            },
        );
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
        let user = Self::of_account(state, account, session_id, book).ok_or(AppError::NotFound)?;
        Ok(Some((user, renewed)))
    }

    /// The caller has checked the session or token; `session_id` is 0 for a token. `None` if the person is no member of
    /// the book.
    pub(super) fn of_account(
        state: &AppState,
        account: &Account,
        session_id: i64,
        book: Option<&str>,
    ) -> Option<Self> {
        let user = &account.user;
        act_as(user.id());
        let id = match book {
            Some(book) => BookId(parse_id(book).ok()?),
            None => user.id().own_book(),
        };
        let Membership { book: row, role } = account.books.iter().find(|one| one.book.id() == id)?;
        let settings = &state.site.settings;
        let preferences = user.preferences(row);
        Some(Self(Rc::new(Person {
            id: user.id(),
            book: id,
            book_name: row.name.clone(),
            book_context: BookContext {
                book: id,
                made_by: UserId(row.made_by),
                is_shared: row.is_shared,
                signed_in: KnownPerson {
                    id: user.id(),
                    name: display_name(&user.name, &user.email),
                    is_member: true,
                },
            },
            role: *role,
            base: book_address::of(book, settings),
            books: own_books(account, settings),
            session_id,
            email: user.email.clone(),
            today: state.clock.today(&preferences.timezone),
            preferences,
            created_at: user.created_at,
        })))
    }
}

fn own_books(account: &Account, settings: &Settings) -> Vec<OwnBook> {
    let own = account.user.id().own_book();
    account
        .books
        .iter()
        .map(|one| {
            let id = Some(one.book.id.to_string()).filter(|_| one.book.id() != own);
            OwnBook {
                id: one.book.id(),
                name: one.book.name.clone(),
                currency: one.book.currency(),
                role: one.role,
                base: book_address::of(id.as_deref(), settings),
            }
        })
        .collect()
}
