//! The API call that decides about one date of a recurring entry.

use actix_web::{HttpRequest, HttpResponse};
use utoipa::{IntoParams, ToSchema};

use crate::accounts::access::Editor;
use crate::accounts::bearer::ApiUser;
use crate::api::json_body::JsonBody;
use crate::books::zone;
use crate::error::AppError;
use crate::ledger::schedule::{occurrence, post, row};
use crate::period::parse_date;
use crate::recurring::date_action::DateAction;
use crate::recurring::json::DecidedJson;
use crate::state::State;
use crate::web::path_id::{PathId, parse_id};

/// A date of a recurring entry.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "it only describes the parameters")]
pub struct DatePath {
    /// The id of the recurring entry.
    #[param(pattern = "^[1-9][0-9]{0,18}$")]
    id: String,
    /// One of its dates.
    #[param(format = Date)]
    date: String,
}

/// What happens on one date.
#[derive(ToSchema)]
#[schema(as = DateDecision)]
#[schema(example = json!({"action": "post", "amount": "905.00"}))]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only describes the body, which is read field by field")]
pub struct DateDecisionJson {
    /// `post` enters it, also before its day; `skip` leaves it out; `change` gives it another amount or description while it
    /// is to come; `restore` undoes a `skip` or a `change`.
    #[schema(pattern = "^(post|skip|change|restore)$", example = "post")]
    action: String,
    /// For `post` and `change`: another amount than that of the recurring entry.
    #[schema(nullable = false, pattern = r"^-?[0-9]+(\.[0-9]+)?$", example = "905.00")]
    amount: Option<String>,
    /// For `post`: the date of the expense. Default: its day, or today before its day.
    #[schema(nullable = false, format = Date, example = "2026-12-02")]
    date: Option<String>,
    /// For `post` and `change`.
    #[schema(nullable = false, max_length = 500, example = "Flat, with heating")]
    description: Option<String>,
}

/// Post, skip, change or restore one date
#[utoipa::path(
    post, path = "/api/v1/recurring/{id}/{date}", tag = "Recurring", operation_id = "decideRecurring",
    description = "Repeating an action returns the same answer.",
    params(DatePath),
    request_body = DateDecisionJson,
    responses(
        (status = 200, description = "The date as it is now", body = DecidedJson),
        (status = 404, description = "Recurring entry not found"),
        (status = 409, description = "The date was posted or skipped in the meantime, or the currency of the book has changed"),
    ),
)]
pub async fn decide(
    req: HttpRequest,
    state: State,
    user: ApiUser<Editor>,
    id: PathId,
    sent: JsonBody,
) -> Result<HttpResponse, AppError> {
    let object = sent.object()?;
    let (owner, id, context) = (user.book, parse_id(&id)?, user.write_context(&state));
    let (preferences, clock) = (user.preferences.clone(), state.clock.clone());
    let due_on = parse_date(req.match_info().get("date").unwrap_or_default());
    let decided = state.db.write(user.writable(), move |conn| {
        row::find(conn, owner, id)?;
        let action = DateAction::of_json(object, &preferences).map_err(AppError::Invalid)?;
        let due_on = due_on.ok_or_else(post::not_its_date)?;
        let today = clock.today(&zone::of(conn, owner)?);
        action.apply(conn, owner, (id, due_on), today, &context)?;
        let found = occurrence::find(conn, owner, id, due_on)?;
        let schedule = row::find(conn, owner, id)?;
        let currency = preferences.currency;
        Ok(DecidedJson::new(&schedule, due_on, found.as_ref(), currency))
    });
    Ok(HttpResponse::Ok().json(decided.await?))
}
