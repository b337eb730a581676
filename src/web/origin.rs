//! The cross-site guard: requests that a page of another site sends can't change anything.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName};
use actix_web::http::{Method, Uri};
use actix_web::middleware::Next;
use actix_web::{Error, web};

use super::site::Site;
use crate::error::AppError;
use crate::settings::PublicUrl;

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// With `PUBLIC_URL` the likely reason is that the app was opened at another address.
fn refused(public: Option<&PublicUrl>) -> AppError {
    AppError::Forbidden(match public {
        Some(url) => format!(
            "Nothing was changed, because the request came from another address. This app is configured for {url}: \
             open it there and try again."
        ),
        None => "Nothing was changed, because the request came from another site. Open the page here and try again. \
            If the app runs behind a proxy, set PUBLIC_URL to the address that people use."
            .to_owned(),
    })
}

/// Middleware: answers 403 to requests from pages of another origin. The API is exempt, because it ignores cookies.
pub async fn guard(
    site: web::Data<Site>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let settings = &site.settings;
    let api = request
        .path()
        .strip_prefix(settings.base_path())
        .is_some_and(|path| path.starts_with("/api/"));
    if api || is_allowed(request.method(), request.headers(), settings.public_url.as_ref()) {
        Ok(next.call(request).await?.map_into_left_body())
    } else {
        Ok(request
            .error_response(refused(settings.public_url.as_ref()))
            .map_into_right_body())
    }
}

/// Whether a request is allowed: its method is safe, or a page of this app sent it, or it does not come from a browser.
///
/// `Sec-Fetch-Site` decides if the browser sends it. Otherwise (plain http in a home network) the host and port of
/// `Origin` have to be those of `PUBLIC_URL`, or of `Host` without that setting.
fn is_allowed(method: &Method, headers: &HeaderMap, public: Option<&PublicUrl>) -> bool {
    if method.is_safe() {
        return true;
    }
    if headers.contains_key(FETCH_SITE) {
        return headers
            .get_all(FETCH_SITE)
            .all(|site| site == "same-origin" || site == "none");
    }
    if !headers.contains_key(header::ORIGIN) {
        return true;
    }
    let Some(origin) = single(headers, &header::ORIGIN).and_then(HostPort::of_origin) else {
        return false;
    };
    let here = match public {
        Some(url) => HostPort::of_authority(&url.authority, if url.https { 443 } else { 80 }),
        // `Host` has no scheme, so the default port is that of the origin.
        None => {
            single(headers, &header::HOST).and_then(|host| HostPort::of_authority(host, origin.default_port))
        }
    };
    here.is_some_and(|here| here.host == origin.host && here.port == origin.port)
}

/// The value of a header that was sent exactly once.
fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name);
    let first = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(first)
}

struct HostPort {
    host: String,
    port: u16,
    /// The default port of the scheme.
    default_port: u16,
}

impl HostPort {
    /// Of an `Origin` header; `None` for `null` and for schemes other than http and https.
    fn of_origin(origin: &str) -> Option<Self> {
        let (scheme, authority) = origin.split_once("://")?;
        let default_port = match scheme {
            "https" => 443,
            "http" => 80,
            _ => return None,
        };
        Self::of_authority(authority, default_port)
    }

    fn of_authority(authority: &str, default_port: u16) -> Option<Self> {
        if authority.contains('@') {
            return None;
        }
        let uri = Uri::builder()
            .scheme("http")
            .authority(authority)
            .path_and_query("/")
            .build()
            .ok()?;
        let host = uri.host().filter(|host| !host.is_empty())?.to_ascii_lowercase();
        // `port_u16` is also `None` for an invalid port, which must not count as the default port.
        let has_port = uri.authority()?.as_str().len() > host.len();
        let port = if has_port { uri.port_u16()? } else { default_port };
        Some(Self {
            host,
            port,
            default_port,
        })
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    /// `name: value` pairs divided by `|`.
    fn headers(text: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in text.split('|').map(str::trim).filter(|line| !line.is_empty()) {
            let (name, value) = line.split_once(':').unwrap();
            headers.append(
                name.trim().parse().unwrap(),
                HeaderValue::from_str(value.trim()).unwrap(),
            );
        }
        headers
    }

    fn check(public: Option<&str>, cases: &[(&str, bool)]) {
        let public = public.map(|url| PublicUrl::parse(url).unwrap());
        for (text, expected) in cases {
            for method in [
                Method::POST,
                Method::PUT,
                Method::PATCH,
                Method::DELETE,
                Method::from_bytes(b"ODD").unwrap(),
            ] {
                assert_eq!(
                    is_allowed(&method, &headers(text), public.as_ref()),
                    *expected,
                    "{method} {text}"
                );
            }
            for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
                assert!(
                    is_allowed(&method, &headers(text), public.as_ref()),
                    "{method} {text}"
                );
            }
        }
    }

