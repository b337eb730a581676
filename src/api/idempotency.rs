//! `Idempotency-Key`: a request sent again gets the first answer, and is carried out once.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::{StatusCode, header};
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use serde::Serialize;
use time::PrimitiveDateTime;

use super::model::{self, SavedAnswer};
use crate::db::{Conn, TxScope, UserId};
use crate::error::AppError;
use crate::state::State;

/// The header's name, also the field of its errors.
const NAME: &str = "Idempotency-Key";
/// Longest key, in characters.
const LONGEST: usize = 255;

/// The key of a request, if it has one. It is judged when the handler asks, so that a missing token is told first.
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
    /// The key together with what it is used for; `fingerprint` is asked for only if there is a key. One that is not
    /// 1 to 255 visible ASCII characters is a 400.
    pub fn over(self, fingerprint: impl FnOnce() -> String) -> Result<Option<RetryKey>, AppError> {
        let is_right =
            |key: &str| (1..=LONGEST).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
        match self.0.as_slice() {
            [] => Ok(None),
            [key] if is_right(key) => Ok(Some(RetryKey {
                key: key.clone(),
                fingerprint: fingerprint(),
            })),
            _ => Err(AppError::BadRequest(format!(
                "{NAME} is sent once, with 1 to {LONGEST} visible ASCII characters."
            ))),
        }
    }
}

/// A request that is to be carried out once.
#[derive(Debug)]
pub struct RetryKey {
    key: String,
    fingerprint: String,
}

/// An answer that can be remembered.
#[derive(Debug)]
pub struct Answer {
    status: StatusCode,
    location: Option<String>,
    etag: Option<String>,
    body: String,
}

impl Answer {
    /// 201 with this JSON.
    pub fn created(body: &impl Serialize) -> Result<Self, AppError> {
        Ok(Self {
            status: StatusCode::CREATED,
            location: None,
            etag: None,
            body: serde_json::to_string(body).map_err(AppError::internal)?,
        })
    }

    /// With the address and the `ETag` of what was made.
    #[must_use]
    pub fn at(mut self, location: String, etag: String) -> Self {
        self.location = Some(location);
        self.etag = Some(etag);
        self
    }

    fn remembered(&self, once: RetryKey, owner: UserId, now: PrimitiveDateTime) -> SavedAnswer {
        SavedAnswer {
            user_id: owner.0,
            idempotency_key: once.key,
            fingerprint: once.fingerprint,
            status: i32::from(self.status.as_u16()),
            location: self.location.clone(),
            etag: self.etag.clone(),
            body: self.body.clone(),
            created_at: now,
        }
    }
}

impl From<SavedAnswer> for Answer {
    fn from(row: SavedAnswer) -> Self {
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

/// Carries out `work` in one unit of work and answers with what `answer` makes of it; with a key that was used
/// before, answers as then. Failures are not remembered.
///
/// Writes of one person never run side by side, so two requests with one key can't both find it unused.
pub async fn write<T>(
    state: &State,
    owner: UserId,
    scope: TxScope,
    once: Option<RetryKey>,
    work: impl FnOnce(&mut Conn) -> Result<T, AppError> + Send + 'static,
    answer: impl FnOnce(T) -> Result<Answer, AppError> + Send + 'static,
) -> Result<HttpResponse, AppError>
where
    T: Send + 'static,
{
    let Some(once) = once else {
        return Ok(answer(state.db.write_in(scope, owner, work).await?)?.into());
    };
    let now = state.clock.now();
    let work = remembered(owner, once, now, work, answer);
    Ok(state.db.write_in(scope, owner, work).await?.into())
}

/// `work` with its answer kept under the key of `once`, or the answer that is kept there.
fn remembered<T: 'static>(
    owner: UserId,
    once: RetryKey,
    now: PrimitiveDateTime,
    work: impl FnOnce(&mut Conn) -> Result<T, AppError> + Send + 'static,
    answer: impl FnOnce(T) -> Result<Answer, AppError> + Send + 'static,
) -> impl FnOnce(&mut Conn) -> Result<Answer, AppError> + Send + 'static {
    move |conn| {
        if let Some(before) = model::find(conn, owner, &once.key)? {
            return if before.fingerprint == once.fingerprint {
                Ok(before.into())
            } else {
                Err(AppError::invalid(
                    NAME,
                    "This key came with other content before. Use a new key for each new request.",
                ))
            };
        }
        let answer = answer(work(conn)?)?;
        model::keep(conn, answer.remembered(once, owner, now))?;
        Ok(answer)
    }
}
