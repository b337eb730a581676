//! The server: from settings to the last answer.

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
use crate::settings::{BadSetting, Settings};
use crate::state::{StartError, State};
use crate::web::assets::Assets;
use crate::web::compress::compress;

/// Seconds for requests in flight once a stop is asked for.
const GRACE: u64 = 8;
/// A connection that sends no whole request head in this time is closed.
const HEAD_PATIENCE: Duration = Duration::from_secs(10);
/// An idle connection is kept this long.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// Connections that one worker keeps open.
const CONNECTIONS: usize = 4_096;

/// Checks that the browser assets are there, before anything else is opened.
pub fn check_assets(settings: &Settings) -> Result<(), BadSetting> {
    Assets::load(&settings.assets_dir)
        .map(drop)
        .map_err(|error| BadSetting::new("ASSETS_DIR", error))
}

/// Serves until SIGTERM or SIGINT, then finishes the requests in flight.
pub async fn run(settings: Settings, clock: Clock) -> Result<(), StartError> {
    let secret = secret(&settings)?;
    let db = Db::open_to_serve(&settings.database, settings.statement_timeout)
        .map_err(|error| StartError::database(&settings.database, &error))?;
    let state = Data::new(start::over(db, settings, clock, &secret, SLICES).await?);
    let (server, addresses) = server(state.clone())?;
    let handle = server.handle();
    actix_web::rt::spawn(async move {
        stop_asked_for().await;
        tracing::info!("stopping; requests in flight are finished first");
        handle.stop(true).await;
    });
    actix_web::rt::spawn(supervise(state.clone(), "purge", PAUSE, purge::run));
    actix_web::rt::spawn(supervise(state.clone(), "index", PAUSE, index::keep));
    actix_web::rt::spawn(supervise(state.clone(), "nightly", PAUSE, nightly::run));
    actix_web::rt::spawn(supervise(state.clone(), "metrics", PAUSE, metrics::tidy));
    for address in addresses {
        log::say(format_args!("listening on http://{address}"));
    }
    server.await.map_err(|error| StartError(error.to_string()))?;
    state.db.close().await;
    Ok(())
}

/// The server over `state`, with the addresses it listens on; it answers while it is awaited.
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
    // Otherwise the second write of an answer waits until the client acknowledges the first, which takes it 40 ms.
    .tcp_nodelay(true)
    .client_request_timeout(HEAD_PATIENCE)
    .keep_alive(KEEP_ALIVE)
    .max_connections(CONNECTIONS)
    .shutdown_timeout(GRACE)
    .disable_signals()
    .bind((host.as_str(), port))
    .map_err(|error| StartError(format!("can't listen on {host}:{port}: {error}")))?;
    let addresses = server.addrs();
    Ok((server.run(), addresses))
}

/// Makes a write beyond the process's limit on file sizes an error of that write. By default it ends the process.
pub fn survive_file_limit() {
    use tokio::signal::unix::{SignalKind, signal};
    // The number of SIGXFSZ on Linux and the BSDs. Once it is listened to, its default is gone for good.
    if let Err(error) = signal(SignalKind::from_raw(25)) {
        tracing::debug!(%error, "SIGXFSZ keeps its default");
    }
}

async fn stop_asked_for() {
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
