//! Security headers and the request id on every response.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _, web};
use tracing_actix_web::RequestId;

use super::site::Site;

/// Of every page except `/docs`.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// The app uses none of these features.
const PERMISSIONS: &str = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), midi=(), serial=(), hid=(), \
    accelerometer=(), gyroscope=(), magnetometer=(), display-capture=(), screen-wake-lock=()";

/// A header that the handler has set stays as it is.
const HEADERS: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // With "no-referrer" a form on plain http would be sent with `Origin: null`, which the cross-site guard refuses.
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("permissions-policy"), PERMISSIONS),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    // Pages are private. Assets set their own value.
    (header::CACHE_CONTROL, "no-store"),
];

/// On http, browsers ignore the first and warn about the second.
const HTTPS_HEADERS: [(HeaderName, &str); 2] = [
    (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
];

/// Middleware: adds the headers to every response. It has to be outside of every middleware that responds itself.
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

/// Adds the headers that are not set.
fn add(headers: &mut HeaderMap, https: bool) {
    let https_headers = HTTPS_HEADERS.into_iter().filter(|_| https);
    for (name, value) in HEADERS.into_iter().chain(https_headers) {
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
    fn every_response_has_them() {
        let headers = added(false);
        for (name, _) in HEADERS {
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
            assert!(
                CONTENT_SECURITY_POLICY.split("; ").any(|part| part == source),
                "{source}"
            );
        }
        assert!(!CONTENT_SECURITY_POLICY.contains("unsafe"));
    }

    #[test]
    fn some_headers_are_for_https_only() {
        for (name, _) in HTTPS_HEADERS {
            assert!(!added(false).contains_key(&name), "{name}");
            assert!(added(true).contains_key(&name), "{name}");
        }
    }

    #[test]
    fn the_headers_of_a_handler_stay() {
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
