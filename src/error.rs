//! One error for the whole app, and the only place where an error becomes an HTTP status.

use std::fmt;
use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// What is wrong with one field of what came in.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct FieldError {
    /// The field's name as it was sent.
    pub field: String,
    /// What to do about it, in a sentence.
    pub message: String,
}

/// Everything wrong with what came in, all at once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldErrors(pub Vec<FieldError>);

/// Errors that one answer tells.
const MOST_ERRORS: usize = 100;

impl FieldErrors {
    /// A list with one entry.
    pub fn one(field: &str, message: impl Into<String>) -> Self {
        let mut errors = Self::default();
        errors.add(field, message);
        errors
    }

    /// Notes a further error, unless there are a hundred: nobody reads more, and the answer stays small.
    pub fn add(&mut self, field: &str, message: impl Into<String>) {
        if self.0.len() >= MOST_ERRORS {
            return;
        }
        self.0.push(FieldError {
            field: field.to_owned(),
            message: message.into(),
        });
    }

    /// Notes those of `others`, too.
    pub fn extend(&mut self, others: Self) {
        for error in others.0 {
            self.add(&error.field, error.message);
        }
    }

    /// The value, or its error noted at `field`.
    pub fn take<T>(&mut self, field: &str, value: Result<T, impl Into<String>>) -> Option<T> {
        value.map_err(|message| self.add(field, message)).ok()
    }

    /// The message for `field`, if it has one.
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|error| error.field == field)
            .map(|error| error.message.as_str())
    }

    /// True when nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Why a request was not answered as it hoped.
#[derive(Debug, Clone)]
pub enum AppError {
    /// The request as such makes no sense: 400, with what was wrong.
    BadRequest(String),
    /// Nobody is signed in; `next` is the page to come back to, if it is not the requested address itself.
    SignedOut {
        /// A path of this app, with its query.
        next: Option<String>,
    },
    /// No valid token came with a request to the API, or the password is wrong: 401, with the reason.
    Unauthorized(String),
    /// Not allowed, whoever asks: 403, with the reason.
    Forbidden(String),
    /// It does not exist, or it is somebody else's: the same 404.
    NotFound,
    /// The address exists, the method does not: 405.
    MethodNotAllowed,
    /// The request took too long to arrive: 408.
    TooSlow,
    /// It is not what the sender last saw, or it exists already: 409.
    Conflict(String),
    /// A condition of the request does not hold: 412.
    PreconditionFailed(String),
    /// The body is larger than this address takes: 413.
    TooLarge,
    /// The body is of a type this address does not read: 415.
    UnsupportedType(String),
    /// The input breaks a rule; each field has its message: 422.
    Invalid(FieldErrors),
    /// Too many tries; come back after so many seconds: 429.
    TooMany(u64),
    /// Too many of these at the same time: 429, with what to wait for.
    TooManyAtOnce(&'static str),
    /// The database can't be reached for now: 503.
    Unavailable(Arc<str>),
    /// The disk of the database is full: 503. What is there can still be read.
    DiskFull(Arc<str>),
    /// Our fault: 500. The text is for the log only.
    Internal(Arc<str>),
}

impl AppError {
    /// Our fault; `source` goes to the log and nowhere else.
    pub fn internal(source: impl fmt::Display) -> Self {
        Self::Internal(source.to_string().into())
    }

    /// The database is away; `source` goes to the log and nowhere else.
    pub fn unavailable(source: impl fmt::Display) -> Self {
        Self::Unavailable(source.to_string().into())
    }

    /// The server is stopping and takes no more work.
    pub fn stopped() -> Self {
        Self::Unavailable("the server is stopping".into())
    }

    /// Whether the database as a whole does not do its work, whatever it was asked for.
    pub fn is_outage(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::DiskFull(_))
    }

