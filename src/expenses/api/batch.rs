//! The API call that adds many expenses, all or none.

use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use tokio::time::timeout;
use utoipa::ToSchema;

use crate::accounts::access::Editor;
use crate::accounts::bearer::ApiUser;
use crate::api::idempotency::{self, Answer, IdempotencyKey};
use crate::api::json_body::JsonBody;
use crate::api::schemas::RetryHeader;
use crate::db::{Conn, TxScope};
use crate::error::{AppError, FieldErrors};
use crate::expenses::json::{NewExpenseJson, read_new};
use crate::ledger::write;
use crate::state::State;

/// The most expenses of a batch.
const MAX_BATCH_ITEMS: usize = 1_000;
/// How long a batch waits while others are in memory.
const PATIENCE: Duration = Duration::from_secs(5);

/// Many new expenses.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only describes the body, which is read field by field")]
struct NewExpenses {
    /// The response lists their ids in the same order.
    #[schema(max_items = 1000)]
    items: Vec<NewExpenseJson>,
}

/// Ids in the order sent.
#[derive(Debug, Serialize, ToSchema)]
struct CreatedList {
    items: Vec<Created>,
}

/// What was made.
#[derive(Debug, Serialize, ToSchema)]
struct Created {
    #[schema(example = "250322420521504768")]
    id: String,
}

/// Add up to 1,000 expenses, all or none
#[utoipa::path(
    post, path = "/api/v1/expenses/batch", tag = "Expenses", operation_id = "addExpenses",
    description = "An error names the item by its place, counted from 0: `items[3].amount`.",
    params(RetryHeader),
    request_body = NewExpenses,
    responses(
        (status = 201, description = "Their ids, in the same order", body = CreatedList),
        (status = 409, description = "The currency of the book was changed meanwhile"),
    ),
)]
pub async fn create(
    req: HttpRequest,
    state: State,
    user: ApiUser<Editor>,
    key: IdempotencyKey,
) -> Result<HttpResponse, AppError> {
    let _permit = match timeout(PATIENCE, state.batches.acquire([user.id])).await {
        Ok(permit) => permit.map_err(|_| AppError::stopped())?,
        Err(_) => {
            return Err(AppError::Busy(
                "Many batches are being sent. Wait a moment, then try again.",
            ));
        }
    };
    let mut object = JsonBody::object_of_batch(&req).await?;
    let once = key.over(user.id, user.book, || object.fingerprint("POST /expenses/batch"))?;
    let (mut all, mut errors) = (Vec::new(), FieldErrors::default());
    for item in object.objects("items", MAX_BATCH_ITEMS) {
        match read_new(item, user.today, &user.preferences) {
            Ok(new) => all.push(new),
            Err(wrong) => errors.extend(wrong),
        }
    }
    if let Err(wrong) = object.finish(Ok(())) {
        errors.extend(wrong);
    }
    if !errors.is_empty() {
        return Err(AppError::Invalid(errors));
    }
    let (owner, context) = (user.book, user.write_context(&state));
    let work = move |conn: &mut Conn| write::create_many(conn, owner, &all, &context);
    let answer = |ids: Vec<i64>| {
        let items = ids.into_iter().map(|id| Created { id: id.to_string() });
        let list = CreatedList {
            items: items.collect(),
        };
        let body = serde_json::to_string(&list).map_err(AppError::internal)?;
        Ok(Answer::created(body))
    };
    idempotency::write(&state, user.writable(), TxScope::Own, once, work, answer).await
}
