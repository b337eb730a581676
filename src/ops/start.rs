//! From settings to the state that requests and commands share.

use std::sync::Arc;
use std::time::Duration;

use crate::accounts::users;
use crate::clock::Clock;
use crate::db::ids::IdMaker;
use crate::db::{BookId, Db, set_owner};
use crate::error::AppError;
use crate::ledger::expense as expenses;
use crate::settings::Settings;
use crate::slice::Slices;
use crate::state::{AppState, StartError};
use crate::web::assets::Assets;

/// Opens the database and everything around it.
pub async fn open(
    settings: Settings,
    clock: Clock,
    secret: &[u8],
    slices: Slices,
) -> Result<AppState, StartError> {
    let db =
        Db::open(&settings.database).map_err(|error| StartError::database(&settings.database, &error))?;
    over(db, settings, clock, secret, slices).await
}

/// The same around a database that is open.
pub async fn over(
    db: Db,
    settings: Settings,
    clock: Clock,
    secret: &[u8],
    slices: Slices,
) -> Result<AppState, StartError> {
    let assets = Assets::load(&settings.assets_dir).map_err(|error| StartError(error.to_string()))?;
    with_assets(db, assets, settings, clock, secret, slices).await
}

/// The same for a command, which renders no pages and needs no browser assets.
pub async fn open_for_command(
    settings: Settings,
    clock: Clock,
    secret: &[u8],
    slices: Slices,
) -> Result<AppState, StartError> {
    let db =
        Db::open(&settings.database).map_err(|error| StartError::database(&settings.database, &error))?;
    with_assets(db, Assets::none(), settings, clock, secret, slices).await
}

async fn with_assets(
    db: Db,
    assets: Assets,
    settings: Settings,
    clock: Clock,
    secret: &[u8],
    slices: Slices,
) -> Result<AppState, StartError> {
    let database = settings.database.clone();
    let failed = |error| StartError::database(&database, &error);
    let state = AppState::new(db, assets, settings, clock, secret, slices)
        .await
        .map_err(failed)?;
    go_on_above(&state.db, &state.ids).await.map_err(failed)?;
    Ok(state)
}

/// Accounts that are looked at in one unit of work.
const ACCOUNTS: i64 = 100;
/// How long a start waits for it. With more accounts than can be looked at in this time it goes on beside the requests.
const PATIENCE: Duration = Duration::from_secs(2);

/// Has `ids` go on above the greatest id of every account.
async fn go_on_above(db: &Db, ids: &Arc<IdMaker>) -> Result<(), AppError> {
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
    let mut last = BookId(0);
    loop {
        let from = last;
        let found = db
            .read_shared(move |conn| {
                let owners = users::after(conn, from, ACCOUNTS)?;
                let mut greatest = 0;
                for owner in &owners {
                    set_owner(conn, *owner)?;
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
