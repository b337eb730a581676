//! Request bodies: read completely, within a limit, before the handler runs.

use std::sync::Arc;
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;

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

/// What a body may take.
struct Limits {
    /// In bytes.
    max: usize,
    time: Duration,
    is_file: bool,
}

impl Limits {
    fn of(path: &str) -> Self {
        let is_call = path.contains("/api/v1/");
        let is_file = if is_call {
            path.ends_with("/imports")
        } else {
            path.ends_with("/import")
        };
        let max = match (is_file, path.ends_with("/expenses/batch") && is_call) {
            (true, _) => MAX_FILE_BODY,
            (false, true) => MAX_BATCH_BODY,
            (false, false) => MAX_BODY,
        };
        Self {
            max,
            time: if is_file { FILE_TIMEOUT } else { BODY_TIMEOUT },
            is_file,
        }
    }
}

/// The body of a request, in the request's extensions.
#[derive(Debug, Clone, Default)]
pub struct Body(pub Bytes);

/// Middleware: stores the body as [`Body`]; 413 if it is too large, 408 if it takes too long.
pub async fn read(
    mut req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let limits = Limits::of(req.path());
    // Held until the response is sent, so that the memory for files is bounded.
    let _permit = match (limits.is_file, Site::of(req.request())) {
        (true, Some(site)) => Some(Arc::clone(&site.files).acquire_owned().await),
        _ => None,
    };
    let (announced, payload) = (announced(&req), req.take_payload());
    match tokio::time::timeout(limits.time, collect(payload, announced, limits.max))
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
