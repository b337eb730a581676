//! Merging one category into another.

use actix_web::{HttpRequest, HttpResponse};

use super::pages::{done, refused};
use crate::accounts::access::Editor;
use crate::db::TxScope;
use crate::error::AppError;
use crate::ledger::category::{Categories, Category};
use crate::ledger::merge;
use crate::state::State;
use crate::text;
use crate::web::fields::Fields;
use crate::web::numbered_pages;
use crate::web::path_id::{PathId, parse_id};

/// `POST /categories/{id}/merge`
pub async fn merge(
    req: HttpRequest,
    state: State,
    user: Editor,
    id: PathId,
    form: Fields,
) -> Result<HttpResponse, AppError> {
    let id = parse_id(&id)?;
    let page = numbered_pages::read(&Fields::of_query(&req)?)?;
    let (owner, context) = (user.book, user.write_context(&state));
    let wanted = form.get("into").trim().to_owned();
    let merged = state.db.write_in(TxScope::Own, user.writable(), move |conn| {
        let categories = Categories::of(conn, owner)?;
        let from = categories.get(id).ok_or(AppError::NotFound)?;
        let into = target(&categories, from, &wanted)?;
        let merged = merge::merge(conn, owner, from.id, into.id, &context)?;
        Ok((merged, from.name.clone(), into.name.clone()))
    });
    let (merged, from, into) = match merged.await {
        Ok(merged) => merged,
        Err(AppError::Invalid(errors)) => return refused(&req, &state, &user, Some(id), form, errors).await,
        Err(other) => return Err(other),
    };
    let mut words = format!(
        "Merged {from} into {into}: {} moved",
        user.preferences.expenses(merged.moved)
    );
    words.push_str(match (merged.budget.taken, merged.budget.kept) {
        (false, false) => "",
        (true, false) => " and its budget as well",
        (false, true) => ", the budget of the other category stays",
        (true, true) => ", its budget as well for the months without one",
    });
    done(&req, &state, &user, page, words).await
}

/// The category with the name `wanted`, or else with the id `wanted`.
fn target<'a>(categories: &'a Categories, from: &Category, wanted: &str) -> Result<&'a Category, AppError> {
    if wanted.is_empty() {
        return Err(AppError::invalid("into", "Choose a category to merge into."));
    }
    let id = wanted.parse().ok();
    let found = categories
        .named(wanted)
        .or_else(|| id.and_then(|id| categories.get(id)));
    match found {
        Some(into) if into.id == from.id => Err(AppError::invalid("into", "Choose a different category.")),
        Some(into) => Ok(into),
        None if id.is_some() => Err(AppError::NotFound),
        None => Err(AppError::invalid(
            "into",
            format!("You have no category “{}”.", text::truncated(wanted, 60)),
        )),
    }
}
