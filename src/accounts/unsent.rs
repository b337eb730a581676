//! A form that was posted after the session had ended. It is shown again after signing in.
//!
//! The address of the page contains the form, because `next` carries it through the sign-in page. A cookie holds the
//! signature of the form, so that a link from another site can't show a form of its own.

use std::io::{Read as _, Write as _};

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;

use super::current::FORM_FOR;
use super::request::Request;
use super::view::UnsentPage;
use crate::error::AppError;
use crate::state::State;
use crate::web::cookies;
use crate::web::error_page::KeptForm;
use crate::web::fields::{self, Fields};
use crate::web::page::see_other;
use crate::web::view::Nav;

/// The name of the cookie and the purpose of its signature.
const NAME: &str = "unsent";
/// Enough time to find a password.
const COOKIE_SECONDS: i64 = 3600;
/// The largest unpacked form in bytes: the largest body.
const MAX_FORM: u64 = 1 << 20;

/// Packs a posted form into the address of the page that shows it again. `None` for a form that no page of this app
/// has rendered, that has nothing typed in it, or that has a password.
pub(super) fn keep(req: &HttpRequest) -> Option<String> {
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
    cookies::set(
        req,
        cookies::cookie(&state.site.settings, name, seal, COOKIE_SECONDS),
    );
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
    let unpacked = DeflateDecoder::new(packed.as_slice()).take(MAX_FORM);
    let (action, fields): (String, Vec<(String, String)>) = serde_json::from_reader(unpacked).ok()?;
    Some(KeptForm::again(action, fields))
}

/// `GET /unsent`
pub(super) async fn index(request: Request) -> Result<HttpResponse, AppError> {
    let query = Fields::of_query(&request.http)?;
    let Some(kept) = unpack(&request.http, &request.state, query.get("form")) else {
        return Ok(see_other(&request.address("/")));
    };
    let id = request.user.id.0.to_string();
    let is_own = kept.value(FORM_FOR) == Some(&id);
    let page = UnsentPage {
        chrome: request.chrome("Not saved yet", Nav::Elsewhere),
        status: None,
        kept: if is_own {
            kept
        } else {
            KeptForm::as_other(kept.action, kept.fields, &id, &request.user.email)
        },
    };
    request.respond(StatusCode::OK, &page)
}
