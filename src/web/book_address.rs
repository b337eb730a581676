//! The part of an address that names a book: `/b/{book}` before the path of the page. Without it, an address is about the
//! person's own book.

use actix_web::HttpRequest;

use crate::settings::Settings;

/// The id of the book that the address of a request names, as text.
pub fn named(req: &HttpRequest) -> Option<&str> {
    req.match_info().get("book")
}

/// The base of the addresses of the same book, without a trailing slash.
pub fn base(req: &HttpRequest, settings: &Settings) -> String {
    of(named(req), settings)
}

/// The base of the addresses of `book`, else of the person's own book.
pub fn of(book: Option<&str>, settings: &Settings) -> String {
    let root = settings.base_path();
    match book {
        Some(book) => format!("{root}/b/{book}"),
        None => root.to_owned(),
    }
}
