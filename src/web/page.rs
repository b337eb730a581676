//! Responses with HTML: the whole page, or for htmx the fragment that replaces `#main`.

use std::iter::successors;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, Resource, web};

use super::view::Chrome;
use crate::error::AppError;
use crate::timing;

/// A page whose template has a block `view` with the element `#main`.
pub trait Page {
    /// A route pattern (`/expenses/{id}/edit`) below the path the app is mounted under; empty for a page without an
    /// address of its own.
    const PATH: &'static str;
    fn chrome(&self) -> &Chrome;
    fn whole(&self) -> askama::Result<String>;
    /// The block `view`, byte for byte as it is in the whole document.
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

/// The names of the resources of pages begin with this. Other resources have no name.
const NAME: &str = "page ";

/// The resource of a page that a person can be sent to after signing in. The router is the only list of them. The other
/// pages are registered with [`web::resource`].
pub fn resource<P: Page>() -> Resource {
    resource_at(P::PATH)
}

/// Like [`resource`], for a page that is not a [`Page`].
pub fn resource_at(pattern: &str) -> Resource {
    web::resource(pattern).name(&format!("{NAME}{pattern}"))
}

/// Whether `path` is the address of a page, with the path that the app is mounted under.
pub fn is_page(req: &HttpRequest, path: &str) -> bool {
    // A browser resolves dot segments, also encoded ones, before the router sees the address: `/expenses/../edit`.
    let is_encoded = path.contains('%');
    let has_dots = path.split('/').any(|part| part == "." || part == "..");
    let name = || req.resource_map().match_name(path);
    !is_encoded && !has_dots && name().is_some_and(|name| name.starts_with(NAME))
}

/// The page of a POST to `path`: the longest page address that `path` begins with.
pub fn of_post(req: &HttpRequest, path: &str) -> Option<String> {
    let prefixes = successors(Some(path), |path| Some(path.rsplit_once('/')?.0));
    let mut addresses = prefixes.flat_map(|prefix| [prefix.to_owned(), format!("{prefix}/")]);
    addresses.find(|address| is_page(req, address))
}

/// The request headers that decide between page and fragment, for `Vary`.
const DECIDING_HEADERS: &str = "HX-Request, HX-History-Restore-Request";

/// Whether htmx sent the request. A request that restores history does not count: it gets the whole page.
pub fn is_htmx(req: &HttpRequest) -> bool {
    let says = |name: &str| req.headers().get(name).is_some_and(|value| value == "true");
    says("HX-Request") && !says("HX-History-Restore-Request")
}

/// Responds with the page, or with its fragment and title for htmx.
pub fn respond(req: &HttpRequest, status: StatusCode, page: &impl Page) -> Result<HttpResponse, AppError> {
    Ok(respond_html(status, render(req, page)?))
}

/// The HTML of the page, or of its fragment and title for htmx.
pub fn render(req: &HttpRequest, page: &impl Page) -> Result<String, AppError> {
    let html = timing::render(|| {
        if is_htmx(req) {
            let title = askama::filters::escape(page.chrome().full_title(), askama::filters::Html)?;
            Ok(format!("<title>{title}</title>{}", page.view()?))
        } else {
            page.whole()
        }
    });
    html.map_err(|error: askama::Error| AppError::internal(error))
}

/// Responds with the HTML that [`render`] returned.
pub fn respond_html(status: StatusCode, html: String) -> HttpResponse {
    HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .insert_header((header::VARY, DECIDING_HEADERS))
        .body(html)
}

/// 303 to `address`, a path of this app.
pub fn see_other(address: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, address))
        .insert_header((header::VARY, DECIDING_HEADERS))
        .finish()
}

/// Sends the browser to another page: 303, or [`htmx_redirect`] for htmx.
pub fn redirect(req: &HttpRequest, address: &str) -> HttpResponse {
    if is_htmx(req) {
        htmx_redirect(StatusCode::OK, address)
    } else {
        see_other(address)
    }
}

/// Makes htmx load the page at `address`. A 303 would not: htmx follows it and swaps in the response.
pub fn htmx_redirect(status: StatusCode, address: &str) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header(("HX-Redirect", address))
        .insert_header((header::VARY, DECIDING_HEADERS))
        .finish()
}

/// Sets the address that the browser shows for a fragment, if it shows another one. Another query of the same page
/// replaces the current history entry; another page gets an entry of its own.
pub fn set_htmx_url(req: &HttpRequest, response: &mut HttpResponse, address: &str) {
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
        set_address(response, REPLACE, address);
    } else {
        push_htmx_url(response, address);
    }
}

const PUSH: header::HeaderName = header::HeaderName::from_static("hx-push-url");
const REPLACE: header::HeaderName = header::HeaderName::from_static("hx-replace-url");

/// Adds `address` to the browser's history for the fragment.
pub fn push_htmx_url(response: &mut HttpResponse, address: &str) {
    set_address(response, PUSH, address);
}

fn set_address(response: &mut HttpResponse, how: header::HeaderName, address: &str) {
    if let Ok(address) = header::HeaderValue::from_str(address) {
        response.headers_mut().insert(how, address);
    }
}
