//! The frame of every page, filled for the person who looks at it.

use actix_web::{HttpMessage as _, HttpRequest};

use super::site::Site;
use super::view::{Assets, Chrome, Nav, Theme};

/// What the frame shows of the signed-in person. The extractor that identifies the person leaves it in the request's
/// extensions, so that error pages show it, too.
#[derive(Debug, Clone)]
pub struct Viewer {
    pub email: String,
    pub theme: Theme,
}

impl Viewer {
    /// The person whom an extractor has identified for this request.
    pub fn of(req: &HttpRequest) -> Option<Self> {
        req.extensions().get::<Self>().cloned()
    }
}

/// The frame for `viewer`, or for somebody who is not signed in.
pub fn of(site: &Site, viewer: Option<Viewer>, title: &str, nav: Nav) -> Chrome {
    let address = |name: &str| site.assets.url(name).to_owned();
    let (email, theme) = viewer.map(|viewer| (viewer.email, viewer.theme)).unzip();
    Chrome {
        base: site.settings.base_path().to_owned(),
        assets: Assets {
            css: address("app.css"),
            js: address("app.js"),
            icon: address("favicon.svg"),
            manifest: address("manifest.webmanifest"),
        },
        title: title.to_owned(),
        theme: theme.unwrap_or_default(),
        email,
        nav,
        registration_open: site.settings.registration_open,
        has_add_form: false,
    }
}
