//! Logs: one line for each request, as text or JSON, on standard error.

use std::io::IsTerminal as _;
use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::{Error, HttpMessage as _};
use tracing::Span;
use tracing_actix_web::{RequestId, RootSpanBuilder};
use tracing_subscriber::EnvFilter;

use crate::settings::{BadSetting, Settings};

/// Starts logging as the settings say; a filter that can't be read is a bad setting.
pub fn start(settings: &Settings) -> Result<(), BadSetting> {
    let filter = filter(&settings.log)?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    // A second start in one process (tests) keeps the first.
    let _ = if settings.log_json {
        lines.json().flatten_event(true).with_span_list(false).try_init()
    } else {
        lines.try_init()
    };
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
    EnvFilter::try_new(text).map_err(|error| BadSetting::new("LOG", error))
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
                    %method,
                    path = request.path(),
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
}
