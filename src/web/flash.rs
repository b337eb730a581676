//! The words of the last change, carried over a redirect in a short-lived cookie.

use actix_web::HttpRequest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::cookies;
use super::site::Site;

const NAME: &str = "flash";
/// Long enough for a slow redirect, short enough not to surprise.
const SECONDS: i64 = 60;
/// The session of words for the sign-in page, where nobody has one.
pub const SIGNED_OUT: i64 = 0;

/// What the last change was, and whether it can be undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// For example "Added Coffee, $4.50".
    pub words: String,
    /// The expense that "Undo" puts back.
    pub undo: Option<i64>,
}

impl Notice {
    /// Messages without an Undo.
    pub fn new(words: impl Into<String>) -> Self {
        Self {
            words: words.into(),
            undo: None,
        }
    }
}

/// Leaves `notice` for the next page of this session.
///
/// It is signed, so that nobody else who can set a cookie for this host puts words on the page.
pub fn leave(req: &HttpRequest, site: &Site, session: i64, notice: &Notice) {
    if let Ok(json) = serde_json::to_vec(notice) {
        let text = URL_SAFE_NO_PAD.encode(json);
        let seal = site.signer.seal(NAME, &[&session.to_be_bytes(), text.as_bytes()]);
        let value = format!("{text}.{seal}");
        let name = cookies::full_name(&site.settings, NAME);
        cookies::set(req, cookies::cookie(&site.settings, name, value, SECONDS));
    }
}

/// Takes what the last change left for this session, if anything.
pub fn take(req: &HttpRequest, site: &Site, session: i64) -> Option<Notice> {
    let name = cookies::full_name(&site.settings, NAME);
    let left = cookies::values(req, &name);
    if left.is_empty() {
        return None;
    }
    cookies::set(req, cookies::cookie(&site.settings, name, String::new(), 0));
    left.iter().find_map(|value| {
        let (text, seal) = value.split_once('.')?;
        if !site
            .signer
            .is_seal(NAME, &[&session.to_be_bytes(), text.as_bytes()], seal)
        {
            return None;
        }
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
    })
}
