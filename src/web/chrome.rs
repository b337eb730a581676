//! The frame of every page, filled for the signed-in person.

use actix_web::{HttpMessage as _, HttpRequest};

use super::site::Site;
use super::view::{Assets, Chrome, Nav, Theme};

/// What the frame shows of the signed-in person. The extractor that identifies the person stores it in the request's
/// extensions, so that error pages show it as well.
#[derive(Debug, Clone)]
pub struct Viewer {
    pub email: String,
    pub theme: Theme,
    /// Names the account in each form, see [`Chrome::form_for`].
    pub form_for: String,
}

impl Viewer {
    /// The person whom an extractor has identified for this request.
    pub fn of(req: &HttpRequest) -> Option<Self> {
        req.extensions().get::<Self>().cloned()
    }
}

/// `viewer` is `None` if nobody is signed in.
pub fn of(site: &Site, viewer: Option<Viewer>, title: &str, nav: Nav) -> Chrome {
    let address = |name: &str| site.assets.url(name).to_owned();
    let (email, theme, form_for) = match viewer {
        Some(viewer) => (Some(viewer.email), viewer.theme, viewer.form_for),
        None => (None, Theme::default(), String::new()),
    };
    Chrome {
        base: site.settings.base_path().to_owned(),
        assets: Assets {
            css: address("app.css"),
            js: address("app.js"),
            icon: address("favicon.svg"),
            manifest: address("manifest.webmanifest"),
        },
        title: title.to_owned(),
        theme,
        email,
        form_for,
        nav,
        registration_open: site.settings.registration_open,
        has_add_form: false,
    }
}
