//! Cookies: their attributes and names, and a middleware that sets them on whatever response a request gets.

use actix_web::body::MessageBody;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _, HttpRequest};

use crate::settings::Settings;

/// The cookies that the response to this request will set.
#[derive(Default)]
struct Pending(Vec<Cookie<'static>>);

/// `max_age` is in seconds; 0 removes the cookie.
pub fn cookie(settings: &Settings, name: String, value: String, max_age: i64) -> Cookie<'static> {
    Cookie::build(name, value)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(settings.https())
        .max_age(Duration::seconds(max_age))
        .finish()
}

/// The name in the browser: on https with the prefix that keeps other hosts from setting the cookie.
pub fn full_name(settings: &Settings, name: &str) -> String {
    if settings.https() {
        format!("__Host-{name}")
    } else {
        name.to_owned()
    }
}

/// Every value of the cookie `name`. Other apps on the same host can set cookies with the same name or with bytes that
/// are not UTF-8; those must not hide ours.
pub fn values(req: &HttpRequest, name: &str) -> Vec<String> {
    pairs(req)
        .filter(|(other, _)| *other == name.as_bytes())
        .filter_map(|(_, value)| std::str::from_utf8(value).ok().map(str::to_owned))
        .collect()
}

fn pairs(req: &HttpRequest) -> impl Iterator<Item = (&[u8], &[u8])> {
    let lines = req.headers().get_all(header::COOKIE);
    let pairs = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
    pairs.filter_map(|pair| {
        let at = pair.iter().position(|byte| *byte == b'=')?;
        Some((pair[..at].trim_ascii(), pair[at + 1..].trim_ascii()))
    })
}

/// Sets `cookie` on the response to `req`, instead of another one with the same name.
pub fn set(req: &HttpRequest, cookie: Cookie<'static>) {
    let mut extensions = req.extensions_mut();
    if !extensions.contains::<Pending>() {
        extensions.insert(Pending::default());
    }
    if let Some(pending) = extensions.get_mut::<Pending>() {
        pending.0.retain(|other| other.name() != cookie.name());
        pending.0.push(cookie);
    }
}

/// Middleware: sets the pending cookies.
pub async fn attach(
    req: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let mut res = next.call(req).await?;
    let pending = res
        .request()
        .extensions_mut()
        .remove::<Pending>()
        .unwrap_or_default();
    for cookie in pending.0 {
        res.response_mut().add_cookie(&cookie)?;
    }
    Ok(res)
}
