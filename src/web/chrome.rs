//! The frame of every page, filled for the person who looks at it.

use super::view::{Assets, Chrome, Nav};
use crate::accounts::current::CurrentUser;
use crate::app::AppState;

/// The frame for `user`, or for somebody who is not signed in.
pub fn of(state: &AppState, user: Option<&CurrentUser>, title: &str, nav: Nav) -> Chrome {
    let address = |name: &str| state.assets.url(name).to_owned();
    Chrome {
        base: state.settings.base_path().to_owned(),
        assets: Assets {
            css: address("app.css"),
            js: address("app.js"),
            icon: address("favicon.svg"),
            manifest: address("manifest.webmanifest"),
        },
        title: title.to_owned(),
        theme: user.map(|user| user.preferences.theme).unwrap_or_default(),
        email: user.map(|user| user.email.clone()),
        form_for: user.map(|user| user.id.0.to_string()).unwrap_or_default(),
        nav,
        registration_open: state.settings.registration_open,
        has_add_form: false,
    }
}
