//! `next`: the page that a person returns to after signing in or registering.

use actix_web::HttpRequest;

use crate::state::State;
use crate::web::{fields, page};

/// `next` if it is the address of a page of this app, else the dashboard; never an address of another site.
pub(super) fn safe(req: &HttpRequest, state: &State, next: &str) -> String {
    let base = state.site.settings.base_path();
    let path = next.split(['?', '#']).next().unwrap_or_default();
    let is_page = page::is_page(req, path);
    let is_plain = next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if is_page && is_plain {
        next.to_owned()
    } else {
        format!("{base}/")
    }
}

/// Whether `next` carries a typed expense: parameters that fill the form "Add expense".
pub(super) fn has_expense(next: &str) -> bool {
    let query = next.split_once('?').map_or("", |(_, query)| query);
    query.split('&').any(|pair| pair.starts_with("add_"))
}

/// The address of `path` with `next` in its query, without it for the dashboard.
pub(super) fn address(state: &State, path: &str, next: &str) -> String {
    let base = state.site.settings.base_path();
    let next = if next == format!("{base}/") { "" } else { next };
    fields::address(&format!("{base}{path}"), [("next", next)])
}
