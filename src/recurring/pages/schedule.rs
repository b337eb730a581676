//! One schedule: its form, its coming and past dates, pause, resume and end.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::data::Reader;
use super::form::{Existing, schedule_form};
use super::index;
use super::schedule_data::{ScheduleData as Data, past};
use super::words::Words;
use crate::accounts::access::{Access, Editor};
use crate::accounts::request::Request;
use crate::books::role::Role;
use crate::db::Conn;
use crate::error::{AppError, FieldErrors};
use crate::expenses::field_values::AmountStyle;
use crate::ledger::schedule::lifecycle::{self, Skipped};
use crate::ledger::schedule::row::{Schedule, ScheduleState};
use crate::ledger::schedule::{catch_up, edit, post_now};
use crate::period::{FIRST_DAY, LAST_DAY};
use crate::recurring::fields::ScheduleFields;
use crate::recurring::view::{ScheduleForm, SchedulePage};
use crate::web::fields::Fields;
use crate::web::flash::Notice;
use crate::web::path_id::{PathId, parse_id};
use crate::web::view::Nav;

/// Dates to come on the page.
const COMING: usize = 6;

/// How the page differs from that of a plain GET.
#[derive(Default)]
struct Shown {
    status: StatusCode,
    notice: Option<Notice>,
    /// As typed, with their messages.
    fields: Option<ScheduleFields>,
    /// Why it could not be saved as a whole.
    problem: Option<String>,
}

/// `GET {base}/recurring/{id}`
pub(super) async fn show(request: Request, id: PathId) -> Result<HttpResponse, AppError> {
    catch_up(&request.state, request.user.book).await;
    let notice = request.take_notice();
    let shown = Shown {
        notice,
        ..Shown::default()
    };
    respond(&request, parse_id(&id)?, shown).await
}

/// `POST {base}/recurring/{id}`; with the field `preview` nothing is saved.
pub(super) async fn update(
    request: Request<Editor>,
    id: PathId,
    form: Fields,
) -> Result<HttpResponse, AppError> {
    let id = parse_id(&id)?;
    let fields = ScheduleFields::of_form(&form);
    let wrong = |fields: ScheduleFields, errors: &FieldErrors| Shown {
        status: StatusCode::UNPROCESSABLE_ENTITY,
        fields: Some(fields.with_errors(errors)),
        ..Shown::default()
    };
    if !form.get("preview").is_empty() {
        let shown = Shown {
            fields: Some(fields.with_date_errors(&request.user.preferences)),
            ..Shown::default()
        };
        return respond(&request, id, shown).await;
    }
    let new = match fields.check(&request.user.preferences, AmountStyle::Typed) {
        Ok(new) => new,
        Err(errors) => return respond(&request, id, wrong(fields, &errors)).await,
    };
    let version = form.get("version").parse().ok();
    let (owner, context) = (request.user.book, request.user.write_context(&request.state));
    let saved = request.state.db.write(request.user.writable(), move |conn| {
        edit::update(conn, owner, id, &new, version, &context)
    });
    match saved.await {
        Ok((row, category)) => {
            post_now(&request.state, owner).await?;
            let name = if row.description.is_empty() {
                category.name
            } else {
                row.description
            };
            index::done(&request, Notice::new(format!("Saved {name}"))).await
        }
        Err(AppError::Invalid(errors)) => respond(&request, id, wrong(fields, &errors)).await,
        Err(AppError::PreconditionFailed(_)) => {
            let shown = Shown {
                status: StatusCode::CONFLICT,
                fields: Some(fields),
                problem: Some(
                    "This changed while you were editing. Check the dates below, then save again.".to_owned(),
                ),
                ..Shown::default()
            };
            respond(&request, id, shown).await
        }
        Err(AppError::Conflict(words)) => respond(&request, id, conflict(words)).await,
        Err(other) => Err(other),
    }
}

fn conflict(words: String) -> Shown {
    Shown {
        status: StatusCode::CONFLICT,
        problem: Some(words),
        ..Shown::default()
    }
}

