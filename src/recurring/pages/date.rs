//! One date of a schedule: enter it, skip it, change it, or take that back.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use time::Date;

use super::data::{BookData, Reader};
use super::index;
use super::words::Words;
use crate::accounts::access::{Access, Editor};
use crate::accounts::request::Request;
use crate::books::role::Role;
use crate::db::Conn;
use crate::error::{AppError, FieldErrors};
use crate::ledger::queries;
use crate::ledger::schedule::occurrence::{self, Decision, Occurrence};
use crate::ledger::schedule::open_dates::OpenSchedules;
use crate::ledger::schedule::row;
use crate::period::{format_date, parse_date};
use crate::recurring::date_action::{DateAction, Done};
use crate::recurring::view::DatePage;
use crate::web::fields::Fields;
use crate::web::flash::Notice;
use crate::web::path_id::parse_id;
use crate::web::view::{Field, Nav};

/// The id and the date of an address. One that can't be read is [`AppError::NotFound`].
fn read_path(req: &HttpRequest) -> Result<(i64, Date), AppError> {
    let part = |name: &str| req.match_info().get(name).unwrap_or_default();
    let date = parse_date(part("date")).ok_or(AppError::NotFound)?;
    Ok((parse_id(part("id"))?, date))
}

/// `GET {base}/recurring/{id}/{date}`
pub(super) async fn show(request: Request) -> Result<HttpResponse, AppError> {
    let (id, due_on) = read_path(&request.http)?;
    respond(
        &request,
        id,
        due_on,
        StatusCode::OK,
        None,
        &FieldErrors::default(),
        None,
    )
    .await
}

/// `POST {base}/recurring/{id}/{date}`
pub(super) async fn update(request: Request<Editor>, form: Fields) -> Result<HttpResponse, AppError> {
    let (id, due_on) = read_path(&request.http)?;
    let today = index::today(&request).await?;
    let action = DateAction::of_form(&form, &request.user.preferences);
    let context = request.user.write_context(&request.state);
    let owner = request.user.book;
    let done = match action {
        Ok(action) => {
            let work = move |conn: &mut Conn| {
                row::find(conn, owner, id)?;
                action.apply(conn, owner, (id, due_on), today, &context)
            };
            request.state.db.write(request.user.writable(), work).await
        }
        Err(errors) => Err(AppError::Invalid(errors)),
    };
    match done {
        Ok(done) => index::done(&request, Notice::new(words(done))).await,
        Err(AppError::Conflict(words)) => {
            let errors = FieldErrors::default();
            respond(
                &request,
                id,
                due_on,
                StatusCode::CONFLICT,
                Some(words),
                &errors,
                Some(&form),
            )
            .await
        }
        Err(AppError::Invalid(errors)) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            respond(&request, id, due_on, status, None, &errors, Some(&form)).await
        }
        Err(other) => Err(other),
    }
}

fn words(done: Done) -> &'static str {
    match done {
        Done::Posted => "Entered",
        Done::PostedBefore => "Already entered",
        Done::Skipped => "Skipped",
        Done::Restored => "Restored",
        Done::Changed => "Saved for this date",
    }
}

struct Data {
    book: BookData,
    open: OpenSchedules,
    decided: Option<Occurrence>,
    /// The expense that was posted, if it is not deleted.
    expense: Option<i64>,
}

impl Data {
    fn of(conn: &mut Conn, reader: &Reader, id: i64, due_on: Date) -> Result<Self, AppError> {
        let owner = reader.book.book;
        let schedule = row::find(conn, owner, id)?;
        let decided = occurrence::find(conn, owner, id, due_on)?;
        let expense = decided.as_ref().and_then(|row| row.expense_id);
        let live = queries::live(conn, owner, &Vec::from_iter(expense))?;
        Ok(Self {
            book: BookData::of(conn, reader)?,
            open: OpenSchedules::of_one(conn, owner, schedule)?,
            decided,
            expense: expense.filter(|id| live.contains(id)),
        })
    }
}

impl Data {
    /// Whether the date is to be decided.
    fn is_open(&self, due_on: Date) -> bool {
        let schedule = &self.open.schedules[0];
        let decided = self.decided.as_ref();
        schedule.ended_on.is_none()
            && schedule.next_on.is_some_and(|next| next <= due_on)
            && schedule.recurrence().index_of(due_on).is_some()
            && decided.is_none_or(|row| row.is(Decision::Changed))
    }

    fn state(&self) -> &'static str {
        match &self.decided {
            Some(row) if row.is(Decision::Posted) => "This date was entered.",
            Some(row) if row.is(Decision::Skipped) => "This date was skipped.",
            _ => "",
        }
    }
}

async fn respond<A: Access>(
    request: &Request<A>,
    id: i64,
    due_on: Date,
    status: StatusCode,
    problem: Option<String>,
    errors: &FieldErrors,
    typed: Option<&Fields>,
) -> Result<HttpResponse, AppError> {
    let user = request.user.user();
    let reader = Reader::of(&request.state, user);
    let read = move |conn: &mut Conn| Data::of(conn, &reader, id, due_on);
    let found = request.state.db.read(user.book, read).await?;
    let words = Words {
        user,
        book: &found.book,
        request_id: request.state.ids.next().to_string(),
    };
    let schedule = &found.open.schedules[0];
    let is_open = found.is_open(due_on);
    if !is_open && found.decided.is_none() && errors.is_empty() && problem.is_none() {
        return Err(AppError::NotFound);
    }
    let date = found.open.date(schedule, due_on);
    let preferences = &user.preferences;
    let amount = date.amount.format_input(preferences.currency, preferences.locale);
    let day = format_date(due_on.min(found.book.today));
    let text = |name: &str, stored: String| {
        let sent = typed.and_then(|form| form.get_opt(name).map(str::to_owned));
        Field::checked(name, sent.unwrap_or(stored), errors)
    };
    let page = DatePage {
        chrome: request.chrome("Recurring entry", Nav::Recurring),
        status: None,
        // Without a form there is no field for a message.
        problem: problem.or_else(|| {
            let other = errors.0.iter().find(|error| !is_open || error.field == "action");
            other.map(|error| error.message.clone())
        }),
        is_open: is_open && user.role >= Role::Editor,
        is_changed: date.is_changed && is_open,
        state: found.state(),
        expense_href: found
            .expense
            .map(|id| format!("{}/expenses/{id}/edit", user.base)),
        can_return: user.role >= Role::Editor
            && schedule.ended_on.is_none()
            && found
                .decided
                .as_ref()
                .is_some_and(|row| row.is(Decision::Skipped)),
        amount: text("amount", amount),
        description: text("description", date.description.to_owned()),
        day: text("date", day),
        currency: preferences.currency.code().to_owned(),
        date: words.date(&date),
        back_href: words.address(&format!("/{id}")),
    };
    request.respond(status, &page)
}
