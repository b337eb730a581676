//! `Idempotency-Key`: a retried request is executed once, and the retry gets the first response.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::{StatusCode, header};
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use time::PrimitiveDateTime;

use super::model::{self, SavedResponse};
use crate::db::{BookId, Conn, TxScope, UserId, WritableBook};
use crate::error::AppError;
use crate::state::State;

/// The name of the header and of the field in its errors.
const NAME: &str = "Idempotency-Key";
/// In bytes.
const MAX_KEY: usize = 255;

/// The key of a request, if it has one. The handler checks it after authentication, so that a missing token is reported
/// first.
#[derive(Debug, Clone)]
pub struct IdempotencyKey(Vec<String>);

impl FromRequest for IdempotencyKey {
    type Error = AppError;
    type Future = Ready<Result<Self, AppError>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let values = req.headers().get_all(NAME);
        let texts = values.map(|value| value.to_str().unwrap_or_default().to_owned());
        ready(Ok(Self(texts.collect())))
    }
}

impl IdempotencyKey {
    /// Combines the key with the person who sends it and the fingerprint of the request. A key that is not 1 to 255 visible
    /// ASCII characters is a 400.
    pub fn over(
        self,
        by: UserId,
        book: BookId,
        fingerprint: impl FnOnce() -> String,
    ) -> Result<Option<RetryKey>, AppError> {
        let is_valid =
            |key: &str| (1..=MAX_KEY).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
        match self.0.as_slice() {
            [] => Ok(None),
            [key] if is_valid(key) => Ok(Some(RetryKey {
                // The keys of several members must not meet.
                key: if by.own_book() == book {
                    key.clone()
                } else {
                    format!("{} {key}", by.0)
                },
                fingerprint: fingerprint(),
            })),
            _ => Err(AppError::BadRequest(format!(
                "Send {NAME} once, with 1 to {MAX_KEY} visible ASCII characters."
            ))),
        }
    }
}

/// Identifies a request that is executed once.
#[derive(Debug)]
pub struct RetryKey {
    key: String,
    fingerprint: String,
}

/// A response that can be stored.
#[derive(Debug)]
pub struct Answer {
    status: StatusCode,
    location: Option<String>,
    etag: Option<String>,
    body: String,
}

impl Answer {
    /// 201 with this JSON.
    pub fn created(body: String) -> Self {
        Self {
            status: StatusCode::CREATED,
            location: None,
            etag: None,
            body,
        }
    }

    /// Adds the address and the `ETag` of the created row.
    #[must_use]
    pub fn at(mut self, location: String, etag: String) -> Self {
        self.location = Some(location);
        self.etag = Some(etag);
        self
    }

    fn to_row(&self, retry: RetryKey, owner: BookId, now: PrimitiveDateTime) -> SavedResponse {
        SavedResponse {
            book_id: owner.0,
            idempotency_key: retry.key,
            fingerprint: retry.fingerprint,
            status: i32::from(self.status.as_u16()),
            location: self.location.clone(),
            etag: self.etag.clone(),
            body: self.body.clone(),
            created_at: now,
        }
    }
}

impl From<SavedResponse> for Answer {
    fn from(row: SavedResponse) -> Self {
        let status = u16::try_from(row.status).ok();
        Self {
            status: status
                .and_then(|status| StatusCode::from_u16(status).ok())
                .unwrap_or(StatusCode::CREATED),
            location: row.location,
            etag: row.etag,
            body: row.body,
        }
    }
}

impl From<Answer> for HttpResponse {
    fn from(answer: Answer) -> Self {
        let mut response = Self::build(answer.status);
        if let Some(location) = answer.location {
            response.insert_header((header::LOCATION, location));
        }
        if let Some(etag) = answer.etag {
            response.insert_header((header::ETAG, etag));
        }
        response.content_type("application/json").body(answer.body)
    }
}

/// Runs `work` in one transaction and responds with what `answer` returns. With a key that was used before, it responds
/// with the stored response instead. Failures are not stored.
///
/// Writes of one book are serialized, so two requests with the same key can't both find it unused.
pub async fn write<T>(
    state: &State,
    book: WritableBook,
    scope: TxScope,
    retry: Option<RetryKey>,
    work: impl FnOnce(&mut Conn) -> Result<T, AppError> + Send + 'static,
    answer: impl FnOnce(T) -> Result<Answer, AppError> + Send + 'static,
) -> Result<HttpResponse, AppError>
where
    T: Send + 'static,
{
    let Some(retry) = retry else {
        return Ok(answer(state.db.write_in(scope, book, work).await?)?.into());
    };
    let now = state.clock.now();
    let work = with_retry(book.id(), retry, now, work, answer);
    Ok(state.db.write_in(scope, book, work).await?.into())
}

/// `work` and storing its response, or returning the stored response.
fn with_retry<T: 'static>(
    owner: BookId,
    retry: RetryKey,
    now: PrimitiveDateTime,
    work: impl FnOnce(&mut Conn) -> Result<T, AppError> + Send + 'static,
    answer: impl FnOnce(T) -> Result<Answer, AppError> + Send + 'static,
) -> impl FnOnce(&mut Conn) -> Result<Answer, AppError> + Send + 'static {
    move |conn| {
        if let Some(stored) = model::find(conn, owner, &retry.key)? {
            return if stored.fingerprint == retry.fingerprint {
                Ok(stored.into())
            } else {
                Err(AppError::invalid(
                    NAME,
                    "This Idempotency-Key was used with a different request. Use a new key for each request.",
                ))
            };
        }
        let answer = answer(work(conn)?)?;
        model::save(conn, answer.to_row(retry, owner, now))?;
        Ok(answer)
    }
}
