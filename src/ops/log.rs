//! Logs: one line for each request, as text or JSON, on standard error.
//!
//! Everything this program says there goes through [`Lines`], never through `eprintln!`: that panics when the pipe is
//! closed or the disk is full, and waits for a reader that does not read.

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
use tracing::Span;
use tracing_actix_web::{RequestId, RootSpanBuilder};
use tracing_subscriber::EnvFilter;

use super::lines::Lines;
use crate::settings::{BadSetting, Settings};

static STANDARD_ERROR: LazyLock<Lines> = LazyLock::new(|| Lines::to(io::stderr()));
/// How long the last lines may take when the program ends.
const LAST_LINES: Duration = Duration::from_secs(1);
/// Characters of what a client chose, such as a path, in one line.
const LONGEST: usize = 200;

/// Says one line on standard error, whatever `LOG` is.
pub fn say(line: impl Display) {
    STANDARD_ERROR.push(format!("{line}\n").as_bytes());
}

/// Waits until what was said is written, for a second at most.
pub fn flush() {
    STANDARD_ERROR.flush(LAST_LINES);
}

/// How many lines could not be written.
pub fn lost() -> u64 {
    STANDARD_ERROR.lost()
}

/// Standard error as `tracing` writes to it: one whole line at a time.
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

/// Starts logging as the settings say; a filter that can't be read is a bad setting.
pub fn start(settings: &Settings) -> Result<(), BadSetting> {
    let filter = filter(&settings.log)?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(io::stderr().is_terminal())
        .log_internal_errors(false)
        .with_writer(|| Output);
    // A second start in one process (tests) keeps the first.
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

/// A single word has to be a level: `tracing` would take a mistyped one as the name of a module, and log nothing.
fn filter(text: &str) -> Result<EnvFilter, BadSetting> {
    const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];
    let word = text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if word && !LEVELS.contains(&text.to_ascii_lowercase().as_str()) {
        return Err(BadSetting::new(
            "LOG",
            format_args!("“{text}” is not one of {}", LEVELS.join(", ")),
        ));
    }
    // What is no HTTP is an error to actix, at one line each, and anybody can send it.
    let malformed = if text.contains("actix_http") {
        ""
    } else {
        ",actix_http::h1=off"
    };
    EnvFilter::try_new(format!("{text}{malformed}")).map_err(|error| BadSetting::new("LOG", error))
}

/// Writes one line when a request has been answered: request id, method, path, status, milliseconds.
///
/// What else is logged meanwhile stands in a span with the same id. The query is left out: it holds what people
/// search for.
#[derive(Debug)]
pub struct Line;

/// A request as it came, for the line that is written when it has been answered.
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
            // Nothing of the request is left to tell.
            Err(error) => {
                tracing::info!(target: "request", status = error.as_response_error().status_code().as_u16(), "failed");
            }
        }
    }
}

/// A path without the secret of an invitation.
fn without_secret(path: &str) -> Cow<'_, str> {
    match path.split_once("/join/") {
        Some((before, _)) => format!("{before}/join/…").into(),
        None => path.into(),
    }
}

/// The beginning of what a client chose.
fn cut(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(LONGEST) {
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
    fn only_the_beginning_of_a_long_text_is_logged() {
        assert_eq!(cut("/expenses"), "/expenses");
        assert_eq!(cut(&"é".repeat(LONGEST)), "é".repeat(LONGEST));
        assert_eq!(cut(&"é".repeat(5_000)), format!("{}…", "é".repeat(LONGEST)));
    }
}
