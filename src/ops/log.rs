//! Logs: one line for each request, as text or JSON, on standard error.

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use tracing::Span;
use tracing_actix_web::{RequestId, RootSpanBuilder};
use tracing_subscriber::EnvFilter;

use crate::settings::{BadSetting, Settings};

/// Starts logging as the settings say; a filter that can't be read is a bad setting.
pub fn start(settings: &Settings) -> Result<(), BadSetting> {
    let filter = EnvFilter::try_new(&settings.log).map_err(|error| BadSetting::new("LOG", error))?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    // A second start in one process (tests) keeps the first.
    let _ = if settings.log_json {
        lines.json().flatten_event(true).try_init()
    } else {
        lines.try_init()
    };
    Ok(())
}

/// Writes one line when a request has been answered: method, path, status, milliseconds, request id.
#[derive(Debug)]
pub struct Line;

impl RootSpanBuilder for Line {
    fn on_request_start(request: &ServiceRequest) -> Span {
        use actix_web::HttpMessage as _;
        let id = request
            .extensions()
            .get::<RequestId>()
            .map(ToString::to_string)
            .unwrap_or_default();
        tracing::info_span!(
            "request",
            id,
            method = %request.method(),
            path = request.path(),
            started = tracing::field::Empty,
        )
    }

    fn on_request_end<B: MessageBody>(_: Span, outcome: &Result<ServiceResponse<B>, Error>) {
        let status = match outcome {
            Ok(response) => response.status(),
            Err(error) => error.as_response_error().status_code(),
        };
        tracing::info!(status = status.as_u16(), "answered");
    }
}
