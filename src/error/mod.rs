//! The error type of the app, with its HTTP statuses and its messages for people.

mod database;
mod field_errors;

use std::fmt;
use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};

pub use self::field_errors::{FieldError, FieldErrors};

/// Why a request failed. Each variant has one HTTP status.
#[derive(Debug, Clone)]
pub enum AppError {
    /// 400: the request can't be read, with the reason.
    BadRequest(String),
    /// 401, or a redirect to the sign-in page, which then returns to `next` or else to the requested address.
    SignedOut {
        /// A path of this app, with its query.
        next: Option<String>,
    },
    /// 401 of the API: no valid token, or a wrong password, with the reason.
    Unauthorized(String),
    /// 403, with the reason.
    Forbidden(String),
    /// 404: it does not exist, or it belongs to another account.
    NotFound,
    /// 404: an invitation that was used or revoked, is too old, or never existed.
    InvitationOver,
    /// 405.
    MethodNotAllowed,
    /// 408: the body arrived too slowly.
    TooSlow,
    /// 409: the form was rendered for another account; holds the email of the account that is signed in now.
    OtherAccount(String),
    /// 409: it has changed, or it exists already, with the reason.
    Conflict(String),
    /// 412: `If-Match` names another version, with the reason.
    PreconditionFailed(String),
    /// 413: the body is too large.
    TooLarge,
    /// 415, with the supported type.
    UnsupportedType(String),
    /// 422: invalid fields.
    Invalid(FieldErrors),
    /// 429: too many attempts; the seconds to wait.
    TooMany(u64),
    /// 429: too many of these at the same time, with what to wait for.
    TooManyAtOnce(&'static str),
    /// 503: the database can't be reached. The text is for the log only.
    Unavailable(Arc<str>),
    /// 503: too much of the same kind is under way, with what to wait for.
    Busy(&'static str),
    /// 503: a read took longer than allowed.
    TimedOut,
    /// 503: the disk of the database is full; reads still work. The text is for the log only.
    DiskFull(Arc<str>),
    /// 500: a fault of the app. The text is for the log only.
    Internal(Arc<str>),
}

impl AppError {
    /// `source` is logged and never shown.
    pub fn internal(source: impl fmt::Display) -> Self {
        Self::Internal(source.to_string().into())
    }

    /// `source` is logged and never shown.
    pub(crate) fn unavailable(source: impl fmt::Display) -> Self {
        Self::Unavailable(source.to_string().into())
    }

    pub(crate) fn stopped() -> Self {
        Self::Unavailable("the server is stopping".into())
    }

    /// Whether the database as a whole failed, not one statement.
    pub fn is_outage(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::DiskFull(_))
    }

    pub(crate) fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::Invalid(FieldErrors::one(field, message))
    }

    /// The same error, with `prefix` (`items[3].`) before each field.
    #[must_use]
    pub(crate) fn within(mut self, prefix: &str) -> Self {
        if let Self::Invalid(errors) = &mut self {
            for error in &mut errors.0 {
                error.field.insert_str(0, prefix);
            }
        }
        self
    }

    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::SignedOut { .. } | Self::Unauthorized(_) => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::NotFound | Self::InvitationOver => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Conflict(_) | Self::OtherAccount(_) => StatusCode::CONFLICT,
            Self::PreconditionFailed(_) => StatusCode::PRECONDITION_FAILED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooMany(_) | Self::TooManyAtOnce(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable(_) | Self::Busy(_) | Self::TimedOut | Self::DiskFull(_) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// A heading for people.
    pub(crate) fn title(&self) -> &'static str {
        match self {
            Self::BadRequest(_) => "Invalid request",
            Self::SignedOut { .. } => "You're signed out",
            Self::Unauthorized(_) => "You're not signed in",
            Self::Forbidden(_) => "Access denied",
            Self::NotFound => "Page not found",
            Self::InvitationOver => "This link no longer works",
            Self::MethodNotAllowed => "Method not allowed",
            Self::TooSlow => "The request took too long",
            Self::OtherAccount(_) => "Another account is signed in",
            Self::Conflict(_) => "This changed while you were editing",
            Self::PreconditionFailed(_) => "This changed since you opened it",
            Self::TooLarge => "This is too large",
            Self::UnsupportedType(_) => "Unsupported content type",
            Self::Invalid(_) => "Check the highlighted fields",
            Self::TooMany(_) => "Too many attempts",
            Self::TooManyAtOnce(_) => "Too many at once",
            Self::Unavailable(_) => "Temporarily unavailable",
            Self::Busy(_) => "Too much at once",
            Self::TimedOut => "This took too long",
            Self::DiskFull(_) => "The server's disk is full",
            Self::Internal(_) => "Internal server error",
        }
    }

    /// What happened and what to do, for people; never the text for the log.
    pub(crate) fn detail(&self) -> String {
        match self {
            Self::BadRequest(text)
            | Self::Unauthorized(text)
            | Self::Forbidden(text)
            | Self::Conflict(text)
            | Self::PreconditionFailed(text)
            | Self::UnsupportedType(text) => text.clone(),
            Self::TooManyAtOnce(text) | Self::Busy(text) => (*text).to_owned(),
            Self::SignedOut { .. } => "Sign in to continue.".to_owned(),
            Self::OtherAccount(email) => format!(
                "This page was opened for another account. This browser is now signed in as {email}, so nothing was \
                 changed. Reload the page to see that account."
            ),
            Self::NotFound => "It may have been moved or deleted. Check the address.".to_owned(),
            Self::InvitationOver => {
                "An invitation works once, for 7 days. Ask the person who sent it for a new link.".to_owned()
            }
            Self::MethodNotAllowed => "This address doesn't support the method of the request.".to_owned(),
            Self::TooSlow => "The connection was too slow. Try again.".to_owned(),
            Self::TooLarge => {
                "That's too much data. Send less at a time.".to_owned()
            }
            Self::Invalid(errors) => match errors.0.as_slice() {
                [one] => one.message.clone(),
                _ => "See the message on each field.".to_owned(),
            },
            Self::TooMany(seconds) => format!("Wait {} and try again.", waiting_time(*seconds)),
            Self::Unavailable(_) => {
                "The database isn't responding. Your data is safe. Try again in a moment.".to_owned()
            }
            Self::TimedOut => {
                "Choose a shorter period or search for another text, then try again.".to_owned()
            }
            Self::DiskFull(_) => {
                "The server's disk is full, so this wasn't saved. Everything saved earlier is safe and can still be \
                viewed. Ask the server's administrator to free up space, then try again."
                    .to_owned()
            }
            Self::Internal(_) => {
                "The server hit an error, which has been logged. Try again.".to_owned()
            }
        }
    }
}

fn waiting_time(seconds: u64) -> String {
    match seconds {
        0..=1 => "a second".to_owned(),
        2..=90 => format!("{seconds} seconds"),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    }
}

impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable(source) | Self::DiskFull(source) | Self::Internal(source) => {
                f.write_str(source)
            }
            // Commands print it: what they read is a file, not a request.
            Self::BadRequest(text) => f.write_str(text),
            other => write!(f, "{}: {}", other.title(), other.detail()),
        }
    }
}

impl std::error::Error for AppError {}

/// An empty response, which the middleware `web::errors` replaces with a page, a fragment or problem+json.
impl ResponseError for AppError {
    fn status_code(&self) -> StatusCode {
        self.status()
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status())
    }
}
