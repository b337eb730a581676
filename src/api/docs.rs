//! `/docs`: Swagger UI, served from the binary so that it works offline, under a strict content security policy.

use std::sync::Arc;

use actix_web::http::header;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpResponse, Responder};
use askama::Template;
use utoipa_swagger_ui::Config;

use crate::error::AppError;
use crate::state::State;
use crate::web::headers::CONTENT_SECURITY_POLICY;
use crate::web::page::{self, see_other};

/// The SHA-256 of the inline style of Swagger UI. After an update, the browser's console shows the new hash.
const INLINE_STYLE: &str = "'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='";
/// The files change only with a new version of the app.
const CACHE_CONTROL_FILES: &str = "private, max-age=86400";

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(page::resource_at("/docs").get(redirect))
        .service(web::resource("/docs/{file:.*}").get(file));
}

#[derive(Template)]
#[template(path = "docs.html")]
struct DocsPage<'a> {
    base: &'a str,
    icon: &'a str,
}

/// `GET /docs`
async fn redirect(state: State) -> impl Responder {
    see_other(&format!("{}/docs/", state.site.settings.base_path()))
}

/// `GET /docs/…`
async fn file(state: State, name: web::Path<String>) -> Result<HttpResponse, AppError> {
    let base = state.site.settings.base_path();
    if matches!(name.as_str(), "" | "index.html") {
        let icon = state.site.assets.url("favicon.svg");
        let page = DocsPage { base, icon }.render().map_err(AppError::internal)?;
        return Ok(HttpResponse::Ok()
            .content_type("text/html; charset=utf-8")
            .insert_header((
                header::CONTENT_SECURITY_POLICY,
                CONTENT_SECURITY_POLICY
                    .replace("style-src 'self'", &format!("style-src 'self' {INLINE_STYLE}")),
            ))
            .body(page));
    }
    let config = Config::from(format!("{base}/api/openapi.json"))
        .validator_url("none")
        .try_it_out_enabled(true)
        .display_request_duration(true);
    let served = utoipa_swagger_ui::serve(&name, Arc::new(config)).map_err(AppError::internal)?;
    let served = served.ok_or(AppError::NotFound)?;
    let mut response = HttpResponse::Ok();
    if served.gzpipped {
        response.insert_header(header::ContentEncoding::Gzip);
    }
    Ok(response
        .content_type(served.content_type)
        .insert_header((header::CACHE_CONTROL, CACHE_CONTROL_FILES))
        .body(served.bytes.into_owned()))
}
