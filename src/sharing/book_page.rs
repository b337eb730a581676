//! The settings page of a book as its forms answer it.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::view::{BookPage, FeedRow, InvitationRow, MemberRow, role_choices, role_name};
use crate::accounts::access::Access;
use crate::accounts::current::CurrentUser;
use crate::accounts::preferences::currencies;
use crate::accounts::request::Request;
use crate::books::feed::{self, Feed};
use crate::books::invitation::{self, Invitation};
use crate::books::member::{self, MemberProfile};
use crate::books::names::numbered;
use crate::books::role::Role;
use crate::db::Owner;
use crate::error::{AppError, FieldErrors};
use crate::text;
use crate::web::flash::Notice;
use crate::web::page::see_other;
use crate::web::view::{Field, Nav};

/// Most characters of the name of a book.
const MAX_NAME: usize = 60;

/// What a request adds to the page.
#[derive(Debug, Default)]
pub(super) struct PageState {
    pub(super) notice: Option<Notice>,
    /// The settings as typed, with their errors.
    pub(super) typed: Option<(Typed, FieldErrors)>,
    /// See [`BookPage::member_error`].
    pub(super) member_error: Option<(String, String)>,
    pub(super) invitation_errors: FieldErrors,
    pub(super) new_link: Option<String>,
    pub(super) feed_errors: FieldErrors,
    pub(super) new_feed: Option<String>,
    pub(super) close: Option<(String, FieldErrors)>,
}

/// The settings of a book as typed.
#[derive(Debug, Clone)]
pub(super) struct Typed {
    pub(super) name: String,
    pub(super) currency: String,
    pub(super) month_start: String,
}

impl PageState {
    fn is_refused(&self) -> bool {
        self.typed.is_some()
            || self.member_error.is_some()
            || self.close.is_some()
            || !self.invitation_errors.is_empty()
            || !self.feed_errors.is_empty()
    }
}

/// The name of a book as people type it.
pub(super) fn check_name(typed: &str) -> Result<String, String> {
    match text::name(typed, MAX_NAME) {
        Ok(name) if name.is_empty() => Err("Enter a name, for example Household.".to_owned()),
        other => other,
    }
}

/// Answers a change with the page and its notice, after a redirect unless htmx asks.
pub(super) async fn respond_changed<A: Access>(
    request: &Request<A>,
    words: impl Into<String>,
) -> Result<HttpResponse, AppError> {
    let notice = Notice::new(words);
    if request.is_htmx() {
        let page_state = PageState {
            notice: Some(notice),
            ..PageState::default()
        };
        return respond(request, page_state).await;
    }
    request.set_notice(&notice);
    Ok(see_other(&request.book_address("/book")))
}

pub(super) async fn respond<A: Access>(
    request: &Request<A>,
    page_state: PageState,
) -> Result<HttpResponse, AppError> {
    let user = request.user.user();
    let (id, book, slices) = (user.id, user.book, request.state.site.slices);
    let now = request.state.clock.now();
    let found = request.state.db.read(Owner::both(id, book), move |conn| {
        let people = member::people(conn, book)?;
        Ok((
            people,
            invitation::open(conn, book, now)?,
            feed::all(conn, book)?,
            slices.has_amounts(conn, book)?,
        ))
    });
    let (people, invitations, feeds, has_amounts) = found.await?;
    let is_owner = user.role == Role::Owner;
    let code = if page_state.is_refused() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let invitations = if is_owner {
        invitation_rows(user, &invitations, &people)
    } else {
        Vec::new()
    };
    let title = if user.books.len() > 1 {
        format!("Book settings, {}", user.book_name)
    } else {
        "Book settings".to_owned()
    };
    let page = BookPage {
        chrome: request.chrome(&title, Nav::Settings),
        status: page_state.notice.map(Notice::into_status),
        is_owner,
        is_own: id.own_book() == book,
        role: role_name(user.role),
        members: people.iter().map(|person| member_row(user, person)).collect(),
        member_error: page_state.member_error,
        invitations,
        invitation: Field::checked("role", "", &page_state.invitation_errors),
        new_link: page_state.new_link,
        may_feed: user.role >= Role::Editor,
        feeds: feed_rows(user, &feeds, &people),
        feed: Field::checked("feed", "", &page_state.feed_errors),
        new_feed: page_state.new_feed,
        close_name: match page_state.close {
            Some((typed, errors)) => Field::checked("name", typed, &errors),
            None => Field::default(),
        },
        ..settings(user, page_state.typed, has_amounts)
    };
    request.respond(code, &page)
}

