//! Cookies that an answer sets, whoever builds the answer in the end.

use actix_web::body::MessageBody;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _, HttpRequest};

use crate::settings::Settings;

/// Cookies waiting to be set by the answer to this request.
#[derive(Default)]
struct Waiting(Vec<Cookie<'static>>);

/// A cookie of this app, with the attributes that each of them has. `max_age` in seconds; 0 removes it.
pub fn cookie(settings: &Settings, name: String, value: String, max_age: i64) -> Cookie<'static> {
    Cookie::build(name, value)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(settings.https())
        .max_age(Duration::seconds(max_age))
        .finish()
}

/// `name` as the browser holds it: with the prefix that lets only this very host set it, where people come by https.
pub fn full_name(settings: &Settings, name: &str) -> String {
    if settings.https() {
        format!("__Host-{name}")
    } else {
        name.to_owned()
    }
}

/// Every value that came for `name`. Neighbors on the same host may set cookies, too: one of theirs that is no UTF-8 or
/// has the same name must not hide ours.
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

/// Has the answer to `req` set `cookie`; the last one of a name counts.
pub fn set(req: &HttpRequest, cookie: Cookie<'static>) {
    let mut extensions = req.extensions_mut();
    if !extensions.contains::<Waiting>() {
        extensions.insert(Waiting::default());
    }
    if let Some(waiting) = extensions.get_mut::<Waiting>() {
        waiting.0.retain(|other| other.name() != cookie.name());
        waiting.0.push(cookie);
    }
}

/// Middleware: puts the waiting cookies on the answer.
pub async fn attach(
    req: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let mut res = next.call(req).await?;
    let waiting = res
        .request()
        .extensions_mut()
        .remove::<Waiting>()
        .unwrap_or_default();
    for cookie in waiting.0 {
        res.response_mut().add_cookie(&cookie)?;
    }
    Ok(res)
}
