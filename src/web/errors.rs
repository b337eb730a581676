//! Renders errors: a page for people, a fragment for htmx, problem+json for the API.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{StatusCode, header};
use actix_web::middleware::Next;
use actix_web::{Error, HttpRequest, HttpResponse};
use percent_encoding::percent_decode_str;
use tracing_actix_web::RequestId;

use super::book_address;
use super::chrome::{self, Viewer};
use super::error_page::{ErrorPage, KeptForm};
use super::fields::{self, Fields};
use super::page::{self, htmx_redirect, is_htmx, see_other};
use super::site::Site;
use super::view::Nav;
use crate::error::AppError;

/// The longest address of the sign-in page in bytes. Proxies limit the headers of a response, and the longest form
/// "Add expense" needs less.
const MAX_ADDRESS: usize = 12_000;
/// Seconds for `Retry-After` while the database can't be reached.
const RETRY_AFTER_OUTAGE: u64 = 5;
/// Seconds while other requests have to finish first.
const RETRY_AFTER_OTHERS: u64 = 10;
/// Seconds while the disk is full.
const RETRY_AFTER_FULL: u64 = 60;

/// Middleware: renders every 4xx and 5xx response that has no body of its own.
pub async fn render_error(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let res = next.call(req).await?.map_into_boxed_body();
    let status = res.status();
    if !(status.is_client_error() || status.is_server_error())
        || res.headers().contains_key(header::CONTENT_TYPE) && res.response().error().is_none()
    {
        return Ok(res);
    }
    let error = match res.response().error() {
        Some(source) => source
            .as_error::<AppError>()
            .cloned()
            .unwrap_or_else(|| of_status(status, &source.to_string())),
        None => of_status(status, "a response without an error"),
    };
    log(&error);
    let rendered = response_of(res.request(), &error);
    let (request, old) = res.into_parts();
    let mut rendered = ServiceResponse::new(request, rendered);
    if let Some(allow) = old.headers().get(header::ALLOW).and_then(with_head) {
        rendered.headers_mut().insert(header::ALLOW, allow);
    }
    Ok(rendered.map_into_boxed_body())
}

/// HEAD is allowed where GET is.
fn with_head(allow: &header::HeaderValue) -> Option<header::HeaderValue> {
    let mut methods: Vec<&str> = allow.to_str().ok()?.split(", ").collect();
    if let Some(at) = methods.iter().position(|method| *method == "GET")
        && !methods.contains(&"HEAD")
    {
        methods.insert(at + 1, "HEAD");
    }
    methods.join(", ").parse().ok()
}

fn log(error: &AppError) {
    match error {
        AppError::Internal(source) => tracing::error!(%source, "a request failed"),
        AppError::Unavailable(source) => tracing::warn!(%source, "the database could not be reached"),
        AppError::Busy(_) => tracing::warn!("a request was refused, because too many were under way"),
        AppError::TimedOut => tracing::warn!("a read took too long and was cancelled"),
        AppError::DiskFull(source) => tracing::error!(%source, "the disk of the database is full"),
        _ => {}
    }
}

/// The error for a status from a router or extractor of actix.
fn of_status(status: StatusCode, source: &str) -> AppError {
    match status {
        StatusCode::NOT_FOUND => AppError::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => AppError::MethodNotAllowed,
        StatusCode::REQUEST_TIMEOUT => AppError::TooSlow,
        StatusCode::PAYLOAD_TOO_LARGE => AppError::TooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => AppError::UnsupportedType(
            "This address doesn't accept the content type of the request.".to_owned(),
        ),
        StatusCode::SERVICE_UNAVAILABLE => AppError::unavailable(source),
        status if status.is_client_error() => AppError::BadRequest(
            "Part of the address or request has an unknown value. Check the address and try again."
                .to_owned(),
        ),
        _ => AppError::internal(source),
    }
}

