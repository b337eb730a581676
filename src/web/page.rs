//! Answers with HTML: the whole page, or to htmx the fragment that replaces `#main`.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};

use super::view::Chrome;
use crate::error::AppError;
use crate::timing;

/// A page whose template has the block `view`, the element `#main`.
pub trait Page {
    /// Its address below the path the app is mounted under, as a route pattern (`/expenses/{id}/edit`); empty for a
    /// page without an address of its own.
    const PATH: &'static str;
    /// The frame it stands in.
    fn chrome(&self) -> &Chrome;
    /// The whole document.
    fn whole(&self) -> askama::Result<String>;
    /// The block `view` alone, byte for byte as the whole document has it.
    fn view(&self) -> askama::Result<String>;
}

/// Implements [`Page`] for a template's struct. (`as_view` is an inherent method that askama derives, so no generic
/// implementation can call it.)
macro_rules! page {
    ($page:ty, $path:literal) => {
        impl $crate::web::page::Page for $page {
            const PATH: &'static str = $path;

            fn chrome(&self) -> &$crate::web::view::Chrome {
                &self.chrome
            }
            fn whole(&self) -> askama::Result<String> {
                askama::Template::render(self)
            }
            fn view(&self) -> askama::Result<String> {
                askama::Template::render(&self.as_view())
            }
        }
    };
}
pub(crate) use page;

/// The request headers that decide between page and fragment.
const DECIDING: &str = "HX-Request, HX-History-Restore-Request";

/// Whether htmx asks. A request that restores history does not count: it gets the whole page.
pub fn is_htmx(req: &HttpRequest) -> bool {
    let says = |name: &str| req.headers().get(name).is_some_and(|value| value == "true");
    says("HX-Request") && !says("HX-History-Restore-Request")
}

/// The page, or its fragment with its title, under `status`.
pub fn answer(req: &HttpRequest, status: StatusCode, page: &impl Page) -> Result<HttpResponse, AppError> {
    Ok(html(status, draw(req, page)?))
}

/// The page, or its fragment with its title.
pub fn draw(req: &HttpRequest, page: &impl Page) -> Result<String, AppError> {
    let drawn = timing::render(|| {
        if is_htmx(req) {
            let title = askama::filters::escape(page.chrome().full_title(), askama::filters::Html)?;
            Ok(format!("<title>{title}</title>{}", page.view()?))
        } else {
            page.whole()
        }
    });
    drawn.map_err(|error: askama::Error| AppError::internal(error))
}

/// What [`draw`] has drawn, under `status`.
pub fn html(status: StatusCode, drawn: String) -> HttpResponse {
    HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .insert_header((header::VARY, DECIDING))
        .body(drawn)
}

/// 303 to `address`, which is a path of this app.
pub fn see_other(address: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, address))
        .insert_header((header::VARY, DECIDING))
        .finish()
}

/// 303 to a page of its own; htmx is told to go there, because it would swap what a redirect leads to.
pub fn redirect(req: &HttpRequest, address: &str) -> HttpResponse {
    if is_htmx(req) {
        htmx_redirect(StatusCode::OK, address)
    } else {
        see_other(address)
    }
}

/// Has htmx load the page at `address`; it would follow a redirect by itself and swap in what it finds there.
pub fn htmx_redirect(status: StatusCode, address: &str) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header(("HX-Redirect", address))
        .insert_header((header::VARY, DECIDING))
        .finish()
}

/// Tells htmx the address of the fragment it got, where that is not the one the browser shows.
pub fn set_htmx_url(req: &HttpRequest, answer: &mut HttpResponse, address: &str) {
    let shown = req
        .headers()
        .get("HX-Current-URL")
        .and_then(|url| url.to_str().ok())
        .unwrap_or_default();
    let shown = shown.split_once("://").map_or(shown, |(_, rest)| {
        rest.find('/').map_or("/", |slash| &rest[slash..])
    });
    let shown = shown.split('#').next().unwrap_or_default();
    if shown == address {
        return;
    }
    let same_page = shown.split('?').next() == address.split('?').next();
    if same_page {
        set_address(answer, REPLACE, address);
    } else {
        push_htmx_url(answer, address);
    }
}

const PUSH: header::HeaderName = header::HeaderName::from_static("hx-push-url");
const REPLACE: header::HeaderName = header::HeaderName::from_static("hx-replace-url");

/// Has htmx push `address` as that of the fragment it asked for.
pub fn push_htmx_url(answer: &mut HttpResponse, address: &str) {
    set_address(answer, PUSH, address);
}

fn set_address(answer: &mut HttpResponse, how: header::HeaderName, address: &str) {
    if let Ok(address) = header::HeaderValue::from_str(address) {
        answer.headers_mut().insert(how, address);
    }
}
