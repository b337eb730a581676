//! `ETag` and `If-Match`: a change can be made to depend on the version that its sender has seen.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest};

use crate::error::AppError;

/// The tag of a row's version, as `ETag` carries it: `"3"`.
pub fn of(version: i32) -> String {
    format!("\"{version}\"")
}

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
    /// Whether there is any condition.
    pub fn is_given(&self) -> bool {
        !self.0.is_empty()
    }

    /// Fails with [`AppError::PreconditionFailed`] unless there is no condition or it names this version. A weak tag
    /// names none.
    pub fn check(&self, version: i32) -> Result<(), AppError> {
        let held = of(version);
        let mut named = self.0.iter().flat_map(|list| list.split(',')).map(str::trim);
        if !self.is_given() || named.any(|tag| tag == "*" || tag == held) {
            return Ok(());
        }
        Err(AppError::PreconditionFailed(
            "It was changed in the meantime. Read it again, then decide.".to_owned(),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_holds_for_the_version_it_names() {
        for (headers, holds) in [
            (&[][..], true),
            (&["\"3\""], true),
            (&["*"], true),
            (&["\"1\", \"3\""], true),
            (&["\"1\"", "\"3\""], true),
            (&["\"4\""], false),
            (&["W/\"3\""], false),
            (&["3"], false),
            (&[""], false),
        ] {
            let condition = IfMatch(headers.iter().map(|text| (*text).to_owned()).collect());
            assert_eq!(condition.check(3).is_ok(), holds, "{headers:?}");
        }
    }
}
