//! `ETag` and `If-Match`: conditional changes.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::error::AppError;

/// The value of the header `ETag`, with its quotes: a hash of the whole body. So it also changes when a category is
/// renamed.
pub fn of(version: i32, body: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(version.to_be_bytes());
    hash.update(body);
    let hash = URL_SAFE_NO_PAD.encode(&hash.finalize()[..HASH_BYTES]);
    format!("\"{hash}\"")
}

/// Enough for two versions of an expense never to have the same hash.
const HASH_BYTES: usize = 12;

/// The `If-Match` headers of a request.
#[derive(Debug, Clone, Default)]
pub struct IfMatch(Vec<String>);

impl FromRequest for IfMatch {
    type Error = AppError;
    type Future = Ready<Result<Self, AppError>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let values = req.headers().get_all(header::IF_MATCH);
        let texts = values.map(|value| value.to_str().unwrap_or_default().to_owned());
        ready(Ok(Self(texts.collect())))
    }
}

impl IfMatch {
    pub fn is_given(&self) -> bool {
        !self.0.is_empty()
    }

    /// Fails with [`AppError::PreconditionFailed`] if there is a condition that does not list the tag `current`. Weak
    /// tags never match.
    pub fn check(&self, current: &str) -> Result<(), AppError> {
        let mut tags = self.0.iter().flat_map(|list| list.split(',')).map(str::trim);
        if !self.is_given() || self.0 == ["*"] || tags.any(|tag| tag == current) {
            return Ok(());
        }
        Err(AppError::PreconditionFailed(
            "Changed since you fetched it. Fetch it again and retry.".to_owned(),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_depends_on_the_version_and_the_content() {
        assert_eq!(of(1, "Coffee"), of(1, "Coffee"));
        assert_ne!(of(1, "Coffee"), of(2, "Coffee"));
        assert_ne!(of(1, "Coffee"), of(1, "Tea"));
        assert!(of(1, "Coffee").starts_with('"') && of(1, "Coffee").len() == 18);
    }

    #[test]
    fn a_condition_holds_for_the_tags_it_lists() {
        for (headers, holds) in [
            (&[][..], true),
            (&["\"3\""], true),
            (&["*"], true),
            (&["\"1\", \"3\""], true),
            (&["\"1\"", "\"3\""], true),
            (&["\"4\""], false),
            (&["\"4\", *"], false),
            (&["W/\"3\""], false),
            (&["3"], false),
            (&[""], false),
        ] {
            let condition = IfMatch(headers.iter().map(|text| (*text).to_owned()).collect());
            assert_eq!(condition.check("\"3\"").is_ok(), holds, "{headers:?}");
        }
    }
}
