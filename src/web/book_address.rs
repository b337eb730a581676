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

/// A path of the app without the part that names a book, and whether it had one.
pub fn strip(path: &str) -> (&str, bool) {
    let Some((book, _)) = path.strip_prefix("/b/").and_then(|rest| rest.split_once('/')) else {
        return (path, false);
    };
    if !book.is_empty() && book.bytes().all(|digit| digit.is_ascii_digit()) {
        (&path["/b/".len() + book.len()..], true)
    } else {
        (path, false)
    }
}

#[cfg(test)]
mod tests {
    use super::strip;

    #[test]
    fn a_book_is_a_number_before_a_path() {
        assert_eq!(strip("/b/12/expenses"), ("/expenses", true));
        assert_eq!(strip("/b/12/"), ("/", true));
        for path in ["/b/12", "/b/x/expenses", "/b//expenses", "/books", "/", ""] {
            assert_eq!(strip(path), (path, false));
        }
    }
}
