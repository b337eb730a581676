//! Security headers on every answer, and the id by which the log knows it.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _, web};
use tracing_actix_web::RequestId;

use super::site::Site;

/// The content policy of every page; `/docs` has one of its own.
pub const CONTENT_POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Nothing here needs any of these devices.
const PERMISSIONS: &str = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), midi=(), serial=(), hid=(), \
    accelerometer=(), gyroscope=(), magnetometer=(), display-capture=(), screen-wake-lock=()";

/// What every answer says, unless its handler said something else under the same name.
const ALWAYS: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // Not "no-referrer": under it a form on plain http comes with `Origin: null`, and the cross-site guard refuses it.
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("permissions-policy"), PERMISSIONS),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    // Pages are private; what may be kept (the assets) says so itself.
    (header::CACHE_CONTROL, "no-store"),
];

/// What makes sense on https alone: elsewhere browsers ignore the first and complain about the second.
const ON_HTTPS: [(HeaderName, &str); 2] = [
    (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
];

/// Middleware: adds the headers to every answer. It has to be outside of all that answers by itself.
pub async fn secure(
    site: web::Data<Site>,
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let mut response = next.call(request).await?;
    let id = response
        .request()
        .extensions()
        .get::<RequestId>()
        .and_then(|id| id.to_string().parse().ok());
    let headers = response.headers_mut();
    add(headers, site.settings.https());
    if let Some(id) = id {
        headers.insert(HeaderName::from_static("x-request-id"), id);
    }
    Ok(response)
}

/// Adds each header that is not there yet.
pub fn add(headers: &mut HeaderMap, https: bool) {
    let on_https = ON_HTTPS.into_iter().filter(|_| https);
    for (name, value) in ALWAYS.into_iter().chain(on_https) {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn added(https: bool) -> HeaderMap {
        let mut headers = HeaderMap::new();
        add(&mut headers, https);
        headers
    }

    #[test]
    fn every_answer_has_them() {
        let headers = added(false);
        for (name, _) in ALWAYS {
            assert!(headers.contains_key(&name), "{name}");
        }
        assert_eq!(headers.get("referrer-policy").unwrap(), "same-origin");
        assert_eq!(headers.get("cache-control").unwrap(), "no-store");
    }

    #[test]
    fn the_content_policy_allows_nothing_inline() {
        for source in [
            "default-src 'self'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "frame-ancestors 'none'",
            "form-action 'self'",
            "base-uri 'none'",
            "object-src 'none'",
        ] {
            assert!(CONTENT_POLICY.split("; ").any(|part| part == source), "{source}");
        }
        assert!(!CONTENT_POLICY.contains("unsafe"));
    }

    #[test]
    fn only_https_promises_https() {
        for (name, _) in ON_HTTPS {
            assert!(!added(false).contains_key(&name), "{name}");
            assert!(added(true).contains_key(&name), "{name}");
        }
    }

    #[test]
    fn what_a_handler_said_stays() {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=31536000, immutable"),
        );
        headers.insert(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'"),
        );
        add(&mut headers, true);
        assert_eq!(headers.get_all(header::CACHE_CONTROL).count(), 1);
        assert_eq!(
            headers.get(header::CACHE_CONTROL).unwrap(),
            "public, max-age=31536000, immutable"
        );
        assert_eq!(
            headers.get(header::CONTENT_SECURITY_POLICY).unwrap(),
            "default-src 'none'"
        );
    }
}
