//! What is due and to come, all schedules, and the form for a new one.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use time::Date;

use super::data::{IndexData, Reader};
use super::form::schedule_form;
use super::words::{Words, yearly};
use crate::accounts::access::{Access, Editor};
use crate::accounts::request::Request;
use crate::books::role::Role;
use crate::db::Conn;
use crate::error::{AppError, FieldErrors};
use crate::expenses::field_values::AmountStyle;
use crate::expenses::fields::ExpenseFields;
use crate::ledger::schedule::dismissed;
use crate::ledger::schedule::open_dates::OpenDate;
use crate::ledger::schedule::row::ScheduleState;
use crate::ledger::schedule::{catch_up, edit, post_now};
use crate::money::Money;
use crate::period::{Month, Recurrence};
use crate::recurring::fields::ScheduleFields;
use crate::recurring::view::{DateView, MonthGroup, RecurringPage};
use crate::web::fields::Fields;
use crate::web::flash::Notice;
use crate::web::page::{is_htmx, see_other, set_htmx_url};
use crate::web::view::Nav;

/// Months of which the page shows the dates: this one and the next two.
const MONTHS: usize = 3;
/// Dates that the page shows.
const MOST_DATES: usize = 100;

/// `GET {base}/recurring`
pub(super) async fn index(request: Request) -> Result<HttpResponse, AppError> {
    catch_up(&request.state, request.user.book).await;
    let notice = request.take_notice();
    respond(&request, StatusCode::OK, notice, None).await
}

/// `POST {base}/recurring`; with the field `preview` nothing is saved, and the form prints its dates.
pub(super) async fn create(request: Request<Editor>, form: Fields) -> Result<HttpResponse, AppError> {
    let fields = ScheduleFields::of_form(&form);
    if !form.get("preview").is_empty() {
        let fields = fields.with_date_errors(&request.user.preferences);
        return respond(&request, StatusCode::OK, None, Some(fields)).await;
    }
    let new = match fields.check(&request.user.preferences, AmountStyle::Typed) {
        Ok(new) => new,
        Err(errors) => return refused(&request, fields.with_errors(&errors)).await,
    };
    let today = today(&request).await?;
    if form.get(CONFIRMED).is_empty() && past_dates(&new.recurrence, today) > MOST_UNASKED {
        return ask(&request, fields, past_dates(&new.recurrence, today)).await;
    }
    let (owner, context) = (request.user.book, request.user.write_context(&request.state));
    let key = Some(&fields.expense.request_id)
        .filter(|id| !id.is_empty())
        .map(|id| new.request_key(id, &context));
    let created = request.state.db.write(request.user.writable(), move |conn| {
        edit::create(conn, owner, &new, key, &context)
    });
    let (row, category) = match created.await {
        Ok(created) => created,
        Err(AppError::Invalid(errors)) => return refused(&request, fields.with_errors(&errors)).await,
        Err(other) => return Err(other),
    };
    let posted = post_now(&request.state, owner).await?;
    let name = if row.description.is_empty() {
        category.name
    } else {
        row.description
    };
    let entered = request
        .user
        .preferences
        .expenses(i64::try_from(posted).unwrap_or(i64::MAX));
    let words = match posted {
        0 => format!("Added recurring entry {name}"),
        _ => format!("Added recurring entry {name}, entered {entered}"),
    };
    done(&request, Notice::new(words)).await
}

/// Dates until today that a new entry may have before the form asks whether they are meant.
const MOST_UNASKED: usize = 60;
/// The hidden field of a form that was sent again after that question.
const CONFIRMED: &str = "confirmed";

/// How many dates are not in the future.
fn past_dates(dates: &Recurrence, today: Date) -> usize {
    dates
        .dates_from(dates.first)
        .take_while(|date| *date <= today)
        .count()
}

/// The form again, with the question whether so many dates of the past are meant.
async fn ask(
    request: &Request<Editor>,
    fields: ScheduleFields,
    count: usize,
) -> Result<HttpResponse, AppError> {
    let words = format!(
        "It has {count} dates until today. If the first date is right, save again to enter all of them."
    );
    let mut fields = fields.with_errors(&FieldErrors::one("date", words));
    fields.is_confirmed = true;
    respond(request, StatusCode::UNPROCESSABLE_ENTITY, None, Some(fields)).await
}

/// `POST {base}/recurring/dismiss`: the field `key` names a suggestion.
pub(super) async fn dismiss(request: Request<Editor>, form: Fields) -> Result<HttpResponse, AppError> {
    let key = form.get("key").parse().map_err(|_| AppError::NotFound)?;
    let (owner, now) = (request.user.book, request.state.clock.now());
    let dismissed = request.state.db.write(request.user.writable(), move |conn| {
        dismissed::dismiss(conn, owner, key, now)
    });
    dismissed.await?;
    done(&request, Notice::new("Dismissed")).await
}

/// Answers a change with the list: 303, or to htmx the list itself.
pub(super) async fn done(request: &Request<Editor>, notice: Notice) -> Result<HttpResponse, AppError> {
    let address = request.book_address("/recurring");
    if is_htmx(&request.http) {
        let mut response = respond(request, StatusCode::OK, Some(notice), None).await?;
        set_htmx_url(&request.http, &mut response, &address);
        return Ok(response);
    }
    request.set_notice(&notice);
    Ok(see_other(&address))
}

