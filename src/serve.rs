//! The command `serve`: starts the server and its background tasks, and stops them cleanly.

use std::net::SocketAddr;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::middleware::{NormalizePath, TrailingSlash, from_fn};
use actix_web::web::Data;
use actix_web::{App, HttpServer};
use tracing_actix_web::TracingLogger;

use crate::app::{SLICES, configure};
use crate::clock::Clock;
use crate::db::Db;
use crate::ops::connections::{self, Connections};
use crate::ops::log::{self, Line};
use crate::ops::supervise::{PAUSE, supervise};
use crate::ops::{index, metrics, nightly, purge, secret, start};
use crate::recurring::clockwork;
use crate::settings::{BadSetting, Settings};
use crate::state::{StartError, State};
use crate::web::assets::Assets;
use crate::web::compress::compress;

/// Seconds that running requests get to finish after a stop signal.
const SHUTDOWN_SECONDS: u64 = 8;
/// Time to send a complete request head, after which the connection is closed.
const REQUEST_HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// How long an idle connection stays open.
const KEEP_ALIVE_TIMEOUT: Duration = Duration::from_secs(15);
/// Open connections of one worker thread.
const MAX_CONNECTIONS: usize = 4_096;

/// Checks that the browser assets exist, before the database is created or opened.
pub fn check_assets(settings: &Settings) -> Result<(), BadSetting> {
    Assets::load(&settings.assets_dir)
        .map(drop)
        .map_err(|error| BadSetting::new("ASSETS_DIR", error))
}

/// Serves until SIGTERM or SIGINT, then finishes the running requests.
pub async fn run(settings: Settings, clock: Clock) -> Result<(), StartError> {
    let secret = secret(&settings)?;
    let db = Db::open_to_serve(
        &settings.database,
        settings.statement_timeout,
        settings.cache_bytes,
    )
    .map_err(|error| StartError::database(&settings.database, &error))?;
    let state = Data::new(start::over(db, settings, clock, &secret, SLICES).await?);
    let (server, addresses) = server(state.clone())?;
    let handle = server.handle();
    actix_web::rt::spawn(async move {
        stop_signal().await;
        tracing::info!("stopping; running requests are finished first");
        handle.stop(true).await;
    });
    actix_web::rt::spawn(supervise(state.clone(), "purge", PAUSE, purge::run));
    actix_web::rt::spawn(supervise(state.clone(), "index", PAUSE, index::run));
    actix_web::rt::spawn(supervise(state.clone(), "nightly", PAUSE, nightly::run));
    actix_web::rt::spawn(supervise(state.clone(), "recurring", PAUSE, clockwork::run));
    actix_web::rt::spawn(supervise(state.clone(), "metrics", PAUSE, metrics::run_upkeep));
    for address in addresses {
        log::print(format_args!("listening on http://{address}"));
    }
    server.await.map_err(|error| StartError(error.to_string()))?;
    state.db.close().await;
    Ok(())
}

/// Binds the server over `state`; returns it with the addresses it listens on. It serves while it is awaited.
pub fn server(state: State) -> Result<(Server, Vec<SocketAddr>), StartError> {
    let (host, port) = (
        state.site.settings.host.trim_matches(['[', ']']).to_owned(),
        state.site.settings.port,
    );
    let connections = Connections::new(state.site.settings.trusted_proxies.clone());
    let counted = state.clone();
    let server = HttpServer::new(move || {
        App::new()
            .wrap(from_fn(compress))
            .wrap(NormalizePath::new(TrailingSlash::MergeOnly))
            .wrap(TracingLogger::<Line>::new())
            .wrap(from_fn(connections::refuse))
            .configure(configure(state.clone()))
    })
    .on_connect(move |io, data| {
        if !connections.accept(io, data) {
            counted.metrics.refused_connection();
        }
    })
    // Otherwise the second packet of a response waits for the acknowledgement of the first, which clients delay by 40 ms.
    .tcp_nodelay(true)
    .client_request_timeout(REQUEST_HEAD_TIMEOUT)
    .keep_alive(KEEP_ALIVE_TIMEOUT)
    .max_connections(MAX_CONNECTIONS)
    .shutdown_timeout(SHUTDOWN_SECONDS)
    .disable_signals()
    .bind((host.as_str(), port))
    .map_err(|error| StartError(format!("can't listen on {host}:{port}: {error}")))?;
    let addresses = server.addrs();
    Ok((server.run(), addresses))
}

/// Makes a write beyond the file size limit of the process fail with an error. By default it ends the process.
pub fn survive_file_limit() {
    use tokio::signal::unix::{SignalKind, signal};
    // 25 is SIGXFSZ on Linux and the BSDs. A registered handler replaces the default action permanently.
    if let Err(error) = signal(SignalKind::from_raw(25)) {
        tracing::debug!(%error, "SIGXFSZ keeps its default action");
    }
}

async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut term), Ok(mut int)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = term.recv() => {}
        _ = int.recv() => {}
    }
}
