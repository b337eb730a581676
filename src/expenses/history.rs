//! The page "History" of an expense, and "Put back".

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use time::PrimitiveDateTime;

use super::change_notice::with_name;
use super::field_values::Names;
use super::history_view::{HistoryPage, StepView, facts};
use super::return_to::{ReturnPage, ReturnTo};
use crate::accounts::access::Editor;
use crate::accounts::current::CurrentUser;
use crate::books::people::People;
use crate::error::AppError;
use crate::ledger::category;
use crate::ledger::expense::Expense;
use crate::ledger::history::read::{self, Step};
use crate::ledger::history::state::ExpenseState;
use crate::ledger::paid_by;
use crate::ledger::put_back;
use crate::ledger::queries;
use crate::state::State;
use crate::web::chrome;
use crate::web::fields::{self, Fields};
use crate::web::flash::{self, Notice};
use crate::web::page::{is_htmx, respond, see_other, set_htmx_url};
use crate::web::path_id::{PathId, parse_id};
use crate::web::view::{Nav, Status};

/// Changes of one page.
const PAGE: usize = 50;
/// The parameter of an address with the version that the changes of the page are older than.
const UNTIL: &str = "until";

/// An expense and a page of its history.
struct History {
    row: Expense,
    present: ExpenseState,
    /// One more than [`PAGE`] if there are older ones.
    steps: Vec<Step>,
    people: People,
}

/// `GET /expenses/{id}/history`
pub async fn show(
    req: HttpRequest,
    state: State,
    user: CurrentUser,
    id: PathId,
) -> Result<HttpResponse, AppError> {
    let status = flash::take(&req, &state.site, user.session_id).map(Notice::into_status);
    answer(&req, &state, &user, parse_id(&id)?, status, None).await
}

/// `POST /expenses/{id}/history/{change}/restore`
pub async fn put_back(
    req: HttpRequest,
    state: State,
    user: Editor,
    id: PathId,
) -> Result<HttpResponse, AppError> {
    let id = parse_id(&id)?;
    let change = parse_id(req.match_info().get("change").unwrap_or_default())?;
    let return_to = ReturnTo::of_change(&req, &state)?;
    let (owner, context) = (user.book, user.write_context(&state));
    let changed = state.db.write(user.writable(), move |conn| {
        put_back::put_back(conn, owner, id, change, &context).map(with_name)
    });
    let (row, name) = match changed.await {
        Ok(changed) => changed,
        Err(AppError::Invalid(errors)) => {
            let problem = errors.0.into_iter().next().map(|error| error.message);
            return answer(&req, &state, &user, id, None, problem).await;
        }
        Err(other) => return Err(other),
    };
    let place = if row.is_live() {
        ""
    } else {
        ", in Recently deleted"
    };
    let words = format!("Put back {name}, {}{place}", user.preferences.words(row.amount));
    let notice = Notice::new(words);
    let address = return_to.action(&HistoryPage::path(id));
    if !is_htmx(&req) {
        flash::set(&req, &state.site, user.session_id, &notice);
        return Ok(see_other(&address));
    }
    let mut response = answer(&req, &state, &user, id, Some(notice.into_status()), None).await?;
    set_htmx_url(&req, &mut response, &address);
    Ok(response)
}

/// The page; a 422 if there is a `problem`.
async fn answer(
    req: &HttpRequest,
    state: &State,
    user: &CurrentUser,
    id: i64,
    status: Option<Status>,
    problem: Option<String>,
) -> Result<HttpResponse, AppError> {
    let return_to = ReturnTo::of_change(req, state)?;
    let until = until(&return_to.query)?;
    let (owner, book, now) = (user.book, user.book_context.clone(), state.clock.now());
    let history = state.db.read(owner, move |conn| {
        let row = queries::find_restorable(conn, owner, id, now)?;
        let category = category::find(conn, owner, row.category_id)?;
        let present = ExpenseState::of(&row, &category);
        let steps = read::steps(conn, owner, id, present.clone(), until, PAGE + 1)?;
        let people = book.people(conn)?;
        Ok(History {
            row,
            present,
            steps,
            people,
        })
    });
    let code = if problem.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let page = HistoryPage {
        status,
        problem,
        ..page(state, user, &return_to, history.await?)
    };
    respond(req, code, &page)
}

fn until(query: &Fields) -> Result<Option<i32>, AppError> {
    query
        .non_empty(UNTIL)
        .map(|text| {
            text.parse()
                .map_err(|_| AppError::BadRequest(format!("“{UNTIL}” is a whole number.")))
        })
        .transpose()
}

fn page(state: &State, user: &CurrentUser, return_to: &ReturnTo, history: History) -> HistoryPage {
    let History {
        row,
        present,
        mut steps,
        people,
    } = history;
    let names = Names {
        preferences: &user.preferences,
        people: &people,
        maker: user.book_context.made_by,
    };
    let nav = match return_to.view {
        ReturnPage::List => Nav::Expenses,
        ReturnPage::Dashboard => Nav::Dashboard,
    };
    let address = return_to.action(&HistoryPage::path(row.id));
    let has_more = steps.len() > PAGE;
    steps.truncate(PAGE);
    let older = steps.last().filter(|_| has_more).map(|step| {
        let version = step.version.to_string();
        let mark = if address.contains('?') { '&' } else { '?' };
        format!("{address}{mark}{UNTIL}={}", fields::encode(&version))
    });
    let at = |moment: PrimitiveDateTime| user.preferences.moment(moment);
    HistoryPage {
        chrome: chrome::of(&state.site, Some(user.viewer()), "History", nav),
        status: None,
        problem: None,
        name: if row.description.is_empty() {
            present.category.name.clone()
        } else {
            row.description.clone()
        },
        now: facts(&present, &names),
        steps: steps
            .into_iter()
            .map(|step| {
                let path = format!("{}/{}/restore", HistoryPage::path(row.id), step.id);
                StepView::new(&step, return_to.action(&path), &names)
            })
            .collect(),
        added: older.is_none().then(|| at(row.created_at)),
        added_by: people
            .name(paid_by::person(row.created_by, user.book_context.made_by))
            .to_owned(),
        older,
        back_href: return_to.address(),
    }
}
