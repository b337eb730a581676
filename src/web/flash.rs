//! The words of the last change, carried over a redirect in a short-lived cookie.

use actix_web::HttpRequest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::cookies;
use crate::settings::Settings;

const NAME: &str = "flash";
/// Long enough for a slow redirect, short enough not to surprise.
const SECONDS: i64 = 60;

/// What the last change was, and whether it can be undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// For example "Added Coffee, $4.50".
    pub words: String,
    /// The expense that "Undo" puts back.
    pub undo: Option<i64>,
}

impl Notice {
    /// Words without an Undo.
    pub fn new(words: impl Into<String>) -> Self {
        Self {
            words: words.into(),
            undo: None,
        }
    }
}

/// Leaves `notice` for the next page.
pub fn leave(req: &HttpRequest, settings: &Settings, notice: &Notice) {
    if let Ok(json) = serde_json::to_vec(notice) {
        cookies::set(
            req,
            cookies::cookie(settings, NAME.to_owned(), URL_SAFE_NO_PAD.encode(json), SECONDS),
        );
    }
}

/// Takes what the last change left, if anything.
pub fn take(req: &HttpRequest, settings: &Settings) -> Option<Notice> {
    let left = req.cookie(NAME)?;
    cookies::set(req, cookies::cookie(settings, NAME.to_owned(), String::new(), 0));
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(left.value()).ok()?).ok()
}