    /// One field is wrong.
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::Invalid(FieldErrors::one(field, message))
    }

    /// The same error, with each field below `place`: `items[3].`.
    #[must_use]
    pub fn within(mut self, place: &str) -> Self {
        if let Self::Invalid(errors) = &mut self {
            for error in &mut errors.0 {
                error.field.insert_str(0, place);
            }
        }
        self
    }

    /// The same failure for another request that shared it.
    #[must_use]
    pub fn again(&self) -> Self {
        self.clone()
    }

    /// The status it is answered with.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::SignedOut { .. } | Self::Unauthorized(_) => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::PreconditionFailed(_) => StatusCode::PRECONDITION_FAILED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooMany(_) | Self::TooManyAtOnce(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable(_) | Self::DiskFull(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// A heading for the visitor.
    pub fn title(&self) -> &'static str {
        match self {
            Self::BadRequest(_) => "This request can't be read",
            Self::SignedOut { .. } => "You are signed out",
            Self::Unauthorized(_) => "You are not signed in",
            Self::Forbidden(_) => "This is not allowed",
            Self::NotFound => "Nothing is here",
            Self::MethodNotAllowed => "This address does not do that",
            Self::TooSlow => "The request took too long",
            Self::Conflict(_) => "Somebody was quicker",
            Self::PreconditionFailed(_) => "This has changed since you read it",
            Self::TooLarge => "This is too large",
            Self::UnsupportedType(_) => "This kind of content is not read here",
            Self::Invalid(_) => "Some fields need another look",
            Self::TooMany(_) => "Too many tries",
            Self::TooManyAtOnce(_) => "Too many at once",
            Self::Unavailable(_) => "Back in a moment",
            Self::DiskFull(_) => "The server has no room left",
            Self::Internal(_) => "Something went wrong here",
        }
    }

    /// What happened and what to do, for the visitor; never the source of a failure.
    pub fn detail(&self) -> String {
        match self {
            Self::BadRequest(text)
            | Self::Unauthorized(text)
            | Self::Forbidden(text)
            | Self::Conflict(text)
            | Self::PreconditionFailed(text)
            | Self::UnsupportedType(text) => text.clone(),
            Self::TooManyAtOnce(text) => (*text).to_owned(),
            Self::SignedOut { .. } => "Sign in to go on.".to_owned(),
            Self::NotFound => "It may have been moved or deleted, or the address has a typo.".to_owned(),
            Self::MethodNotAllowed => "The address is right, but it does not take this method.".to_owned(),
            Self::TooSlow => "The connection was too slow. Try again.".to_owned(),
            Self::TooLarge => {
                "What was sent is larger than this address takes. Send less at a time.".to_owned()
            }
            Self::Invalid(errors) => match errors.0.as_slice() {
                [one] => one.message.clone(),
                _ => "Each field says what to change.".to_owned(),
            },
            Self::TooMany(seconds) => format!("Wait {} and try again.", waiting_time(*seconds)),
            Self::Unavailable(_) => {
                "The database can't be reached right now. Nothing you saved is lost. Try again shortly."
                    .to_owned()
            }
            Self::DiskFull(_) => {
                "Its disk is full, so this was not saved. What was saved before is safe and can be \
                looked at. Whoever runs the server has to make room; then send it again."
                    .to_owned()
            }
            Self::Internal(_) => "The mistake is ours and has been written to the log. Try again.".to_owned(),
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
            other => write!(f, "{}: {}", other.title(), other.detail()),
        }
    }
}

impl std::error::Error for AppError {}

/// A bare answer; `web::errors` gives it its face (page, fragment or problem+json), knowing the request.
impl ResponseError for AppError {
    fn status_code(&self) -> StatusCode {
        self.status()
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status())
    }
}

impl From<DieselError> for AppError {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::NotFound => Self::NotFound,
            DieselError::DatabaseError(DatabaseErrorKind::ClosedConnection, info) => {
                Self::unavailable(info.message())
            }
            DieselError::DatabaseError(_, info) if says(info.message(), &FULL) => {
                Self::DiskFull(info.message().into())
            }
            DieselError::DatabaseError(_, info) if says(info.message(), &OUTAGE) => {
                Self::unavailable(info.message())
            }
            // The connection was lost at the end of the work: nobody knows whether it was kept, and a retry tells.
            DieselError::RollbackErrorOnCommit { commit_error, .. } => Self::from(*commit_error),
            DieselError::BrokenTransactionManager => Self::unavailable(error),
            other => Self::internal(other),
        }
    }
}

/// No room left, in the words of `SQLite` and `PostgreSQL`.
const FULL: [&str; 3] = [
    "database or disk is full",
    "No space left on device",
    "could not extend file",
];

/// Other failures of the database as a whole, in the words of `SQLite` and libpq.
const OUTAGE: [&str; 19] = [
    "database is locked",
    "disk I/O error",
    "readonly database",
    "database disk image is malformed",
    "file is not a database",
    "unable to open database file",
    "server closed the connection",
    "connection to server",
    "terminating connection",
    "no connection to the server",
    "the database system is",
    "could not receive data from server",
    "could not send data to server",
    "connection not open",
    "connection pointer is NULL",
    "SSL connection has been closed",
    "too many clients",
    // A standby before it is promoted, and a worker of Citus that is away.
    "read-only transaction",
    "the remote node",
];

fn says(message: &str, signs: &[&str]) -> bool {
    signs.iter().any(|sign| message.contains(sign))
}
