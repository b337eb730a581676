//! The server: from settings to the last answer.

use std::net::SocketAddr;
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{Server, ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::{Compress, Next, NormalizePath, TrailingSlash, from_fn};
use actix_web::web::Data;
use actix_web::{App, HttpServer};
use tracing_actix_web::TracingLogger;

use super::log::Line;
use super::{index, metrics, nightly, purge, secret};
use crate::app::{AppState, StartError, State, configure};
use crate::clock::Clock;
use crate::db::Db;
use crate::settings::Settings;

/// Seconds for requests in flight once a stop is asked for.
const GRACE: u64 = 8;
/// A connection that sends no whole request head in this time is closed.
const HEAD_PATIENCE: Duration = Duration::from_secs(10);
/// An idle connection is kept this long.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// Connections that one worker keeps open.
const CONNECTIONS: usize = 4_096;

/// Serves until SIGTERM or SIGINT, then finishes the requests in flight.
pub async fn run(settings: Settings, clock: Clock) -> Result<(), StartError> {
    let secret = secret(&settings)?;
    let db = Db::open_to_serve(&settings.database, settings.statement_timeout)
        .map_err(|error| StartError::database(&settings, &error))?;
    let state = Data::new(AppState::over(db, settings, clock, &secret).await?);
    let (server, addresses) = server(state.clone())?;
    let handle = server.handle();
    actix_web::rt::spawn(async move {
        stop_asked_for().await;
        tracing::info!("stopping; requests in flight are finished first");
        handle.stop(true).await;
    });
    actix_web::rt::spawn(purge::run(state.clone()));
    actix_web::rt::spawn(index::keep(state.clone()));
    actix_web::rt::spawn(nightly::run(state.clone()));
    actix_web::rt::spawn(metrics::tidy(state.clone()));
    for address in addresses {
        eprintln!("listening on http://{address}");
    }
    server.await.map_err(|error| StartError(error.to_string()))?;
    state.db.close().await;
    Ok(())
}

/// The server over `state`, with the addresses it listens on; it answers while it is awaited.
pub fn server(state: State) -> Result<(Server, Vec<SocketAddr>), StartError> {
    let (host, port) = (
        state.settings.host.trim_matches(['[', ']']).to_owned(),
        state.settings.port,
    );
    let server = HttpServer::new(move || {
        App::new()
            .wrap(Compress::default())
            .wrap(from_fn(never_unacceptable))
            .wrap(NormalizePath::new(TrailingSlash::MergeOnly))
            .wrap(TracingLogger::<Line>::new())
            .configure(configure(state.clone()))
    })
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

/// Middleware: an `Accept-Encoding` that rules out plain bytes is as good as none. RFC 9110 lets a server answer with
/// plain bytes then; `Compress` would answer with a bare 406 before anything of ours has run.
async fn never_unacceptable(
    mut req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let rules_out = |list: &str| {
        list.to_ascii_lowercase()
            .split(',')
            .filter_map(|part| part.split_once(';'))
            .any(|(coding, weight)| {
                let weight = weight.trim().trim_start_matches("q=");
                matches!(coding.trim(), "*" | "identity") && weight.parse() == Ok(0.0)
            })
    };
    let headers = req.headers();
    let mut lists = headers.get_all(header::ACCEPT_ENCODING);
    if lists.any(|list| list.to_str().is_ok_and(rules_out)) {
        req.headers_mut().remove(header::ACCEPT_ENCODING);
    }
    next.call(req).await
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
