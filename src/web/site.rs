//! What answers of every kind need to know about the installation: its settings and its browser assets.

use actix_web::{HttpRequest, HttpResponse, web};

use super::assets::Assets;
use crate::crypto::signer::Signer;
use crate::error::AppError;
use crate::settings::Settings;
use crate::slice::Slices;

/// The settings, browser assets, keys and slices of one installation; they stay the same while the server runs.
pub struct Site {
    /// The checked settings.
    pub settings: Settings,
    /// Addresses of the browser assets.
    pub assets: Assets,
    /// Signs session tokens, cursors and notices.
    pub signer: Signer,
    /// The parts of the app.
    pub slices: Slices,
}

impl Site {
    /// The site that serves `req`; `None` for a request outside of the configured scope.
    pub fn of(req: &HttpRequest) -> Option<&web::Data<Self>> {
        req.app_data()
    }
}

/// `GET /assets/{file}`: one built file.
pub async fn asset(
    request: HttpRequest,
    name: web::Path<String>,
    site: web::Data<Site>,
) -> Result<HttpResponse, AppError> {
    site.assets.answer(&request, &name).await
}