fn response_of(req: &HttpRequest, error: &AppError) -> HttpResponse {
    let Some(site) = Site::of(req) else {
        return HttpResponse::new(error.status());
    };
    let base = site.settings.base_path();
    // The router decodes `/%61pi` to `/api`.
    let path = percent_decode_str(req.path()).decode_utf8_lossy();
    let path = path.strip_prefix(base).unwrap_or(&path);
    let mut response = if path == "/api" || path.starts_with("/api/") {
        problem(req, error)
    } else if let AppError::SignedOut { next } = error {
        return sign_in_redirect(req, site, path, next.as_deref());
    } else {
        error_page(req, site, error)
    };
    let retry_after = match error {
        AppError::TooMany(seconds) => Some(*seconds),
        AppError::TooManyAtOnce(_) => Some(RETRY_AFTER_OTHERS),
        AppError::Unavailable(_) | AppError::Busy(_) | AppError::TimedOut => Some(RETRY_AFTER_OUTAGE),
        AppError::DiskFull(_) => Some(RETRY_AFTER_FULL),
        _ => None,
    };
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

/// RFC 9457.
fn problem(req: &HttpRequest, error: &AppError) -> HttpResponse {
    let mut body = serde_json::json!({
        "type": "about:blank",
        "title": error.title(),
        "status": error.status().as_u16(),
        "detail": error.detail(),
    });
    if let AppError::Invalid(errors) = error {
        body["errors"] = serde_json::json!(errors.0);
    }
    if let (true, Some(id)) = (error.status().is_server_error(), request_id(req)) {
        body["instance"] = serde_json::json!(format!("urn:uuid:{id}"));
    }
    let mut response = HttpResponse::build(error.status());
    if matches!(error, AppError::SignedOut { .. } | AppError::Unauthorized(_)) {
        response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
    }
    response
        .content_type("application/problem+json")
        .body(body.to_string())
}

/// Redirects to the sign-in page, with the page to return to.
fn sign_in_redirect(req: &HttpRequest, site: &Site, path: &str, next: Option<&str>) -> HttpResponse {
    let base = site.settings.base_path();
    let login = format!("{base}/login");
    let with_next = |next: &str| fields::address(&login, [("next", next)]);
    let unsent = || {
        site.slices
            .keep_form(req)
            .filter(|page| with_next(page).len() <= MAX_ADDRESS)
    };
    let next = match next {
        Some(next) => next.to_owned(),
        None if req.method().is_safe() => {
            // A person returns from a download to the page with the same rows.
            let path = path.strip_suffix(".csv").unwrap_or(path);
            match req.query_string() {
                "" => format!("{base}{path}"),
                query => format!("{base}{path}?{query}"),
            }
        }
        // Never the address of a POST: the page that shows the form again, or the page it was posted from.
        None => unsent()
            .or_else(|| page::of_post(req, &format!("{base}{path}")))
            .unwrap_or_else(|| format!("{base}/")),
    };
    let mut address = with_next(&next);
    if address.len() > MAX_ADDRESS {
        address = with_next(next.split('?').next().unwrap_or_default());
    }
    if is_htmx(req) {
        htmx_redirect(StatusCode::UNAUTHORIZED, &address)
    } else {
        see_other(&address)
    }
}

fn error_page(req: &HttpRequest, site: &Site, error: &AppError) -> HttpResponse {
    let status = error.status();
    let is_temporary = error.is_outage()
        || matches!(
            error,
            AppError::Busy(_)
                | AppError::TimedOut
                | AppError::TooMany(_)
                | AppError::TooManyAtOnce(_)
                | AppError::Internal(_)
        );
    let here = req.uri().path_and_query().map(ToString::to_string);
    let is_kept = error.is_outage()
        || matches!(
            error,
            AppError::Busy(_) | AppError::OtherAccount(_) | AppError::Conflict(_)
        );
    let kept = here
        .as_deref()
        .filter(|_| is_kept && !req.method().is_safe())
        .zip(Fields::of_body(req).ok())
        .and_then(|(action, form)| KeptForm::of(action, &form));
    let kept = match (error, Viewer::of(req)) {
        (AppError::OtherAccount(email), Some(user)) => kept.map(|kept| {
            // The person may not be in the book of the form. Then it is sent to their own.
            let path = kept.action.strip_prefix(&book_address::base(req, &site.settings));
            let action = path.map_or(kept.action.clone(), |path| format!("{}{path}", user.base));
            KeptForm::as_other(action, kept.fields, &user.form_for, email)
        }),
        _ => kept,
    };
    let heading = match error {
        AppError::BadRequest(_) if req.method().is_safe() => "This link isn't valid",
        AppError::MethodNotAllowed => "This action isn't available here",
        other => other.title(),
    };
    let page = ErrorPage {
        chrome: chrome::of(site, Viewer::of(req), heading, Nav::Elsewhere),
        status: None,
        code: status.as_u16(),
        heading: heading.to_owned(),
        detail: error.detail(),
        request_id: request_id(req).filter(|_| status.is_server_error()),
        retry_href: here.filter(|_| is_temporary && req.method().is_safe()),
        kept,
    };
    page::respond(req, status, &page).unwrap_or_else(|error| {
        tracing::error!(%error, "the error page could not be rendered");
        HttpResponse::new(status)
    })
}

fn request_id(req: &HttpRequest) -> Option<String> {
    use actix_web::HttpMessage as _;
    req.extensions().get::<RequestId>().map(ToString::to_string)
}
