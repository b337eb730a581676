//! The state that all requests share, built once at the start.

pub mod backups;
pub mod metrics;
pub mod open_exports;
pub mod running_steps;
pub mod tasks;

use std::sync::Arc;

use actix_web::web;
use tokio::sync::{Notify, Semaphore};

use self::backups::BackupLog;
use self::metrics::Metrics;
use self::open_exports::OpenExports;
use self::running_steps::RunningSteps;
use self::tasks::Tasks;
use crate::clock::Clock;
use crate::crypto::keyed_lock::KeyedLock;
use crate::crypto::password::Hasher;
use crate::crypto::signer::Signer;
use crate::db::WriteContext;
use crate::db::ids::IdMaker;
use crate::db::{self, Db, UserId};
use crate::error::AppError;
use crate::permits::Permits;
use crate::settings::{DatabaseUrl, Settings};
use crate::slice::Slices;
use crate::web::assets::Assets;
use crate::web::rate::{Guard, Limit};
use crate::web::site::{FILES, Site};

/// The state that all requests share.
pub struct AppState {
    /// Settings and browser assets.
    pub site: web::Data<Site>,
    pub db: Db,
    /// The only source of the present time.
    pub clock: Clock,
    /// Makes the ids of new rows.
    pub ids: Arc<IdMaker>,
    /// Hashes passwords off the async threads.
    pub hasher: Hasher,
    /// Limits sign-in attempts per client address.
    pub guard: Guard,
    /// Limits new accounts per client address.
    pub new_accounts: Guard,
    /// Serialises the password checks of one email address.
    pub sign_in_locks: KeyedLock,
    /// One permit per batch of the API whose body is in memory.
    pub batches: Permits<UserId>,
    /// One upload of a person at a time.
    pub upload_locks: KeyedLock,
    /// One permit per file that is being read.
    pub imports: Arc<Semaphore>,
    /// Imports that are being confirmed or undone.
    pub import_steps: RunningSteps,
    /// Exports that their clients have not read to the end.
    pub open_exports: OpenExports,
    /// For `/metrics`.
    pub metrics: Metrics,
    /// Results of the nightly backups.
    pub backups: BackupLog,
    /// State of the background tasks.
    pub tasks: Tasks,
    /// Notified when an account is closed, so that the purge soon removes its rows.
    pub closed_account: Notify,
}

/// The extractor of the shared state.
pub type State = web::Data<AppState>;

/// Files that are read at the same time; further ones wait.
const IMPORTS: usize = 2;

/// Batches in memory, of at most 4 MiB each, and those of one person; further ones wait.
const BATCHES: (usize, usize) = (16, 4);

impl AppState {
    /// Builds the state around an open database.
    pub async fn new(
        db: Db,
        assets: Assets,
        settings: Settings,
        clock: Clock,
        secret: &[u8],
        slices: Slices,
    ) -> Result<Self, AppError> {
        let node = db.write_shared(db::next_node).await?;
        let ticks = clock.clone();
        let millis = move || i64::try_from(ticks.now_utc().unix_timestamp_nanos() / 1_000_000).unwrap_or(0);
        Ok(Self {
            ids: Arc::new(IdMaker::new(node, millis)),
            hasher: Hasher::new(settings.password_rounds),
            guard: Guard::new(Limit::SIGN_IN),
            new_accounts: Guard::new(Limit::per_hour(settings.accounts_per_hour)),
            sign_in_locks: KeyedLock::default(),
            batches: Permits::new(BATCHES.0, BATCHES.1),
            upload_locks: KeyedLock::default(),
            imports: Arc::new(Semaphore::new(IMPORTS)),
            import_steps: RunningSteps::default(),
            open_exports: OpenExports::default(),
            metrics: Metrics::default(),
            backups: BackupLog::default(),
            tasks: Tasks::default(),
            closed_account: Notify::new(),
            site: web::Data::new(Site {
                assets: assets.mounted_at(settings.base_path()),
                settings,
                signer: Signer::new(secret),
                slices,
                files: Arc::new(Semaphore::new(FILES)),
            }),
            db,
            clock,
        })
    }

    /// What functions that write rows need.
    pub fn write_context(&self, by: UserId, made_by: UserId) -> WriteContext {
        WriteContext {
            ids: Arc::clone(&self.ids),
            now: self.clock.now(),
            by,
            made_by,
            decimals: None,
        }
    }
}

/// Why a command (also `serve`) failed, in one sentence that is printed before it exits.
#[derive(Debug)]
pub struct StartError(pub String);

impl StartError {
    /// The database could not be opened because of `error`.
    pub fn database(database: &DatabaseUrl, error: &impl std::fmt::Display) -> Self {
        Self(format!("DATABASE_URL: {database:?}: {error}"))
    }
}

impl std::fmt::Display for StartError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for StartError {}
