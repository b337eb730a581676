//! The category that is suggested for a description, for the script of the form and for a form without a category.

use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::ToSchema;

use super::field_values::LONGEST_DESCRIPTION;
use super::fields::{ExpenseField, ExpenseFields};
use crate::accounts::current::CurrentUser;
use crate::error::AppError;
use crate::ledger::kinds::Kinds;
use crate::ledger::suggestion::{self, Suggestion};
use crate::state::{AppState, State};
use crate::text;
use crate::web::fields::Fields;

/// A suggested category, with its reason.
#[derive(Debug, Serialize, ToSchema)]
pub struct SuggestedCategory {
    /// `null` where the history suggests none.
    #[schema(required = true, example = "Groceries")]
    category: Option<String>,
    /// For people.
    #[schema(required = true, example = "Groceries, as the last 9 times")]
    reason: Option<String>,
}

impl From<Option<Suggestion>> for SuggestedCategory {
    fn from(found: Option<Suggestion>) -> Self {
        Self {
            reason: found.as_ref().map(Suggestion::words),
            category: found.map(|suggestion| suggestion.category),
        }
    }
}

/// `GET {base}/expenses/suggestion?description=`: JSON for the script. With `kind=income`, for the form "Add income".
pub async fn show(req: HttpRequest, state: State, user: CurrentUser) -> Result<HttpResponse, AppError> {
    let query = Fields::of_query(&req)?;
    let mut fields = ExpenseFields::new(|field| query.get(field.name()).to_owned());
    fields.kind = query.non_empty(super::fields::KIND);
    let description = &fields[ExpenseField::Description].value;
    let found = for_form(&state, &user, &fields, description).await?;
    Ok(HttpResponse::Ok().json(SuggestedCategory::from(found)))
}

/// The category that suits a description in the person's book.
pub async fn find(
    state: &AppState,
    user: &CurrentUser,
    description: &str,
    kinds: Kinds,
) -> Result<Option<Suggestion>, AppError> {
    // What can't be stored has no history.
    let Ok(description) = text::lines(description, LONGEST_DESCRIPTION) else {
        return Ok(None);
    };
    let owner = user.book;
    state
        .db
        .read(owner, move |conn| {
            suggestion::find(conn, owner, &description, kinds)
        })
        .await
}

/// A suggestion for the form with these fields: of its kind only, so that an expense never turns into income unasked.
async fn for_form(
    state: &AppState,
    user: &CurrentUser,
    fields: &ExpenseFields,
    description: &str,
) -> Result<Option<Suggestion>, AppError> {
    let kinds = if fields.are_income() {
        Kinds::Income
    } else {
        Kinds::Spending
    };
    find(state, user, description, kinds).await
}

/// Fills an empty category of fields that were refused, and asks whether it is right.
pub async fn offer(
    state: &AppState,
    user: &CurrentUser,
    mut fields: ExpenseFields,
) -> Result<ExpenseFields, AppError> {
    if fields[ExpenseField::Category].value.trim().is_empty()
        && let Some(suggestion) =
            for_form(state, user, &fields, &fields[ExpenseField::Description].value).await?
    {
        let question = format!(
            "{}? Save again if that is right, or type another category.",
            suggestion.words()
        );
        fields.set_text(ExpenseField::Category, suggestion.category);
        fields.set_error(ExpenseField::Category, question);
    }
    Ok(fields)
}

/// Fills an empty category by `description`, with the reason below it.
pub async fn fill(
    state: &AppState,
    user: &CurrentUser,
    fields: &mut ExpenseFields,
    description: &str,
) -> Result<(), AppError> {
    if fields[ExpenseField::Category].value.is_empty()
        && let Some(suggestion) = for_form(state, user, fields, description).await?
    {
        fields.reason = suggestion.words();
        fields.set_text(ExpenseField::Category, suggestion.category);
    }
    Ok(())
}
