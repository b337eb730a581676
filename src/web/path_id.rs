//! Ids in addresses and form fields.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use crate::error::AppError;

/// The `{id}` of an address as it stands there; see [`parse_id`]. Addresses in a book have a `{book}` before it.
#[derive(Debug)]
pub struct PathId(String);

impl Deref for PathId {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl FromRequest for PathId {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(
            req.match_info().get("id").unwrap_or_default().to_owned(),
        )))
    }
}

/// Fails with [`AppError::NotFound`] unless `text` is a positive number in its canonical form: not `007` or `+7`.
pub fn parse_id(text: &str) -> Result<i64, AppError> {
    text.parse()
        .ok()
        .filter(|id: &i64| *id > 0 && id.to_string() == text)
        .ok_or(AppError::NotFound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_spelling() {
        assert_eq!(parse_id("7").ok(), Some(7));
        for text in ["", "0", "-7", "+7", "007", " 7", "7x", "9223372036854775808"] {
            assert!(parse_id(text).is_err(), "{text:?}");
        }
    }
}