fn settings(user: &CurrentUser, typed: Option<(Typed, FieldErrors)>, has_amounts: bool) -> BookPage {
    let stored = Typed::of(user);
    let (typed, errors) = typed.unwrap_or_else(|| (stored.clone(), FieldErrors::default()));
    BookPage {
        stored_currency: stored.currency,
        stored_month_start: stored.month_start,
        name: Field::checked("name", &typed.name, &errors),
        currencies: currencies(&typed.currency),
        currency: Field::checked("currency", &typed.currency, &errors),
        currency_note: user.preferences.currency_note(has_amounts),
        month_start: Field::checked("month_start", &typed.month_start, &errors),
        ..BookPage::default()
    }
}

fn member_row(user: &CurrentUser, person: &MemberProfile) -> MemberRow {
    MemberRow {
        id: person.id.0.to_string(),
        name: person.name.clone(),
        email: person.email.clone(),
        role: role_name(person.role),
        roles: role_choices(&Role::ALL, person.role),
        is_you: person.id == user.id,
        is_own: person.id.own_book() == user.book,
    }
}

/// The open invitations, each with another description.
fn invitation_rows(user: &CurrentUser, open: &[Invitation], people: &[MemberProfile]) -> Vec<InvitationRow> {
    let described = open.iter().map(|one| described(user, one, people)).collect();
    let rows = open.iter().zip(numbered(described));
    rows.map(|(one, description)| InvitationRow {
        id: one.id.to_string(),
        description,
    })
    .collect()
}

fn described(user: &CurrentUser, invitation: &Invitation, people: &[MemberProfile]) -> String {
    let role = Role::parse(&invitation.role).map_or("", role_name);
    let preferences = &user.preferences;
    let maker = maker_name(user, invitation.made_by, people);
    let made = preferences.moment(invitation.made_at);
    let expires = preferences.timezone.date_of(invitation.expires_at);
    let until = preferences.locale.date_medium(expires);
    let reserved = match invitation.reserved_for {
        Some(_) => ", opened by a new account",
        None => "",
    };
    format!("{role}, created by {maker} on {made}, works once until {until}{reserved}")
}

fn maker_name<'a>(user: &CurrentUser, maker: i64, people: &'a [MemberProfile]) -> &'a str {
    match people.iter().find(|person| person.id.0 == maker) {
        Some(person) if person.id == user.id => "you",
        Some(person) => &person.name,
        None => "a former member",
    }
}

/// The feeds that the person may revoke, each with another description.
fn feed_rows(user: &CurrentUser, all: &[Feed], people: &[MemberProfile]) -> Vec<FeedRow> {
    let is_shown = |feed: &&Feed| user.role == Role::Owner || feed.user_id == user.id.0;
    let shown: Vec<&Feed> = all.iter().filter(is_shown).collect();
    let described = |feed: &&Feed| {
        let amounts = if feed.with_amounts { "With" } else { "Without" };
        let maker = maker_name(user, feed.user_id, people);
        let made = user.preferences.moment(feed.created_at);
        format!("{amounts} amounts, created by {maker} on {made}")
    };
    let descriptions = numbered(shown.iter().map(described).collect());
    let rows = shown.iter().zip(descriptions);
    rows.map(|(feed, description)| FeedRow {
        id: feed.id.to_string(),
        description,
    })
    .collect()
}
