//! What responses of every kind need of the installation: its settings, its assets, its keys and its slices.

use actix_web::{HttpRequest, HttpResponse, web};

use super::assets::Assets;
use crate::crypto::signer::Signer;
use crate::error::AppError;
use crate::settings::Settings;
use crate::slice::Slices;

/// Does not change while the server runs.
pub struct Site {
    pub settings: Settings,
    pub assets: Assets,
    /// Signs session tokens, cursors and notices.
    pub signer: Signer,
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
    site.assets.respond(&request, &name).await
}
