//! `next`: the page that a person returns to after signing in or registering.

use crate::state::State;
use crate::web::fields;

/// `next` if it is the address of a page of this app, else the dashboard; never an address of another site.
pub(super) fn safe(state: &State, next: &str) -> String {
    let base = state.site.settings.base_path();
    let path = next.split(['?', '#']).next().unwrap_or_default();
    let is_page = path
        .strip_prefix(base)
        .is_some_and(|path| state.site.slices.is_page(path));
    let is_plain = next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if is_page && is_plain {
        next.to_owned()
    } else {
        format!("{base}/")
    }
}

/// The address of `path` with `next` in its query, without it for the dashboard.
pub(super) fn address(state: &State, path: &str, next: &str) -> String {
    let base = state.site.settings.base_path();
    let next = if next == format!("{base}/") { "" } else { next };
    fields::address(&format!("{base}{path}"), [("next", next)])
}
