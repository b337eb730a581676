//! The frame of every page, filled for the signed-in person.

use actix_web::{HttpMessage as _, HttpRequest};

use super::site::Site;
use super::view::{Assets, BookLink, Chrome, Nav, Theme};

/// What the frame shows of the signed-in person. The extractor that identifies the person stores it in the request's
/// extensions, so that error pages show it as well.
#[derive(Debug, Clone)]
pub struct Viewer {
    pub email: String,
    pub theme: Theme,
    /// Names the account in each form, see [`Chrome::form_for`].
    pub form_for: String,
    /// See [`Chrome::base`].
    pub base: String,
    pub book_name: String,
    pub may_edit: bool,
    pub books: Vec<BookLink>,
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
    let root = site.settings.base_path().to_owned();
    let signed_in = viewer.is_some();
    let viewer = viewer.unwrap_or_else(|| Viewer {
        email: String::new(),
        theme: Theme::default(),
        form_for: String::new(),
        base: root.clone(),
        book_name: String::new(),
        may_edit: false,
        books: Vec::new(),
    });
    Chrome {
        root,
        base: viewer.base,
        book_name: viewer.book_name,
        may_edit: viewer.may_edit,
        books: viewer.books,
        assets: Assets {
            css: address("app.css"),
            js: address("app.js"),
            icon: address("favicon.svg"),
            touch_icon: address("icon-180.png"),
            manifest: address("manifest.webmanifest"),
        },
        title: title.to_owned(),
        theme: viewer.theme,
        email: signed_in.then_some(viewer.email),
        form_for: viewer.form_for,
        nav,
        registration_open: site.settings.registration_open,
        has_add_form: false,
    }
}