async fn refused(request: &Request<Editor>, fields: ScheduleFields) -> Result<HttpResponse, AppError> {
    respond(request, StatusCode::UNPROCESSABLE_ENTITY, None, Some(fields)).await
}

async fn respond<A: Access>(
    request: &Request<A>,
    status: StatusCode,
    notice: Option<Notice>,
    fields: Option<ScheduleFields>,
) -> Result<HttpResponse, AppError> {
    let user = request.user.user();
    let reader = Reader::of(&request.state, user);
    let read = move |conn: &mut Conn| IndexData::of(conn, &reader);
    let data = request.state.db.read(user.book, read).await?;
    let words = Words {
        user,
        book: &data.book,
        request_id: request.state.ids.next().to_string(),
    };
    let (due, months, more) = dates(&data, &words);
    let new =
        fields.unwrap_or_else(|| ScheduleFields::monthly(ExpenseFields::default(), Some(data.book.today)));
    let page = RecurringPage {
        chrome: request.chrome("Recurring", Nav::Recurring),
        status: notice.map(Notice::into_status),
        due,
        months,
        more,
        schedules: data.open.schedules.iter().map(|one| words.line(one)).collect(),
        yearly: yearly_words(&data, &words),
        ended: data.ended.iter().map(|one| words.line(one)).collect(),
        suggestions: data.found.iter().map(|one| words.suggestion(one)).collect(),
        new: (user.role >= Role::Editor).then(|| schedule_form(&words, new, None)),
    };
    request.respond(status, &page)
}

/// What is due, what is to come by month, and words for what is not shown.
fn dates(data: &IndexData, words: &Words<'_>) -> (Vec<DateView>, Vec<MonthGroup>, Option<String>) {
    let calendar = words.user.preferences.calendar;
    let today = data.book.today;
    let mut month = calendar.month_of(today);
    for _ in 1..MONTHS {
        month = month.next().unwrap_or(month);
    }
    let until = calendar.month_bounds(month).last();
    let due: Vec<OpenDate<'_>> = data.open.dates(today).take(MOST_DATES + 1).collect();
    let mut groups = Vec::<(Month, Vec<OpenDate<'_>>)>::new();
    let tomorrow = today.next_day().unwrap_or(today);
    for date in data
        .open
        .dates_within(tomorrow, until)
        .filter(|date| date.due_on > today)
    {
        let month = calendar.month_of(date.due_on);
        match groups.last_mut() {
            Some((last, dates)) if *last == month => dates.push(date),
            _ => groups.push((month, vec![date])),
        }
    }
    let mut room = MOST_DATES;
    let mut is_cut = due.len() > MOST_DATES;
    let due = due.iter().take(MOST_DATES).map(|date| words.date(date)).collect();
    let months = groups.iter().map(|(month, dates)| {
        let some = &dates[..dates.len().min(room)];
        is_cut |= some.len() < dates.len();
        room -= some.len();
        group(
            *month,
            dates,
            some.iter().map(|date| words.date(date)).collect(),
            words,
        )
    });
    let months = months.collect();
    let more = is_cut.then(|| format!("Only the first {MOST_DATES} dates of each part are shown."));
    (due, months, more)
}

fn group(month: Month, dates: &[OpenDate<'_>], shown: Vec<DateView>, words: &Words<'_>) -> MonthGroup {
    let preferences = &words.user.preferences;
    let sum = |is_income: bool| {
        let of_kind =
            |date: &&OpenDate<'_>| words.book.categories.is_income(date.schedule.category_id) == is_income;
        sum_of(dates.iter().filter(of_kind).map(|date| date.amount))
    };
    let income = sum(true);
    MonthGroup {
        heading: preferences.locale.month_year(month.year(), month.month()),
        total: preferences.money(sum(false)),
        income: (!income.is_zero()).then(|| preferences.money(income).with_plus()),
        dates: shown,
    }
}

/// At the end of the range rather than an overflow.
fn sum_of(amounts: impl Iterator<Item = Money>) -> Money {
    let sum: i128 = amounts.map(|amount| i128::from(amount.minor())).sum();
    Money::from_minor(i64::try_from(sum).unwrap_or(if sum < 0 { i64::MIN } else { i64::MAX }))
}

/// What the schedules of spending cost in a year; `None` without any.
fn yearly_words(data: &IndexData, words: &Words<'_>) -> Option<String> {
    let spending = data
        .open
        .schedules
        .iter()
        .filter(|one| one.state() == ScheduleState::Active)
        .filter(|one| !data.book.categories.is_income(one.category_id));
    let amounts: Vec<Money> = spending.map(yearly).collect();
    let sum = sum_of(amounts.iter().copied());
    (!amounts.is_empty()).then(|| format!("{} a year", words.user.preferences.words(sum)))
}

/// Today in the book, for handlers that only need that.
pub(super) async fn today(request: &Request<Editor>) -> Result<Date, AppError> {
    crate::ledger::schedule::today(&request.state, request.user.book).await
}
