//! What every request shares, put together once at the start.

pub mod backups;
pub mod metrics;
pub mod open_exports;
pub mod tasks;

use std::sync::Arc;

use actix_web::web;
use tokio::sync::{Notify, Semaphore};

use self::backups::BackupLog;
use self::metrics::Metrics;
use self::open_exports::OpenExports;
use self::tasks::Tasks;
use crate::clock::Clock;
use crate::crypto::keyed_lock::KeyedLock;
use crate::crypto::password::Hasher;
use crate::crypto::signer::Signer;
use crate::db::WriteContext;
use crate::db::ids::IdMaker;
use crate::db::{self, Db};
use crate::error::AppError;
use crate::settings::{DatabaseUrl, Settings};
use crate::slice::Slices;
use crate::web::assets::Assets;
use crate::web::rate::{Guard, Limit};
use crate::web::site::Site;

/// What every request shares.
pub struct AppState {
    /// Settings and browser assets.
    pub site: web::Data<Site>,
    /// The database.
    pub db: Db,
    /// The only source of the present time.
    pub clock: Clock,
    /// Makes the ids of new rows.
    pub ids: Arc<IdMaker>,
    /// Hashes passwords off the async threads.
    pub hasher: Hasher,
    /// The wide guard of the sign-in pages, per client address.
    pub guard: Guard,
    /// The limit of accounts that one client creates.
    pub new_accounts: Guard,
    /// One password check at a time for each address.
    pub sign_in_locks: KeyedLock,
    /// Exports that may run side by side.
    pub exports: Arc<Semaphore>,
    /// Exports whose clients have not read them to the end.
    pub open_exports: OpenExports,
    /// Figures for `/metrics`.
    pub metrics: Metrics,
    /// How the nightly backups went.
    pub backups: BackupLog,
    /// How the background tasks are.
    pub tasks: Tasks,
    /// Told when an account was closed, so that its rows go soon.
    pub closed_account: Notify,
}

/// The shared state as handlers take it.
pub type State = web::Data<AppState>;

/// Exports that may run side by side; the others wait for their turn.
pub const EXPORTS: u32 = 4;

impl AppState {
    /// Puts together what requests share, around a database that is open.
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
            exports: Arc::new(Semaphore::new(EXPORTS as usize)),
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
            }),
            db,
            clock,
        })
    }

    /// What writing an expense needs.
    pub fn write_context(&self) -> WriteContext {
        WriteContext {
            ids: Arc::clone(&self.ids),
            now: self.clock.now(),
        }
    }
}

/// Why the server could not start, in one sentence.
#[derive(Debug)]
pub struct StartError(pub String);

impl StartError {
    /// The database could not be opened; the error says why.
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
