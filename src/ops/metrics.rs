//! `/metrics` for Prometheus, and who may read it.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::Next;
use actix_web::{Error, HttpRequest, HttpResponse};
use sha2::{Digest as _, Sha256};

use super::{disk, log, nightly};
use crate::error::AppError;
use crate::state::State;
use crate::state::metrics::{BACKUP_FAILURES, DISK_FREE, LOST_LINES};
use crate::web::client_addr;

/// How often recorded times are sorted into the buckets.
const UPKEEP_INTERVAL: Duration = Duration::from_secs(5);
const BACKUP_AGE: &str = "backup_age_seconds";

/// All metrics. Some are set here, because they are only known at this moment.
fn render(state: &State) -> String {
    let metrics = &state.metrics;
    metrics.set_database(state.db.commits(), state.open_exports.reading());
    metrics.set_cache(state.db.cache_use());
    metrics.set_counter(LOST_LINES, log::lost());
    for (task, panics) in state.tasks.panics() {
        metrics.set_panics(task, panics);
    }
    if let Some(free) = disk::free(disk::data_folder(&state.site.settings)) {
        metrics.set_gauge(DISK_FREE, free);
    }
    let Some(folder) = &state.site.settings.backup_dir else {
        return metrics.render();
    };
    metrics.set_counter(BACKUP_FAILURES, state.backups.failures());
    let mut text = metrics.render();
    let now = state.clock.now_utc();
    // Not by the recorder, which would repeat the last value when the age is unknown.
    if let Some(made) = nightly::ages(folder, now).newest {
        let age = (now - made).whole_seconds();
        // Writing to a `String` cannot fail.
        let _ = write!(
            text,
            "# HELP {BACKUP_AGE} Time since the last nightly backup; absent while it is unknown.
\
                 # TYPE {BACKUP_AGE} gauge\n{BACKUP_AGE} {age}\n\n"
        );
    }
    text
}

/// Middleware: measures the time until the head of the response.
pub async fn measure(
    state: State,
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let began = Instant::now();
    let response = next.call(req).await?;
    let route = response
        .request()
        .match_pattern()
        .unwrap_or_else(|| "none".to_owned());
    state.metrics.request(route, response.status(), began.elapsed());
    Ok(response)
}

/// Limits the memory of the metrics; runs until the server stops.
pub async fn run_upkeep(state: State) {
    loop {
        tokio::time::sleep(UPKEEP_INTERVAL).await;
        state.metrics.run_upkeep();
    }
}

/// `GET /metrics`: 200 with `METRICS_TOKEN` as a Bearer token or from this machine; otherwise 401 if the setting has a value,
/// else 404.
pub async fn index(req: HttpRequest, state: State) -> Result<HttpResponse, AppError> {
    if is_allowed(&req, &state) {
        return Ok(HttpResponse::Ok()
            .content_type("text/plain; version=0.0.4; charset=utf-8")
            .body(render(&state)));
    }
    if state.site.settings.metrics_token.is_none() {
        return Err(AppError::NotFound);
    }
    Ok(HttpResponse::Unauthorized()
        .insert_header((header::WWW_AUTHENTICATE, "Bearer"))
        .content_type("text/plain; charset=utf-8")
        .body("Send METRICS_TOKEN as a Bearer token.\n"))
}

/// Whether the request comes from this machine or has `METRICS_TOKEN`.
pub(super) fn is_allowed(req: &HttpRequest, state: &State) -> bool {
    let token = state.site.settings.metrics_token.as_deref();
    client_addr::is_local(req) || token.is_some_and(|token| has_token(req, token))
}

/// Whether the request has `token`. The hashes are compared, so that the time does not depend on the token.
fn has_token(req: &HttpRequest, token: &str) -> bool {
    req.headers()
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .is_some_and(|(_, sent)| Sha256::digest(sent.trim()) == Sha256::digest(token))
}
