//! The calendar feed of a book: what is due and coming, for programs that send no headers. The link is the key.

use actix_web::http::header::{self, ETag, EntityTag, Header as _, IfNoneMatch};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use time::Date;

use super::ical::{self, Event};
use super::upcoming;
use crate::accounts::preferences::Preferences;
use crate::accounts::users;
use crate::books::book::{self, Book};
use crate::books::feed::{self, Feed};
use crate::db::{BookId, Conn, UserId};
use crate::error::AppError;
use crate::ledger::category::Categories;
use crate::ledger::schedule;
use crate::ledger::schedule::open_dates::{OpenDate, OpenSchedules};
use crate::state::State;

/// The most events of a feed, the earliest ones.
const MAX_EVENTS: usize = 5_000;
const CACHE_CONTROL: &str = "private, max-age=3600";

/// `GET /feeds/{token}.ics`
pub async fn show(req: HttpRequest, state: State) -> Result<HttpResponse, AppError> {
    let token = req.match_info().get("token").unwrap_or_default();
    let (owner, hash) = feed::parse(token)?;
    let found = state.db.read(owner, move |conn| {
        let feed = feed::find(conn, owner, &hash)?;
        // A closed book has none.
        Ok((feed, book::find(conn, owner)?))
    });
    let (feed, book) = found.await?;
    let today = schedule::today(&state, owner).await?;
    schedule::catch_up(&state, owner).await;
    let text = state
        .db
        .read(owner, move |conn| text(conn, &feed, &book, today))
        .await?;
    let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(&text));
    let tag = EntityTag::new_strong(hash);
    let is_known = match IfNoneMatch::parse(&req) {
        Ok(IfNoneMatch::Items(known)) => known.iter().any(|one| one.weak_eq(&tag)),
        Ok(IfNoneMatch::Any) => true,
        Err(_) => false,
    };
    let mut response = if is_known {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    response
        .insert_header((header::CACHE_CONTROL, CACHE_CONTROL))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .insert_header(ETag(tag));
    if is_known {
        return Ok(response.finish());
    }
    Ok(response.content_type("text/calendar; charset=utf-8").body(text))
}

/// The feed as its maker reads it.
fn text(conn: &mut Conn, feed: &Feed, book: &Book, today: Date) -> Result<String, AppError> {
    let owner = BookId(feed.book_id);
    let maker = users::find_open(conn, UserId(feed.user_id))?;
    let preferences = maker.preferences(book);
    let categories = Categories::of(conn, owner)?;
    let open = OpenSchedules::of(conn, owner)?;
    let until = upcoming::latest_from(today);
    let dates = open.dates(until).take(MAX_EVENTS);
    let events = dates.map(|date| {
        let category = categories.name(date.schedule.category_id);
        event(&open, &date, category, feed.with_amounts.then_some(&preferences))
    });
    let events: Vec<Event> = events.collect();
    Ok(ical::calendar(&book.name, &events))
}

/// With `preferences` its title has the amount.
fn event(
    open: &OpenSchedules,
    date: &OpenDate<'_>,
    category: &str,
    preferences: Option<&Preferences>,
) -> Event {
    let schedule = date.schedule;
    let changed = open.decisions.get(schedule.id, date.due_on);
    let title = match date.description {
        "" => category,
        description => description,
    };
    Event {
        uid: format!("{}-{}@{}", schedule.id, ical::day(date.due_on), schedule.book_id),
        changed_at: changed.map_or(schedule.updated_at, |row| row.decided_at.max(schedule.updated_at)),
        sequence: schedule.version,
        day: date.due_on,
        summary: match preferences {
            Some(preferences) => format!(
                "{title} · {}",
                date.amount.format(preferences.currency, preferences.locale)
            ),
            None => title.to_owned(),
        },
        category: category.to_owned(),
    }
}
