//! The settings page: preferences, password, sessions, API tokens, and closing the account.

mod closing;
mod page;
mod password;
mod preferences;
mod preferences_form;
mod sessions;
mod tokens;

use actix_web::web::{self, ServiceConfig};

use super::view::SettingsPage;
use crate::web::page::resource;

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(
            resource::<SettingsPage>()
                .get(preferences::edit)
                .post(preferences::update),
        )
        .service(web::resource("/settings/password").post(password::update))
        .service(web::resource("/settings/sessions/revoke").post(sessions::delete))
        .service(web::resource("/settings/tokens").post(tokens::create))
        .service(web::resource("/settings/tokens/revoke").post(tokens::delete))
        .service(web::resource("/settings/delete-account").post(closing::delete));
}
