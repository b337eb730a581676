//! At the start: what is entered from now on gets ids above those of what is there, also when the clock was set back.

use std::sync::Arc;
use std::time::Duration;

use crate::accounts::model as accounts;
use crate::db::{Db, UserId, turn_to};
use crate::error::AppError;
use crate::expenses::model as expenses;
use crate::web::ids::IdMaker;

/// Accounts that are looked at in one unit of work.
const ACCOUNTS: i64 = 100;
/// How long a start waits for it. With more accounts than can be looked at in this time it goes on beside the requests.
const PATIENCE: Duration = Duration::from_secs(2);

/// Has `ids` go on above the greatest id of every account.
pub async fn go_on_above(db: &Db, ids: &Arc<IdMaker>) -> Result<(), AppError> {
    let (db, ids) = (db.clone(), Arc::clone(ids));
    let all = actix_web::rt::spawn(async move {
        let outcome = above_all(&db, &ids).await;
        if let Err(error) = &outcome {
            tracing::warn!(%error, "the ids of new entries follow the clock alone");
        }
        outcome
    });
    match tokio::time::timeout(PATIENCE, all).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(stopped)) => Err(AppError::internal(stopped)),
        Err(_) => Ok(()),
    }
}

async fn above_all(db: &Db, ids: &IdMaker) -> Result<(), AppError> {
    let mut last = UserId(0);
    loop {
        let from = last;
        let found = db
            .read_shared(move |conn| {
                let owners = accounts::after(conn, from, ACCOUNTS)?;
                let mut greatest = 0;
                for owner in &owners {
                    turn_to(conn, *owner)?;
                    greatest = greatest.max(expenses::greatest_id(conn, *owner)?);
                }
                Ok(owners.last().map(|end| (*end, greatest)))
            })
            .await?;
        let Some((end, greatest)) = found else {
            return Ok(());
        };
        ids.stay_above(greatest);
        last = end;
    }
}