    #[test]
    fn what_a_browser_says_of_itself_decides() {
        check(
            None,
            &[
                ("", true),
                ("Host: a.example", true),
                ("Sec-Fetch-Site: same-origin", true),
                ("Sec-Fetch-Site: none", true),
                ("Sec-Fetch-Site: same-site", false),
                ("Sec-Fetch-Site: cross-site", false),
                ("Sec-Fetch-Site: Same-Origin", false),
                ("Sec-Fetch-Site:", false),
                ("Sec-Fetch-Site: something-new", false),
                ("Sec-Fetch-Site: same-origin | Sec-Fetch-Site: cross-site", false),
                (
                    "Sec-Fetch-Site: same-origin | Host: a.example | Origin: https://b.example",
                    true,
                ),
                (
                    "Sec-Fetch-Site: cross-site | Host: a.example | Origin: http://a.example",
                    false,
                ),
            ],
        );
    }

    #[test]
    fn without_that_the_origin_has_to_be_the_host() {
        check(
            None,
            &[
                ("Host: a.example | Origin: http://a.example", true),
                ("Host: a.example | Origin: https://a.example", true),
                ("Host: A.Example | Origin: http://a.example", true),
                ("Host: a.example:80 | Origin: http://a.example", true),
                ("Host: a.example | Origin: http://a.example:80", true),
                ("Host: a.example:443 | Origin: https://a.example", true),
                ("Host: a.example:443 | Origin: http://a.example", false),
                ("Host: a.example:8000 | Origin: http://a.example:8000", true),
                ("Host: a.example:8000 | Origin: http://a.example", false),
                ("Host: a.example | Origin: http://a.example:8000", false),
                ("Host: 192.168.1.5:8000 | Origin: http://192.168.1.5:8000", true),
                ("Host: [::1]:8000 | Origin: http://[::1]:8000", true),
                ("Host: [::1]:8000 | Origin: http://[::2]:8000", false),
                ("Host: a.example | Origin: http://b.example", false),
                ("Host: a.example | Origin: http://a.example.evil.example", false),
                ("Host: a.example | Origin: http://evil.example/a.example", false),
                ("Host: a.example | Origin: http://a.example@evil.example", false),
                ("Host: a.example | Origin: http://evil@a.example", false),
                ("Host: a.example | Origin: http://sub.a.example", false),
                ("Host: a.example | Origin: null", false),
                ("Host: a.example | Origin:", false),
                ("Host: a.example | Origin: a.example", false),
                ("Host: a.example | Origin: file://", false),
                ("Host: a.example | Origin: ftp://a.example", false),
                ("Host: a.example | Origin: http://a.example:99999", false),
                ("Host: a.example | Origin: http://a.example:", false),
                (
                    "Host: a.example | Origin: http://a.example | Origin: http://b.example",
                    false,
                ),
                (
                    "Host: a.example | Host: b.example | Origin: http://b.example",
                    false,
                ),
                ("Origin: http://a.example", false),
                ("Host: | Origin: http://a.example", false),
            ],
        );
    }

    #[test]
    fn with_a_public_url_the_host_header_says_nothing() {
        let cases = [
            ("Host: 127.0.0.1:8000 | Origin: https://home.example", true),
            ("Host: 127.0.0.1:8000 | Origin: https://home.example:443", true),
            ("Host: 127.0.0.1:8000 | Origin: http://127.0.0.1:8000", false),
            ("Host: home.example | Origin: http://home.example", false),
            ("Host: evil.example | Origin: https://evil.example", false),
            (
                "Sec-Fetch-Site: same-origin | Origin: https://other.example",
                true,
            ),
            ("Host: evil.example", true),
        ];
        check(Some("https://Home.example"), &cases);
        check(Some("https://home.example/money"), &cases);
        check(
            Some("http://home.example:8080"),
            &[
                ("Origin: http://home.example:8080", true),
                ("Origin: http://home.example", false),
            ],
        );
    }

    #[test]
    fn a_header_that_is_no_text_is_refused() {
        for name in ["sec-fetch-site", "origin"] {
            let mut odd = headers("Host: a.example");
            odd.insert(
                name.parse().unwrap(),
                HeaderValue::from_bytes(b"http://a.example\xff").unwrap(),
            );
            assert!(!is_allowed(&Method::POST, &odd, None), "{name}");
        }
    }
}
