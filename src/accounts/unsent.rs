//! A form that was sent after the session had ended: it is offered again once somebody has signed in.
//!
//! The address of the page holds the form, as `next` carries it through the sign-in page. A cookie holds its signature,
//! so that a link from elsewhere can't put a form of its own before somebody.

use std::io::{Read as _, Write as _};

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;

use super::current::{CurrentUser, FORM_FOR};
use super::view::UnsentPage;
use crate::error::AppError;
use crate::state::State;
use crate::web::error_page::KeptForm;
use crate::web::fields::{self, Fields};
use crate::web::page::{answer, see_other};
use crate::web::view::Nav;
use crate::web::{chrome, cookies};

/// The cookie, and what its signature is for.
const NAME: &str = "unsent";
/// Time enough to find a password.
const SECONDS: i64 = 3600;
/// Largest form that is unpacked, in bytes: as large as a body may be.
const MOST: u64 = 1 << 20;

/// Packs a posted form into the address of the page that offers it again. Only what somebody typed into a form of ours
/// is worth it, and nothing with a password in it.
pub(crate) fn keep(req: &HttpRequest) -> Option<String> {
    let state = req.app_data::<State>()?;
    let form = Fields::of_body(req).ok()?;
    form.non_empty(FORM_FOR)?;
    let kept = KeptForm::of(req.uri().path_and_query()?.as_str(), &form)?;
    if !kept.has_typed() {
        return None;
    }
    let mut packed = DeflateEncoder::new(Vec::new(), Compression::best());
    serde_json::to_writer(&mut packed, &(&kept.action, &kept.fields)).ok()?;
    packed.flush().ok()?;
    let text = URL_SAFE_NO_PAD.encode(packed.finish().ok()?);
    let seal = state.site.signer.seal(NAME, &[text.as_bytes()]);
    let name = cookies::full_name(&state.site.settings, NAME);
    cookies::set(req, cookies::cookie(&state.site.settings, name, seal, SECONDS));
    let page = format!("{}/unsent", state.site.settings.base_path());
    Some(fields::address(&page, [("form", text.as_str())]))
}

fn unpack(req: &HttpRequest, state: &State, text: &str) -> Option<KeptForm> {
    let seals = cookies::values(req, &cookies::full_name(&state.site.settings, NAME));
    if !seals
        .iter()
        .any(|seal| state.site.signer.is_seal(NAME, &[text.as_bytes()], seal))
    {
        return None;
    }
    let packed = URL_SAFE_NO_PAD.decode(text).ok()?;
    let unpacked = DeflateDecoder::new(packed.as_slice()).take(MOST);
    let (action, fields): (String, Vec<(String, String)>) = serde_json::from_reader(unpacked).ok()?;
    Some(KeptForm::again(action, fields))
}

/// `GET /unsent`
pub async fn index(req: HttpRequest, state: State, user: CurrentUser) -> Result<HttpResponse, AppError> {
    let query = Fields::of_query(&req)?;
    let Some(kept) = unpack(&req, &state, query.get("form")) else {
        return Ok(see_other(&format!("{}/", state.site.settings.base_path())));
    };
    let id = user.id.0.to_string();
    let is_own = kept.value(FORM_FOR) == Some(&id);
    let page = UnsentPage {
        chrome: chrome::of(&state.site, Some(user.viewer()), "Not sent yet", Nav::Elsewhere),
        status: None,
        kept: if is_own {
            kept
        } else {
            KeptForm::as_other(kept.action, kept.fields, &id, &user.email)
        },
    };
    answer(&req, StatusCode::OK, &page)
}
