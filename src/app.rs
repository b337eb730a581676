//! The app put together: what every request shares, and every address and middleware.

use std::sync::Arc;

use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use tokio::sync::{Notify, Semaphore};

use crate::accounts::current::CurrentUser;
use crate::accounts::password::Hasher;
use crate::accounts::token::Signer;
use crate::accounts::turns::Turns;
use crate::clock::Clock;
use crate::db::{self, Db};
use crate::error::AppError;
use crate::expenses::export::OpenExports;
use crate::expenses::model::Pen;
use crate::ops::metrics::{self, Metrics};
use crate::ops::nightly::Outcomes;
use crate::settings::Settings;
use crate::web::assets::Assets;
use crate::web::ids::IdMaker;
use crate::web::rate::Guard;
use crate::web::{body, cookies, errors, head, headers, origin, page, timing};
use crate::{accounts, api, budgets, categories, dashboard, expenses, ops};

/// What every request shares.
pub struct AppState {
    /// The settings, checked.
    pub settings: Settings,
    /// The database.
    pub db: Db,
    /// The only source of the present time.
    pub clock: Clock,
    /// Makes the ids of new rows.
    pub ids: Arc<IdMaker>,
    /// Signs and reads session tokens and cursors.
    pub signer: Signer,
    /// Hashes passwords off the async threads.
    pub hasher: Hasher,
    /// Addresses of the browser assets.
    pub assets: Assets,
    /// The wide guard of the sign-in pages, per client address.
    pub guard: Guard,
    /// One password check at a time for each address.
    pub turns: Turns,
    /// Exports that may run side by side.
    pub exports: Arc<Semaphore>,
    /// Exports whose clients have not read them to the end.
    pub open_exports: OpenExports,
    /// Figures for `/metrics`.
    pub metrics: Metrics,
    /// How the nightly backups went.
    pub backups: Outcomes,
    /// Told when an account was closed, so that its rows go soon.
    pub closed_account: Notify,
}

/// The shared state as handlers take it.
pub type State = web::Data<AppState>;

/// Exports that may run side by side; the others wait for their turn.
pub const EXPORTS: u32 = 4;

impl AppState {
    /// Opens the database and everything around it.
    pub async fn open(settings: Settings, clock: Clock, secret: &[u8]) -> Result<Self, StartError> {
        let db = Db::open(&settings.database).map_err(|error| StartError::database(&settings, &error))?;
        Self::over(db, settings, clock, secret).await
    }

    /// Puts everything around a database that is open.
    pub async fn over(db: Db, settings: Settings, clock: Clock, secret: &[u8]) -> Result<Self, StartError> {
        let assets = Assets::load(&settings.assets_dir).map_err(|error| StartError(error.to_string()))?;
        let node = db
            .write_shared(db::next_node)
            .await
            .map_err(|error| StartError::database(&settings, &error))?;
        let ticks = clock.clone();
        let millis = move || i64::try_from(ticks.now_utc().unix_timestamp_nanos() / 1_000_000).unwrap_or(0);
        Ok(Self {
            ids: Arc::new(IdMaker::new(node, millis)),
            signer: Signer::new(secret),
            hasher: Hasher::new(settings.password_rounds),
            assets: assets.mounted_at(settings.base_path()),
            guard: Guard::default(),
            turns: Turns::default(),
            exports: Arc::new(Semaphore::new(EXPORTS as usize)),
            open_exports: OpenExports::default(),
            metrics: Metrics::default(),
            backups: Outcomes::default(),
            closed_account: Notify::new(),
            settings,
            db,
            clock,
        })
    }

    /// What writing an expense needs.
    pub fn pen(&self) -> Pen {
        Pen {
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
    pub fn database(settings: &Settings, error: &impl std::fmt::Display) -> Self {
        Self(format!("DATABASE_URL: {:?}: {error}", settings.database))
    }
}

impl std::fmt::Display for StartError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for StartError {}

/// Every address and middleware, over a state; used by `main` and by the tests.
pub fn configure(state: State) -> impl FnOnce(&mut ServiceConfig) {
    move |config| {
        let base = state.settings.base_path().to_owned();
        config.app_data(state);
        if !base.is_empty() {
            // What lies outside the path is not this app's, but its 404 still has a face.
            config.default_service(
                web::to(nothing_here)
                    .wrap(from_fn(errors::face))
                    .wrap(from_fn(headers::secure))
                    .wrap(from_fn(head::like_get)),
            );
        }
        let scope = web::scope(&base)
            .configure(|config| {
                if !base.is_empty() {
                    config.service(web::resource("").get(to_the_slash));
                }
            })
            .configure(accounts::routes)
            .configure(dashboard::routes)
            .configure(expenses::routes)
            .configure(categories::routes)
            .configure(budgets::routes)
            .configure(ops::routes)
            .configure(api::routes)
            .service(web::resource("/assets/{file}").get(crate::web::assets::file))
            .default_service(web::to(nothing_here));
        // The first wrapped is the innermost: errors get their face last, cookies and headers are on every answer.
        config.service(
            scope
                .wrap(from_fn(origin::guard))
                .wrap(from_fn(body::read))
                .wrap(from_fn(errors::face))
                .wrap(from_fn(cookies::attach))
                .wrap(from_fn(headers::secure))
                .wrap(from_fn(timing::tell))
                .wrap(from_fn(metrics::measure))
                .wrap(from_fn(head::like_get)),
        );
    }
}

/// `/money` without its slash, where the app is mounted there.
async fn to_the_slash(req: HttpRequest, state: State) -> HttpResponse {
    let home = format!("{}/", state.settings.base_path());
    page::see_other(&match req.query_string() {
        "" => home,
        query => format!("{home}?{query}"),
    })
}

async fn nothing_here(_user: Result<CurrentUser, AppError>) -> Result<HttpResponse, AppError> {
    Err(AppError::NotFound)
}
