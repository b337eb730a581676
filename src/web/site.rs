//! What all responses share: settings, assets, keys and slices.

use std::sync::Arc;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};

use tokio::sync::Semaphore;

use super::assets::Assets;
use crate::crypto::signer::Signer;
use crate::error::AppError;
use crate::settings::Settings;
use crate::slice::Slices;

/// Files in memory at the same time; further uploads wait.
pub const FILES: usize = 4;

/// Does not change while the server runs.
pub struct Site {
    pub settings: Settings,
    pub assets: Assets,
    /// Signs session tokens, cursors and notices.
    pub signer: Signer,
    pub slices: Slices,
    /// One permit per request with a file in its body.
    pub files: Arc<Semaphore>,
}

impl Site {
    /// Scheme and host for addresses that people share: those of `PUBLIC_URL`, else of the request.
    pub fn origin_of(&self, req: &HttpRequest) -> String {
        if let Some(url) = &self.settings.public_url {
            return url.origin();
        }
        let host = req.headers().get(header::HOST);
        let host = host.and_then(|host| host.to_str().ok()).unwrap_or_default();
        format!("http://{host}")
    }

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
