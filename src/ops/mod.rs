//! Operations: health checks, metrics, logs, commands and background tasks.

pub mod backup;
mod backup_file;
pub mod check;
pub mod commands;
pub mod connections;
pub mod demo;
pub mod disk;
pub mod health;
pub mod import;
pub mod index;
pub mod lines;
pub mod log;
pub mod metrics;
pub mod nightly;
mod progress;
pub mod purge;
pub mod records;
pub mod start;
pub mod supervise;

use actix_web::web::{self, ServiceConfig};

use crate::crypto::secret::load_or_create;
use crate::settings::Settings;
use crate::state::StartError;

/// Registers the routes.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(web::resource("/healthz").get(health::alive))
        .service(web::resource("/readyz").get(health::ready))
        .service(web::resource("/metrics").get(metrics::index));
}

/// The key that signs sessions: `JWT_SECRET`, or the key file in the data folder, which is created if it is missing.
pub fn secret(settings: &Settings) -> Result<Vec<u8>, StartError> {
    settings
        .make_data_dir()
        .map_err(|error| StartError(error.to_string()))?;
    if let Some(given) = &settings.jwt_secret {
        return Ok(given.clone());
    }
    let loaded = load_or_create(&settings.data_dir.join("jwt_secret")).map_err(StartError)?;
    if let Some(warning) = loaded.warning {
        tracing::warn!("{warning}");
    }
    Ok(loaded.secret)
}
