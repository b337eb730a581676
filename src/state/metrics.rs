//! The metrics of one app, as a recorder of the Prometheus exporter.

use std::time::Duration;

use actix_web::http::StatusCode;
use metrics::{Counter, Gauge, Key, KeyName, Label, Level, Metadata, Recorder as _, Unit};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};

use crate::db::CacheUse;

/// Upper ends of the histogram's buckets, in seconds.
const BUCKETS: [f64; 12] = [
    0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0,
];
const REQUESTS: &str = "http_request_duration_seconds";
const COMMITS: &str = "database_commits_total";
const EXPORTS: &str = "exports_total";
const RUNNING_EXPORTS: &str = "exports_running";
pub const DISK_FREE: &str = "disk_free_bytes";
pub const BACKUP_FAILURES: &str = "backup_failures_total";
const CACHE_HITS: &str = "cache_hits_total";
const CACHE_MISSES: &str = "cache_misses_total";
const CACHE_BYTES: &str = "cache_bytes";
pub const LOST_LINES: &str = "log_lines_lost_total";
const REFUSED: &str = "connections_refused_total";
const PANICS: &str = "background_panics_total";

/// The metrics of one app. They are not global, so that several apps in one process (in tests) have their own.
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
        // Only an empty list is an error.
        let recorder = match builder.set_buckets(&BUCKETS) {
            Ok(builder) => builder.build_recorder(),
            Err(_) => PrometheusBuilder::new().build_recorder(),
        };
        let describe = |name: &'static str| KeyName::from_const_str(name);
        recorder.describe_histogram(
            describe(REQUESTS),
            Some(Unit::Seconds),
            "Response times, by route and class of status.".into(),
        );
        recorder.describe_counter(describe(COMMITS), None, "Committed transactions.".into());
        recorder.describe_counter(describe(EXPORTS), None, "Started CSV exports.".into());
        recorder.describe_gauge(describe(RUNNING_EXPORTS), None, "Running CSV exports.".into());
        recorder.describe_gauge(
            describe(DISK_FREE),
            Some(Unit::Bytes),
            "Free space on the disk of the database.".into(),
        );
        recorder.describe_counter(describe(BACKUP_FAILURES), None, "Failed nightly backups.".into());
        recorder.describe_counter(
            describe(LOST_LINES),
            None,
            "Log lines that could not be written.".into(),
        );
        recorder.describe_counter(describe(CACHE_HITS), None, "Lookups of cached values.".into());
        recorder.describe_counter(
            describe(CACHE_MISSES),
            None,
            "Values that were not cached and were read.".into(),
        );
        recorder.describe_gauge(
            describe(CACHE_BYTES),
            Some(Unit::Bytes),
            "Memory of the cached values.".into(),
        );
        recorder.describe_counter(
            describe(REFUSED),
            None,
            "Connections closed because the client had too many.".into(),
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
    /// Counts a started export.
    pub fn export(&self) {
        self.exports.increment(1);
    }

    /// Counts a connection that was closed because its client had too many.
    pub fn refused_connection(&self) {
        self.refused.increment(1);
    }

    /// Records the time to a response; `route` is the pattern of its path.
    pub fn request(&self, route: String, status: StatusCode, took: Duration) {
        let class = match status.as_u16() / 100 {
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

    /// Sets the number of commits since the start, and of exports that run now.
    pub fn set_database(&self, commits: u64, running_exports: u32) {
        self.commits.absolute(commits);
        self.running_exports.set(running_exports);
    }

    /// Sets how well cached values are used.
    pub fn set_cache(&self, cache: CacheUse) {
        self.set_counter(CACHE_HITS, cache.hits);
        self.set_counter(CACHE_MISSES, cache.misses);
        self.set_gauge(CACHE_BYTES, cache.bytes);
    }

    /// The text that Prometheus reads.
    pub fn render(&self) -> String {
        self.handle.render()
    }

    /// Sorts recorded times into the buckets; until then each request takes 16 bytes.
    pub fn run_upkeep(&self) {
        self.handle.run_upkeep();
    }

    /// Sets a counter without labels.
    pub fn set_counter(&self, name: &'static str, value: u64) {
        self.count(&Key::from_static_name(name), value);
    }

    /// Sets the number of panics of a background task.
    pub fn set_panics(&self, task: &'static str, panics: u64) {
        let label = vec![Label::from_static_parts("task", task)];
        self.count(&Key::from_parts(PANICS, label), panics);
    }

    /// Sets a gauge without labels.
    #[expect(clippy::cast_precision_loss, reason = "a graph needs no exact number")]
    pub fn set_gauge(&self, name: &'static str, value: u64) {
        self.recorder
            .register_gauge(&Key::from_static_name(name), &METADATA)
            .set(value as f64);
    }

    fn count(&self, key: &Key, value: u64) {
        self.recorder.register_counter(key, &METADATA).absolute(value);
    }
}
