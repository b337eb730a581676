//! Request bodies: read once, whole and within a limit, before any handler runs.

use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;

use crate::error::AppError;

/// The largest body, in bytes.
const MAX_BODY: usize = 1 << 20;
/// The largest batch of the JSON API, in bytes.
const MAX_BATCH_BODY: usize = 4 << 20;
/// Up to here a body that is too large is still read (and thrown away), so that the answer arrives.
const MAX_DISCARDED: usize = 16 << 20;
/// A body must have arrived by then.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// The body of a request, as a handler finds it among the request's extensions.
#[derive(Debug, Clone, Default)]
pub struct Body(pub Bytes);

/// Reads the body and leaves it as [`Body`]; 413 when it is too large, 408 when it takes too long.
pub async fn read(
    mut req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let most = if req.path().ends_with("/api/v1/expenses/batch") {
        MAX_BATCH_BODY
    } else {
        MAX_BODY
    };
    let (announced, payload) = (announced(&req), req.take_payload());
    match tokio::time::timeout(BODY_TIMEOUT, collect(payload, announced, most))
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

/// How long the body is at most, by its headers.
///
/// actix takes everything that follows `CONNECT` or `Upgrade: websocket` for the body, to the end of the connection.
/// Nothing here changes the protocol; then the rules for all other requests hold (RFC 9112, 6.3).
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

async fn collect(mut payload: Payload, announced: usize, most: usize) -> Result<Bytes, AppError> {
    let mut body = BytesMut::new();
    let mut read = 0usize;
    while read < announced
        && let Some(chunk) = payload.next().await
    {
        let chunk =
            chunk.map_err(|_| AppError::BadRequest("The body broke off before its end.".to_owned()))?;
        read += chunk.len();
        if read > MAX_DISCARDED {
            break;
        }
        if read <= most {
            body.extend_from_slice(&chunk);
        }
    }
    if read > most {
        Err(AppError::TooLarge)
    } else {
        Ok(body.freeze())
    }
}
