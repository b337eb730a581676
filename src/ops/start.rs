//! Builds the state that requests and commands share.

use std::sync::Arc;
use std::time::Duration;

use crate::books::book;
use crate::clock::Clock;
use crate::db::ids::IdMaker;
use crate::db::{BookId, Db, set_owner};
use crate::error::AppError;
use crate::ledger::queries;
use crate::settings::Settings;
use crate::slice::Slices;
use crate::state::{AppState, StartError};
use crate::web::assets::Assets;

/// Opens the database and builds the state around it.
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

/// Like [`open`], for an open database.
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

/// Like [`open`], for a command, which needs no browser assets.
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
    raise_ids(&state.db, &state.ids).await.map_err(failed)?;
    Ok(state)
}

/// Books that are read in one unit of work.
const BOOKS: i64 = 100;
/// How long a start waits for [`raise_ids`]. With very many books it continues while requests are served.
const PATIENCE: Duration = Duration::from_secs(2);

/// Makes later ids greater than every id in the database.
async fn raise_ids(db: &Db, ids: &Arc<IdMaker>) -> Result<(), AppError> {
    let (db, ids) = (db.clone(), Arc::clone(ids));
    let all = actix_web::rt::spawn(async move {
        let outcome = raise_above_all(&db, &ids).await;
        if let Err(error) = &outcome {
            tracing::warn!(%error, "the greatest id could not be read; new ids depend on the clock only");
        }
        outcome
    });
    match tokio::time::timeout(PATIENCE, all).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(stopped)) => Err(AppError::internal(stopped)),
        Err(_) => Ok(()),
    }
}

async fn raise_above_all(db: &Db, ids: &IdMaker) -> Result<(), AppError> {
    let mut last = BookId(0);
    loop {
        let from = last;
        let found = db
            .read_shared(move |conn| {
                let owners = book::after(conn, from, BOOKS)?;
                let mut greatest = 0;
                for owner in &owners {
                    set_owner(conn, *owner)?;
                    greatest = greatest.max(queries::greatest_id(conn, *owner)?);
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