/// `POST {base}/recurring/{id}/pause`
pub(super) async fn pause(request: Request<Editor>, id: PathId) -> Result<HttpResponse, AppError> {
    let id = parse_id(&id)?;
    post_now(&request.state, request.user.book).await?;
    let today = index::today(&request).await?;
    let (owner, context) = (request.user.book, request.user.write_context(&request.state));
    let paused = request.state.db.write(request.user.writable(), move |conn| {
        lifecycle::pause(conn, owner, id, today, &context)
    });
    match paused.await {
        Ok(_) => {
            index::done(
                &request,
                Notice::new("Paused. Nothing is entered until you resume it"),
            )
            .await
        }
        Err(AppError::Conflict(words)) => respond(&request, id, conflict(words)).await,
        Err(other) => Err(other),
    }
}

/// `POST {base}/recurring/{id}/resume`
pub(super) async fn resume(request: Request<Editor>, id: PathId) -> Result<HttpResponse, AppError> {
    let id = parse_id(&id)?;
    let today = index::today(&request).await?;
    let (owner, context) = (request.user.book, request.user.write_context(&request.state));
    let resumed = request.state.db.write(request.user.writable(), move |conn| {
        lifecycle::resume(conn, owner, id, today, &context)
    });
    match resumed.await {
        Ok((_, skipped)) => {
            post_now(&request.state, owner).await?;
            index::done(&request, Notice::new(resumed_words(&request, &skipped))).await
        }
        Err(AppError::Conflict(words)) => respond(&request, id, conflict(words)).await,
        Err(other) => Err(other),
    }
}

/// "Resumed. Skipped Oct 1 and Nov 1".
fn resumed_words(request: &Request<Editor>, skipped: &Skipped) -> String {
    let locale = request.user.preferences.locale;
    let dates: Vec<String> = skipped
        .first
        .iter()
        .map(|date| locale.date_medium(*date))
        .collect();
    let more = skipped.count - dates.len();
    match (dates.as_slice(), more) {
        ([], _) => "Resumed".to_owned(),
        (dates, 0) => format!("Resumed. Skipped {}", dates.join("; ")),
        (dates, more) => format!("Resumed. Skipped {}; and {more} more", dates.join("; ")),
    }
}

/// `POST {base}/recurring/{id}/end`
pub(super) async fn end(request: Request<Editor>, id: PathId) -> Result<HttpResponse, AppError> {
    let id = parse_id(&id)?;
    let today = index::today(&request).await?;
    let (owner, context) = (request.user.book, request.user.write_context(&request.state));
    let ended = request.state.db.write(request.user.writable(), move |conn| {
        lifecycle::end(conn, owner, id, today, &context)
    });
    ended.await?;
    index::done(&request, Notice::new("Ended. Expenses already entered stay")).await
}

async fn respond<A: Access>(request: &Request<A>, id: i64, shown: Shown) -> Result<HttpResponse, AppError> {
    let user = request.user.user();
    let reader = Reader::of(&request.state, user);
    let read = move |conn: &mut Conn| Data::of(conn, &reader, id);
    let data = request.state.db.read(user.book, read).await?;
    let words = Words {
        user,
        book: &data.book,
        request_id: request.state.ids.next().to_string(),
    };
    let schedule = &data.open.schedules[0];
    let is_ended = schedule.state() == ScheduleState::Ended;
    let page = SchedulePage {
        chrome: request.chrome("Recurring entry", Nav::Recurring),
        status: shown.notice.map(Notice::into_status),
        line: words.line(schedule),
        problem: shown.problem,
        is_paused: schedule.state() == ScheduleState::Paused,
        is_ended,
        again_href: data
            .latest_expense()
            .filter(|_| is_ended && user.role >= Role::Editor)
            .map(|id| format!("{}?expense={id}", words.address("/new"))),
        schedule: (user.role >= Role::Editor && !is_ended)
            .then(|| form(&words, &data, schedule, shown.fields))
            .flatten(),
        coming: data
            .open
            .of_schedule(schedule, (FIRST_DAY, LAST_DAY))
            .take(COMING)
            .map(|date| words.date(&date))
            .collect(),
        past: past(&words, &data, schedule),
        back_href: words.address(""),
    };
    request.respond(shown.status, &page)
}

fn form(
    words: &Words<'_>,
    data: &Data,
    schedule: &Schedule,
    typed: Option<ScheduleFields>,
) -> Option<ScheduleForm> {
    let category = data.book.categories.get(schedule.category_id)?;
    let last = data.past.first().map(|row| row.due_on);
    let fields =
        typed.unwrap_or_else(|| ScheduleFields::of_stored(schedule, &category.into(), last, words.user));
    let decided = &data.decided;
    Some(schedule_form(words, fields, Some(Existing { schedule, decided })))
}
