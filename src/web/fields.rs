//! Form bodies and query strings. What can't be decoded is a 400.
//!
//! `form_urlencoded` is not used: it replaces invalid UTF-8 and keeps broken percent signs, so wrong text would be saved.

use std::future::{Ready, ready};

use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, dev::Payload};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::body::Body;
use crate::error::AppError;

/// The fields of a form or the parameters of a query, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields(Vec<(String, String)>);

/// Begins the name of the hidden field with the value that a field was rendered with.
pub const WAS: &str = "was_";

impl Fields {
    /// Decodes `a=1&b=two+words`.
    pub fn parse(encoded: &[u8]) -> Result<Self, AppError> {
        encoded
            .split(|byte| *byte == b'&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let (name, value) = pair
                    .iter()
                    .position(|byte| *byte == b'=')
                    .map_or((pair, &[][..]), |at| (&pair[..at], &pair[at + 1..]));
                Ok((decode(name)?, decode(value)?))
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    pub fn of_query(req: &HttpRequest) -> Result<Self, AppError> {
        Self::parse(req.query_string().as_bytes())
    }

    /// The posted form; another content type is a 415.
    pub fn of_body(req: &HttpRequest) -> Result<Self, AppError> {
        let body = req.extensions().get::<Body>().cloned().unwrap_or_default();
        let kind = req
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        // A form without fields can come without a content type.
        let empty = kind.is_empty() && body.0.is_empty();
        if !empty && !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(AppError::UnsupportedType(
                "Send the form as application/x-www-form-urlencoded.".to_owned(),
            ));
        }
        Self::parse(&body.0)
    }

    /// Names and values.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The first value of `name`; empty if it is missing.
    pub fn get(&self, name: &str) -> &str {
        self.get_opt(name).unwrap_or_default()
    }

    /// The first value of `name`; `None` if it is missing.
    pub fn get_opt(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The value of `name`, unless it is the one that the form was rendered with, which is in the hidden field `was_{name}`.
    /// So a form that was rendered long ago writes only what the person has changed in it. A form without that field, as
    /// scripts send it, writes all that it has.
    pub fn changed(&self, name: &str) -> Option<&str> {
        let value = self.get_opt(name)?.trim();
        let was = self.get_opt(&format!("{WAS}{name}"));
        Some(value).filter(|value| was.is_none_or(|was| was.trim() != *value))
    }

    /// The same without the fields of these names.
    #[must_use]
    pub fn without(mut self, names: &[&str]) -> Self {
        self.0.retain(|(name, _)| !names.contains(&name.as_str()));
        self
    }

    /// The same with one more field.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.0.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Every value of `name`.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The first value of `name`; `None` if it is missing or empty.
    pub fn non_empty(&self, name: &str) -> Option<String> {
        Some(self.get(name))
            .filter(|value| !value.is_empty())
            .map(str::to_owned)
    }
}

fn decode(encoded: &[u8]) -> Result<String, AppError> {
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded.iter();
    while let Some(&byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let digit = |byte: Option<&u8>| byte.and_then(|b| char::from(*b).to_digit(16));
                let (Some(high), Some(low)) = (digit(rest.next()), digit(rest.next())) else {
                    return Err(AppError::BadRequest(
                        "It has a percent sign without two hex digits after it.".to_owned(),
                    ));
                };
                // Two hex digits always fit into a byte.
                bytes.push(u8::try_from(high * 16 + low).unwrap_or_default());
            }
            other => bytes.push(other),
        }
    }
    String::from_utf8(bytes).map_err(|_| AppError::BadRequest("It has bytes that aren't UTF-8.".to_owned()))
}

/// See [`Fields::of_body`].
impl FromRequest for Fields {
    type Error = AppError;
    type Future = Ready<Result<Self, AppError>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of_body(req))
    }
}

/// Everything except the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'!')
    .add(b'"')
    .add(b'#')
    .add(b'$')
    .add(b'%')
    .add(b'&')
    .add(b'\'')
    .add(b'(')
    .add(b')')
    .add(b'*')
    .add(b'+')
    .add(b',')
    .add(b'/')
    .add(b':')
    .add(b';')
    .add(b'<')
    .add(b'=')
    .add(b'>')
    .add(b'?')
    .add(b'@')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Percent-encodes a value of a query.
pub fn encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// An address with the query `pairs`, without those with an empty value.
pub fn address<'a>(path: &str, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut address = path.to_owned();
    let mut mark = '?';
    for (name, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
        address.push(mark);
        address.push_str(name);
        address.push('=');
        address.push_str(&encode(value));
        mark = '&';
    }
    address
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_form_is_decoded() {
        let fields = Fields::parse("a=1&b=two+words&c=%E2%82%AC&d&=x&a=2".as_bytes()).unwrap();
        assert_eq!(
            [
                fields.get("a"),
                fields.get("b"),
                fields.get("c"),
                fields.get("d"),
                fields.get("zz")
            ],
            ["1", "two words", "€", "", ""]
        );
    }

    #[test]
    fn what_cannot_be_decoded_is_a_400() {
        for broken in [&b"a=%"[..], b"a=%2", b"a=%zz", b"a=%FF", b"\xff=1", b"a=%E2%82"] {
            assert!(
                matches!(Fields::parse(broken), Err(AppError::BadRequest(_))),
                "{broken:?}"
            );
        }
    }

    #[test]
    fn a_written_address_is_parsed_to_the_same_fields() {
        let address = address(
            "/expenses",
            [("q", "a&b=c d+é%"), ("category", ""), ("period", "month")],
        );
        let (_, query) = address.split_once('?').unwrap();
        let fields = Fields::parse(query.as_bytes()).unwrap();
        assert_eq!((fields.get("q"), fields.get("period")), ("a&b=c d+é%", "month"));
        assert!(!address.contains("category"));
    }

    proptest! {
        #[test]
        fn any_bytes_are_fields_or_a_400(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            match Fields::parse(&bytes) {
                Ok(fields) => prop_assert!(fields.0.len() <= bytes.len()),
                Err(error) => prop_assert!(matches!(error, AppError::BadRequest(_))),
            }
        }

        #[test]
        fn written_fields_are_parsed_to_the_same_fields(pairs in prop::collection::vec((".{1,12}", ".{1,40}"), 0..6)) {
            let query: Vec<String> =
                pairs.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
            let query = query.join("&");
            prop_assert!(query.bytes().all(|byte| byte.is_ascii_graphic()));
            prop_assert_eq!(Fields::parse(query.as_bytes()).unwrap().0, pairs);
        }
    }
}
