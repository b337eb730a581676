//! Figures for Prometheus: request times, commits, exports; and who may read them.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::Next;
use actix_web::{Error, HttpRequest, HttpResponse};
use metrics::{Counter, Gauge, Key, KeyName, Label, Level, Metadata, Recorder as _, Unit};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use sha2::{Digest as _, Sha256};

use super::{disk, health, log, nightly};
use crate::error::AppError;
use crate::state::State;
use crate::web::client_addr;

/// Upper ends of the histogram's buckets, in seconds.
const BUCKETS: [f64; 12] = [
    0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0,
];
/// How often what was measured is put into the buckets; until then each request takes 16 bytes.
const TIDY_EVERY: Duration = Duration::from_secs(5);

const REQUESTS: &str = "http_request_duration_seconds";
const COMMITS: &str = "database_commits_total";
const EXPORTS: &str = "exports_total";
const RUNNING_EXPORTS: &str = "exports_running";
const DISK_FREE: &str = "disk_free_bytes";
const BACKUP_AGE: &str = "backup_age_seconds";
const BACKUP_FAILURES: &str = "backup_failures_total";
const LOST_LINES: &str = "log_lines_lost_total";
const REFUSED: &str = "connections_refused_total";
const PANICS: &str = "background_panics_total";

/// The figures of one app. They are not global, so that apps in one process (tests) do not mix theirs.
pub struct Metrics {
    recorder: PrometheusRecorder,
    handle: PrometheusHandle,
    commits: Counter,
    exports: Counter,
    running_exports: Gauge,
    refused: Counter,
}

impl Default for Metrics {
    fn default() -> Self {
        let builder = PrometheusBuilder::new();
        // The list is not empty, which is all that can be wrong with it.
        let recorder = match builder.set_buckets(&BUCKETS) {
            Ok(builder) => builder.build_recorder(),
            Err(_) => PrometheusBuilder::new().build_recorder(),
        };
        let describe = |name: &'static str| KeyName::from_const_str(name);
        recorder.describe_histogram(
            describe(REQUESTS),
            Some(Unit::Seconds),
            "Time to an answer, by route and class of status.".into(),
        );
        recorder.describe_counter(
            describe(COMMITS),
            None,
            "Transactions that were committed.".into(),
        );
        recorder.describe_counter(describe(EXPORTS), None, "CSV exports that were begun.".into());
        recorder.describe_gauge(
            describe(RUNNING_EXPORTS),
            None,
            "CSV exports that run now.".into(),
        );
        recorder.describe_gauge(
            describe(DISK_FREE),
            Some(Unit::Bytes),
            "Room left on the disk of the database.".into(),
        );
        recorder.describe_counter(
            describe(BACKUP_FAILURES),
            None,
            "Nightly backups that failed.".into(),
        );
        recorder.describe_counter(
            describe(LOST_LINES),
            None,
            "Lines of the log that could not be written.".into(),
        );
        recorder.describe_counter(
            describe(REFUSED),
            None,
            "Connections closed because their client had too many.".into(),
        );
        recorder.describe_counter(describe(PANICS), None, "Panics of background tasks.".into());
        Self {
            refused: recorder.register_counter(&Key::from_static_name(REFUSED), &METADATA),
            commits: recorder.register_counter(&Key::from_static_name(COMMITS), &METADATA),
            exports: recorder.register_counter(&Key::from_static_name(EXPORTS), &METADATA),
            running_exports: recorder.register_gauge(&Key::from_static_name(RUNNING_EXPORTS), &METADATA),
            handle: recorder.handle(),
            recorder,
        }
    }
}

const METADATA: Metadata<'static> = Metadata::new(module_path!(), Level::INFO, None);

impl Metrics {
    /// Notes that an export has begun.
    pub fn export(&self) {
        self.exports.increment(1);
    }

    /// Notes that a connection was closed because its client had too many.
    pub fn refused_connection(&self) {
        self.refused.increment(1);
    }

