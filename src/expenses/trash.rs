//! The trash: the page "Recently deleted", and the ways into it and out of it.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use time::PrimitiveDateTime;

use super::change_notice::{with_name, words};
use super::cursor::Cursor;
use super::expense_view::ExpenseView;
use super::history_view::HistoryPage;
use super::paging;
use super::return_to::{ReturnPage, ReturnTo};
use super::trash_view::{TrashPage, TrashRow};
use crate::accounts::access::Editor;
use crate::accounts::current::CurrentUser;
use crate::books::people::People;
use crate::db::{BookId, Conn, WriteContext};
use crate::error::AppError;
use crate::ledger::category::{Categories, CategoryRef};
use crate::ledger::expense::Expense;
use crate::ledger::queries::{self, TRASH_DAYS};
use crate::ledger::write;
use crate::state::State;
use crate::web::chrome;
use crate::web::fields::Fields;
use crate::web::flash::{self, Notice};
use crate::web::page::{Page as _, respond};
use crate::web::path_id::{PathId, parse_id};
use crate::web::view::Nav;

/// Rows of one page.
const PAGE: i64 = 50;

/// `GET /expenses/trash`
pub async fn index(req: HttpRequest, state: State, user: CurrentUser) -> Result<HttpResponse, AppError> {
    let position = Cursor::<PrimitiveDateTime>::position(&Fields::of_query(&req)?, &state.site.signer)?;
    let (owner, book, now) = (user.book, user.book_context.clone(), state.clock.now());
    let found = state.db.read(owner, move |conn| {
        let mut rows = queries::trashed(conn, owner, now, position, PAGE + 1)?;
        let more = paging::cut(&mut rows, &position, PAGE);
        Ok((rows, more, Categories::of(conn, owner)?, book.people(conn)?))
    });
    let (rows, more, categories, people) = found.await?;
    let return_to = ReturnTo::new(ReturnPage::List, Fields::default(), user.base.clone());
    let path = return_to.plain_address(TrashPage::PATH);
    let cursor = |row: &Expense| Some(Cursor::new(row.deleted_at?, row.id));
    let ends = rows.first().and_then(cursor).zip(rows.last().and_then(cursor));
    let page = TrashPage {
        chrome: chrome::of(
            &state.site,
            Some(user.viewer()),
            "Recently deleted",
            Nav::Expenses,
        ),
        status: return_to.status(flash::take(&req, &state.site, user.session_id)),
        back_href: return_to.address(),
        pager: paging::pager(&path, &[], &position, more, ends, &state.site.signer),
        rows: rows
            .iter()
            .map(|row| view(row, &user, (&categories, &people), &return_to, now))
            .collect(),
    };
    respond(&req, StatusCode::OK, &page)
}

fn view(
    row: &Expense,
    user: &CurrentUser,
    names: (&Categories, &People),
    return_to: &ReturnTo,
    now: PrimitiveDateTime,
) -> TrashRow {
    let gone = row.deleted_at.map_or(0, |at| (now - at).whole_days());
    let left = (TRASH_DAYS - gone).max(1);
    TrashRow {
        expense: ExpenseView::new(row, user, names, true),
        date: user.preferences.locale.date_medium(row.spent_on),
        days_left: if left == 1 {
            "1 day left".to_owned()
        } else {
            format!("{left} days left")
        },
        history_href: return_to.action(&HistoryPage::path(row.id)),
        restore_action: return_to.action(&format!("/expenses/{}/restore", row.id)),
    }
}

/// `POST /expenses/{id}/delete`
pub async fn delete(
    req: HttpRequest,
    state: State,
    user: Editor,
    id: PathId,
) -> Result<HttpResponse, AppError> {
    let (row, name, return_to) = apply(&req, &state, &user, &id, write::trash).await?;
    let notice = Notice {
        words: format!("Deleted {name}, {}", user.preferences.words(row.amount)),
        undo: Some(return_to.plain_address(&format!("/expenses/{}/restore", row.id))),
        date: None,
    };
    return_to.done(&req, &state, &user, notice, None).await
}

/// `POST /expenses/{id}/restore`
pub async fn restore(
    req: HttpRequest,
    state: State,
    user: Editor,
    id: PathId,
) -> Result<HttpResponse, AppError> {
    let (row, name, return_to) = apply(&req, &state, &user, &id, write::restore).await?;
    let notice = Notice::new(words("Restored", &name, &row, &return_to, &user));
    return_to.done(&req, &state, &user, notice, Some(row.id)).await
}

/// [`write::trash`] or [`write::restore`].
type Change = fn(&mut Conn, BookId, i64, &WriteContext) -> Result<(Expense, CategoryRef), AppError>;

/// Applies `change` to the expense of the address; returns it, what people call it, and the view to return to.
async fn apply(
    req: &HttpRequest,
    state: &State,
    user: &Editor,
    id: &PathId,
    change: Change,
) -> Result<(Expense, String, ReturnTo), AppError> {
    let id = parse_id(id)?;
    let return_to = ReturnTo::of_change(req, state)?;
    let (owner, context) = (user.book, user.write_context(state));
    let changed = state.db.write(user.writable(), move |conn| {
        change(conn, owner, id, &context).map(with_name)
    });
    let (row, name) = changed.await?;
    Ok((row, name, return_to))
}
