//! The log on standard error: one line for each request, as text or JSON.
//!
//! All output goes through [`Lines`]. `eprintln!` would panic if the pipe is closed or the disk is full, and block if the
//! reader does not read.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::borrow::Cow;
use std::fmt::Display;
use std::io::{self, IsTerminal as _};
use std::panic;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::{Error, HttpMessage as _};
use percent_encoding::percent_decode_str;
use tracing::Span;
use tracing_actix_web::{RequestId, RootSpanBuilder};
use tracing_subscriber::EnvFilter;

use super::lines::Lines;
use crate::settings::{BadSetting, Settings};

static STANDARD_ERROR: LazyLock<Lines> = LazyLock::new(|| Lines::to(io::stderr()));
/// The time to write the last lines when the program ends.
const FLUSH_TIME: Duration = Duration::from_secs(1);
/// Characters of a text from a client, such as a path.
const MAX_CHARS: usize = 200;

/// Writes `text` as one line, whatever `LOG` is.
pub fn print(text: impl Display) {
    let line = text.to_string().replace(['\n', '\r'], " ");
    STANDARD_ERROR.push(format!("{line}\n").as_bytes());
}

/// Waits until all lines are written, for at most `FLUSH_TIME`.
pub fn flush() {
    STANDARD_ERROR.flush(FLUSH_TIME);
}

/// The number of lines that could not be written.
pub fn lost() -> u64 {
    STANDARD_ERROR.lost()
}

/// The writer for `tracing`, which writes one whole line at a time.
struct Output;

impl io::Write for Output {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        STANDARD_ERROR.push(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Starts logging by the settings. An invalid filter is a bad setting.
pub fn start(settings: &Settings) -> Result<(), BadSetting> {
    let filter = filter(&settings.log)?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(io::stderr().is_terminal())
        .log_internal_errors(false)
        .with_writer(|| Output);
    // A later start in the same process (tests) has no effect.
    let _ = if settings.log_json {
        lines.json().flatten_event(true).with_span_list(false).try_init()
    } else {
        lines.try_init()
    };
    panic::set_hook(Box::new(|panic| {
        let backtrace = Backtrace::capture();
        let backtrace = (backtrace.status() == BacktraceStatus::Captured).then_some(backtrace);
        let thread = std::thread::current();
        tracing::error!(
            target: "panic",
            thread = thread.name(),
            backtrace = backtrace.map(tracing::field::display),
            "{}",
            panic.to_string().replace('\n', " ")
        );
    }));
    Ok(())
}

/// A single word has to be a level: `tracing` would read a mistyped level as the name of a module and log nothing.
fn filter(text: &str) -> Result<EnvFilter, BadSetting> {
    const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];
    let word = text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if word && !LEVELS.contains(&text.to_ascii_lowercase().as_str()) {
        return Err(BadSetting::new(
            "LOG",
            format_args!("“{text}” is not one of {}", LEVELS.join(", ")),
        ));
    }
    // actix logs an error for each malformed request, and anybody can send them.
    let malformed = if text.contains("actix_http") {
        ""
    } else {
        ",actix_http::h1=off"
    };
    EnvFilter::try_new(format!("{text}{malformed}")).map_err(|error| BadSetting::new("LOG", error))
}

/// Logs one line per request after its response: id, method, path, status, milliseconds.
///
/// Other lines about the request are in a span with the same id. The query is left out, because it contains what people
/// search for.
#[derive(Debug)]
pub struct Line;

/// The arrival of a request, before middleware changes its method.
struct Arrived {
    at: Instant,
    method: Method,
}

impl RootSpanBuilder for Line {
    fn on_request_start(request: &ServiceRequest) -> Span {
        let id = id(&request.extensions());
        request.extensions_mut().insert(Arrived {
            at: Instant::now(),
            method: request.method().clone(),
        });
        tracing::info_span!("request", id)
    }

    fn on_request_end<B: MessageBody>(_: Span, outcome: &Result<ServiceResponse<B>, Error>) {
        match outcome {
            Ok(response) => {
                let request = response.request();
                let extensions = request.extensions();
                let arrived = extensions.get::<Arrived>();
                let method = arrived.map_or(request.method(), |arrived| &arrived.method);
                let ms = arrived.map_or(0.0, |arrived| arrived.at.elapsed().as_secs_f64() * 1e3);
                tracing::info!(
                    target: "request",
                    parent: None,
                    id = id(&extensions),
                    method = %cut(method.as_str()),
                    path = &*cut(&without_secret(request.path())),
                    status = response.status().as_u16(),
                    ms = (ms * 1e3).round() / 1e3,
                    "answered"
                );
            }
            // The request is no longer available.
            Err(error) => {
                tracing::info!(target: "request", status = error.as_response_error().status_code().as_u16(), "failed");
            }
        }
    }
}

/// What a secret follows in an address: that of an invitation, and that of a calendar feed.
const BEFORE_SECRETS: [&str; 2] = ["/join/", "/feeds/"];

/// A path without its secret.
fn without_secret(path: &str) -> Cow<'_, str> {
    // The router reads escapes before it compares.
    let decoded = percent_decode_str(path).decode_utf8_lossy();
    if decoded != path && BEFORE_SECRETS.iter().any(|prefix| decoded.contains(prefix)) {
        return without_secret(&decoded).into_owned().into();
    }
    for prefix in BEFORE_SECRETS {
        if let Some((before, _)) = path.split_once(prefix) {
            return format!("{before}{prefix}…").into();
        }
    }
    path.into()
}

/// The beginning of a text from a client.
fn cut(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]).into(),
        None => text.into(),
    }
}

fn id(extensions: &actix_web::dev::Extensions) -> String {
    extensions
        .get::<RequestId>()
        .map(ToString::to_string)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_level_is_refused_and_a_filter_is_not() {
        for good in ["info", "OFF", "warn,actix_server=error", "expense_tracker=debug"] {
            assert!(filter(good).is_ok(), "{good}");
        }
        for bad in ["loud", "inf", "info,x=loud", "=="] {
            let message = filter(bad).map(|_| ()).unwrap_err().to_string();
            assert!(
                message.starts_with("LOG: ") && !message.contains('\n'),
                "{message}"
            );
        }
    }

    #[test]
    fn secrets_are_cut_off() {
        assert_eq!(without_secret("/money/join/1_x"), "/money/join/…");
        assert_eq!(without_secret("/feeds/1_x.ics"), "/feeds/…");
        assert_eq!(
            without_secret("/%66eeds/1_x.ics"),
            "/feeds/…",
            "the router reads escapes"
        );
        assert_eq!(without_secret("/b/1/%6aoin/1_x"), "/b/1/join/…");
        assert_eq!(without_secret("/expenses"), "/expenses");
    }

    #[test]
    fn only_the_beginning_of_a_long_text_is_logged() {
        assert_eq!(cut("/expenses"), "/expenses");
        assert_eq!(cut(&"é".repeat(MAX_CHARS)), "é".repeat(MAX_CHARS));
        assert_eq!(cut(&"é".repeat(5_000)), format!("{}…", "é".repeat(MAX_CHARS)));
    }
}
