//! The form for a new schedule, filled from an expense: "Repeat this".

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::data::{BookData, Reader};
use super::form::schedule_form;
use super::words::Words;
use crate::accounts::access::Editor;
use crate::accounts::request::Request;
use crate::db::Conn;
use crate::error::AppError;
use crate::expenses::fields::ExpenseFields;
use crate::ledger::queries;
use crate::recurring::fields::ScheduleFields;
use crate::recurring::view::NewPage;
use crate::web::fields::Fields;
use crate::web::path_id::parse_id;
use crate::web::view::Nav;

/// `GET {base}/recurring/new?expense={id}`, with `unit` and `every` for another rhythm than monthly; without an expense the
/// form is empty.
pub(super) async fn new(request: Request<Editor>) -> Result<HttpResponse, AppError> {
    let query = Fields::of_query(&request.http)?;
    let expense = query.non_empty("expense").map(|id| parse_id(&id)).transpose()?;
    let reader = Reader::of(&request.state, &request.user);
    let owner = request.user.book;
    let read = move |conn: &mut Conn| {
        let row = expense.map(|id| queries::find(conn, owner, id)).transpose()?;
        Ok((row, BookData::of(conn, &reader)?))
    };
    let (row, book) = request.state.db.read(owner, read).await?;
    let fields = match &row {
        Some(row) => {
            let category = book.categories.get(row.category_id).ok_or(AppError::NotFound)?;
            ScheduleFields::of_expense(row, &category.into(), &request.user).with_rhythm(
                row.spent_on,
                query.get_opt("unit"),
                query.get_opt("every"),
            )
        }
        None => ScheduleFields::monthly(ExpenseFields::default(), Some(book.today)),
    };
    let words = Words {
        user: &request.user,
        book: &book,
        request_id: request.state.ids.next().to_string(),
    };
    let page = NewPage {
        chrome: request.chrome("New recurring entry", Nav::Recurring),
        status: None,
        schedule: schedule_form(&words, fields, None),
        back_href: words.address(""),
    };
    request.respond(StatusCode::OK, &page)
}
