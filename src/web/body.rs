//! Request bodies: read completely, within a limit, before the handler runs; files and batches by the handler itself.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _, HttpRequest};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use tokio::sync::OwnedSemaphorePermit;

use super::site::Site;
use crate::error::AppError;

/// In bytes.
const MAX_BODY: usize = 1 << 20;
/// For a batch of the JSON API, in bytes.
const MAX_BATCH_BODY: usize = 4 << 20;
/// For the file of an import, in bytes: larger than the largest file that is read, so that the page of the import can say
/// what is too large.
const MAX_FILE_BODY: usize = 24 << 20;
/// A body that is too large is still read and discarded up to this size beyond its limit, so that the client reads the
/// response.
const MAX_DISCARDED: usize = 16 << 20;
/// For the whole body.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);
/// For the file of an import.
const FILE_TIMEOUT: Duration = Duration::from_mins(5);

/// The body of a request, in the request's extensions.
#[derive(Debug, Clone, Default)]
pub struct Body(pub Bytes);

/// The payload of a request with a file or a batch. Its handler reads it after it knows who sends it, so that nobody else can
/// take memory and time.
#[derive(Clone)]
struct PendingPayload(Rc<RefCell<Option<(Payload, usize)>>>);

/// A file, and the permit to hold it in memory.
#[derive(Debug)]
pub struct File {
    pub content: Bytes,
    pub permit: OwnedSemaphorePermit,
}

/// Middleware: stores the body as [`Body`]; 413 if it is too large, 408 if it takes too long. A file is left to
/// [`file()`], a batch to [`batch()`].
pub async fn read(
    mut req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let (announced, payload) = (announced(&req), req.take_payload());
    if is_read_by_handler(&req) {
        let pending = PendingPayload(Rc::new(RefCell::new(Some((payload, announced)))));
        req.extensions_mut().insert(pending.clone());
        let response = next.call(req).await;
        pending.discard().await;
        return Ok(response?.map_into_left_body());
    }
    match tokio::time::timeout(BODY_TIMEOUT, collect(payload, announced, MAX_BODY))
        .await
        .unwrap_or(Err(AppError::TooSlow))
    {
        Ok(body) => {
            req.extensions_mut().insert(Body(body));
            Ok(next.call(req).await?.map_into_left_body())
        }
        Err(error) => Ok(req.error_response(error).map_into_right_body()),
    }
}

fn is_read_by_handler(req: &ServiceRequest) -> bool {
    let path = req.path();
    let is_large = if path.contains("/api/v1/") {
        path.ends_with("/imports") || path.ends_with("/expenses/batch")
    } else {
        path.ends_with("/import")
    };
    req.method() == Method::POST && is_large
}

/// Reads the file of a request, for a handler that has checked who sends it. Waits while other files are in memory.
pub async fn file(req: &HttpRequest) -> Result<File, AppError> {
    let site = Site::of(req).ok_or_else(|| AppError::internal("no site"))?;
    let permit = Arc::clone(&site.files).acquire_owned().await;
    Ok(File {
        content: read_pending(req, FILE_TIMEOUT, MAX_FILE_BODY).await?,
        permit: permit.map_err(AppError::internal)?,
    })
}

/// Reads the body of a batch, for a handler that has checked who sends it and how many others they are sending.
pub async fn batch(req: &HttpRequest) -> Result<Bytes, AppError> {
    read_pending(req, BODY_TIMEOUT, MAX_BATCH_BODY).await
}

async fn read_pending(req: &HttpRequest, time: Duration, max: usize) -> Result<Bytes, AppError> {
    let pending = req.extensions().get::<PendingPayload>().cloned();
    let payload = pending.and_then(|pending| pending.0.borrow_mut().take());
    let (payload, announced) = payload.ok_or_else(|| AppError::internal("this body was read before"))?;
    let content = tokio::time::timeout(time, collect(payload, announced, max));
    content.await.unwrap_or(Err(AppError::TooSlow))
}

impl PendingPayload {
    /// Reads what no handler has read, so that the client reads the response.
    async fn discard(&self) {
        let payload = self.0.borrow_mut().take();
        if let Some((payload, announced)) = payload {
            // Whatever comes of it, the response is ready.
            let _ = tokio::time::timeout(BODY_TIMEOUT, collect(payload, announced, 0)).await;
        }
    }
}

/// The largest length of the body, by its headers.
///
/// After `CONNECT` or `Upgrade: websocket`, actix treats the rest of the connection as the body. This app never changes
/// the protocol, so the rules for all other requests apply (RFC 9112, 6.3).
fn announced(req: &ServiceRequest) -> usize {
    let text = |name| {
        req.headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
            .map(str::trim)
    };
    if text(TRANSFER_ENCODING).is_some_and(|coding| coding.eq_ignore_ascii_case("chunked")) {
        return usize::MAX;
    }
    let length = text(CONTENT_LENGTH).and_then(|length| length.parse().ok());
    length.unwrap_or(0)
}

async fn collect(mut payload: Payload, announced: usize, max: usize) -> Result<Bytes, AppError> {
    let mut body = BytesMut::new();
    let mut read = 0usize;
    while read < announced
        && let Some(chunk) = payload.next().await
    {
        let chunk = chunk.map_err(|_| {
            AppError::BadRequest("The connection ended before the whole body arrived.".to_owned())
        })?;
        read += chunk.len();
        if read > max + MAX_DISCARDED {
            break;
        }
        if read <= max {
            body.extend_from_slice(&chunk);
        }
    }
    if read > max {
        Err(AppError::TooLarge)
    } else {
        Ok(body.freeze())
    }
}
