//! The page "Edit expense".

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};

use super::field_values::Names;
use super::fields::{ExpenseField, ExpenseFields};
use super::history_view::HistoryPage;
use super::return_to::{ReturnPage, ReturnTo};
use super::view::{EditPage, Saved};
use crate::accounts::current::CurrentUser;
use crate::books::people::People;
use crate::error::{AppError, FieldErrors};
use crate::ledger::category::Categories;
use crate::ledger::expense::Expense;
use crate::ledger::history::read::last_since;
use crate::ledger::history::state::ExpenseState;
use crate::ledger::queries;
use crate::state::State;
use crate::web::chrome;
use crate::web::page::respond;
use crate::web::view::Nav;

/// An expense with the names of all categories and people of its book.
pub async fn find(
    state: &State,
    user: &CurrentUser,
    id: i64,
) -> Result<(Expense, Categories, People), AppError> {
    let (owner, book) = (user.book, user.book_context.clone());
    let found = state.db.read(owner, move |conn| {
        let row = queries::find(conn, owner, id)?;
        Ok((row, Categories::of(conn, owner)?, book.people(conn)?))
    });
    found.await
}

/// How the page differs from that of a plain GET.
#[derive(Default)]
pub struct Edited {
    pub code: StatusCode,
    /// As typed, with their messages; `None` for those of the stored expense.
    pub fields: Option<ExpenseFields>,
    /// Who has changed the expense since the form was filled, as a sentence; `None` if nobody has.
    pub changed: Option<String>,
    /// The version to save, if it is not the stored one.
    pub version: Option<i32>,
}

impl Edited {
    /// The form as typed, with what is wrong.
    pub fn wrong(fields: ExpenseFields, errors: &FieldErrors, version: Option<i32>) -> Self {
        Self {
            code: StatusCode::UNPROCESSABLE_ENTITY,
            fields: Some(fields.with_errors(errors)),
            changed: None,
            version,
        }
    }
}

/// "Ana changed it at 2:02 PM.": who has changed an expense since it had `version`, which it has no longer.
pub async fn changed_since(
    state: &State,
    user: &CurrentUser,
    id: i64,
    version: i32,
) -> Result<String, AppError> {
    let (owner, book) = (user.book, user.book_context.clone());
    let found = state.db.read(owner, move |conn| {
        Ok((last_since(conn, owner, id, version)?, book.people(conn)?))
    });
    let (last, people) = found.await?;
    let Some((by, at)) = last else {
        return Ok("It was changed meanwhile.".to_owned());
    };
    let when = user.preferences.when(at, user.today);
    if by == user.id {
        return Ok(format!("You changed it {when}, perhaps in another tab."));
    }
    Ok(format!("{} changed it {when}.", people.name(by)))
}

/// Answers with the page of the expense.
pub fn show(
    req: &HttpRequest,
    state: &State,
    user: &CurrentUser,
    return_to: &ReturnTo,
    (row, categories, people): &(Expense, Categories, People),
    edited: Edited,
) -> Result<HttpResponse, AppError> {
    let category = categories.get(row.category_id).ok_or(AppError::NotFound)?;
    let name = if row.description.is_empty() {
        &category.name
    } else {
        &row.description
    };
    let stored = || ExpenseFields::of_stored(row, &category.into(), user);
    let fields = edited.fields.unwrap_or_else(stored);
    let nav = if return_to.view == ReturnPage::List {
        Nav::Expenses
    } else {
        Nav::Dashboard
    };
    let page = EditPage {
        chrome: chrome::of(&state.site, Some(user.viewer()), "Edit expense", nav),
        status: None,
        form: return_to.edit_form(row.id, fields, user, categories, people),
        version: edited.version.unwrap_or(row.version),
        saved: edited.changed.map(|who| Saved {
            who,
            fields: saved_fields(&ExpenseState::of(row, &category.into()), user, people),
        }),
        name: name.to_owned(),
        back_href: return_to.address(),
        schedule_href: row
            .schedule_id()
            .map(|id| format!("{}/recurring/{id}", user.base)),
        repeat_href: format!("{}/recurring/new?expense={}", user.base, row.id),
        history_href: return_to.action(&HistoryPage::path(row.id)),
        delete_action: return_to.action(&format!("/expenses/{}/delete", row.id)),
    };
    respond(req, edited.code, &page)
}

/// The label of each field and its value in words.
fn saved_fields(saved: &ExpenseState, user: &CurrentUser, people: &People) -> Vec<(&'static str, String)> {
    let names = Names {
        preferences: &user.preferences,
        people,
        maker: user.book_context.made_by,
    };
    let words = |field| match field {
        ExpenseField::Date => user.preferences.locale.date_full(saved.date),
        ExpenseField::Description if saved.description.is_empty() => "None".to_owned(),
        _ => field.in_words(saved, &names),
    };
    ExpenseField::ALL
        .map(|field| (field.label(), words(field)))
        .to_vec()
}