    fn request(&self, response: &ServiceResponse<impl MessageBody>, took: Duration) {
        let route = response
            .request()
            .match_pattern()
            .unwrap_or_else(|| "none".to_owned());
        let class = match response.status().as_u16() / 100 {
            1 => "1xx",
            2 => "2xx",
            3 => "3xx",
            4 => "4xx",
            _ => "5xx",
        };
        let labels = vec![
            Label::new("route", route),
            Label::from_static_parts("status", class),
        ];
        self.recorder
            .register_histogram(&Key::from_parts(REQUESTS, labels), &METADATA)
            .record(took);
    }

    fn render(&self, state: &State) -> String {
        self.commits.absolute(state.db.commits());
        let free = u32::try_from(state.exports.available_permits()).unwrap_or(u32::MAX);
        self.running_exports
            .set(crate::state::EXPORTS.saturating_sub(free));
        self.count(Key::from_static_name(LOST_LINES), log::lost());
        for (task, panics) in state.tasks.panics() {
            let label = vec![Label::from_static_parts("task", task)];
            self.count(Key::from_parts(PANICS, label), panics);
        }
        if let Some(free) = disk::free(health::data_folder(state)) {
            self.gauge(DISK_FREE, free);
        }
        let Some(folder) = &state.site.settings.backup_dir else {
            return self.handle.render();
        };
        self.recorder
            .register_counter(&Key::from_static_name(BACKUP_FAILURES), &METADATA)
            .absolute(state.backups.failures());
        let mut text = self.handle.render();
        let now = state.clock.now_utc();
        // Not by the recorder, which would go on with the last value when the age is no longer known.
        if let Some(made) = nightly::ages(folder, now).newest {
            let age = (now - made).whole_seconds();
            // Writing to a `String` cannot fail.
            let _ = write!(
                text,
                "# HELP {BACKUP_AGE} Time since the last nightly backup; absent while it is not known.\n\
                 # TYPE {BACKUP_AGE} gauge\n{BACKUP_AGE} {age}\n\n"
            );
        }
        text
    }

    fn count(&self, key: Key, value: u64) {
        self.recorder.register_counter(&key, &METADATA).absolute(value);
    }

    #[expect(clippy::cast_precision_loss, reason = "a figure for a graph")]
    fn gauge(&self, name: &'static str, value: u64) {
        self.recorder
            .register_gauge(&Key::from_static_name(name), &METADATA)
            .set(value as f64);
    }
}

/// Middleware: measures every request, up to the head of its answer.
pub async fn measure(
    state: State,
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let began = Instant::now();
    let response = next.call(req).await?;
    state.metrics.request(&response, began.elapsed());
    Ok(response)
}

/// Keeps the memory of the figures small; runs until the server stops.
pub async fn tidy(state: State) {
    loop {
        tokio::time::sleep(TIDY_EVERY).await;
        state.metrics.handle.run_upkeep();
    }
}

/// `GET /metrics`: with `METRICS_TOKEN` as Bearer, or from this machine itself; 401 where there is a token to show,
/// else 404.
pub async fn index(req: HttpRequest, state: State) -> Result<HttpResponse, AppError> {
    if may_look(&req, &state) {
        return Ok(HttpResponse::Ok()
            .content_type("text/plain; version=0.0.4; charset=utf-8")
            .body(state.metrics.render(&state)));
    }
    if state.site.settings.metrics_token.is_none() {
        return Err(AppError::NotFound);
    }
    Ok(HttpResponse::Unauthorized()
        .insert_header((header::WWW_AUTHENTICATE, "Bearer"))
        .content_type("text/plain; charset=utf-8")
        .body("Show METRICS_TOKEN as a Bearer token.\n"))
}

/// Whether the request comes from this machine or shows `METRICS_TOKEN`.
pub(super) fn may_look(req: &HttpRequest, state: &State) -> bool {
    let token = state.site.settings.metrics_token.as_deref();
    client_addr::is_local(req) || token.is_some_and(|token| shows(req, token))
}

/// Whether the request shows `token`; hashed first, so that the time says nothing about how much of it is right.
fn shows(req: &HttpRequest, token: &str) -> bool {
    req.headers()
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .is_some_and(|(_, shown)| Sha256::digest(shown.trim()) == Sha256::digest(token))
}
