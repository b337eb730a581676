//! Notices about the last change, carried over a redirect in a signed, short-lived cookie.

use actix_web::HttpRequest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::cookies;
use super::site::Site;
use super::view::Status;

const NAME: &str = "flash";
/// Long enough for a slow redirect, and short enough that no old notice appears.
const COOKIE_SECONDS: i64 = 60;
/// Stands for the session on the sign-in page, where there is none.
pub const SIGNED_OUT: i64 = 0;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// For example "Added Coffee, $4.50".
    pub words: String,
    /// The address of "Undo", without the parameters of a view. It names the book, because the next page of this session
    /// may show another one.
    pub undo: Option<String>,
    /// The date that the form of the view keeps for the next expense, `YYYY-MM-DD`.
    #[serde(default)]
    pub date: Option<String>,
}

impl Notice {
    /// Without an Undo.
    pub fn new(words: impl Into<String>) -> Self {
        Self {
            words: words.into(),
            undo: None,
            date: None,
        }
    }

    /// For a page that offers no Undo.
    pub fn into_status(self) -> Status {
        Status {
            words: self.words,
            undo: None,
        }
    }
}

/// Sets the notice for the next page of this session.
///
/// It is signed, because other apps on the same host can set cookies as well.
pub fn set(req: &HttpRequest, site: &Site, session: i64, notice: &Notice) {
    if let Ok(json) = serde_json::to_vec(notice) {
        let text = URL_SAFE_NO_PAD.encode(json);
        let seal = site.signer.seal(NAME, &[&session.to_be_bytes(), text.as_bytes()]);
        let value = format!("{text}.{seal}");
        let name = cookies::full_name(&site.settings, NAME);
        cookies::set(req, cookies::cookie(&site.settings, name, value, COOKIE_SECONDS));
    }
}

/// Removes and returns the notice for this session.
pub fn take(req: &HttpRequest, site: &Site, session: i64) -> Option<Notice> {
    let name = cookies::full_name(&site.settings, NAME);
    let found = cookies::values(req, &name);
    if found.is_empty() {
        return None;
    }
    cookies::set(req, cookies::cookie(&site.settings, name, String::new(), 0));
    found.iter().find_map(|value| {
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
