//! Accounts: register, sign in and out, settings, sessions, and the end of an account.

pub mod api;
pub mod api_tokens;
mod authenticate;
pub mod bearer;
pub mod current;
pub mod device;
pub mod email;
mod known_browser;
pub mod model;
pub mod preferences;
mod print;
pub mod settings_pages;
pub mod sign_in;
pub mod token_pages;
pub mod unsent;
pub mod view;

use actix_web::web::{self, ServiceConfig};
use utoipa::OpenApi;

use self::view::{LoginPage, RegisterPage, SettingsPage, UnsentPage};
use crate::slice::Slice;
use crate::web::page::Page as _;

/// What this slice registers with the app.
pub const SLICE: Slice = Slice {
    routes,
    api_routes: api::routes,
    api_document: Api::openapi,
    // Nobody is sent back to sign in or to register.
    pages: &[SettingsPage::PATH, UnsentPage::PATH],
    keep_form: unsent::keep,
    purge: |conn, owner, now, _| model::forget_ended(conn, owner, now).map(|()| 0),
    remove: |conn, owner, _| model::remove_credentials(conn, owner).map(|()| false),
    ..Slice::EMPTY
};

#[derive(OpenApi)]
#[openapi(paths(api::register, api::token, api::me))]
struct Api;

fn routes(config: &mut ServiceConfig) {
    config
        .service(
            web::resource(RegisterPage::PATH)
                .get(sign_in::register)
                .post(sign_in::create),
        )
        .service(
            web::resource(LoginPage::PATH)
                .get(sign_in::login)
                .post(sign_in::sign_in),
        )
        .service(web::resource("/logout").post(sign_in::sign_out))
        .service(web::resource(UnsentPage::PATH).get(unsent::index))
        .service(
            web::resource(SettingsPage::PATH)
                .get(settings_pages::index)
                .post(settings_pages::update),
        )
        .service(web::resource("/settings/password").post(settings_pages::change_password))
        .service(web::resource("/settings/sessions/revoke").post(settings_pages::revoke))
        .service(web::resource("/settings/tokens").post(token_pages::create))
        .service(web::resource("/settings/tokens/revoke").post(token_pages::revoke))
        .service(web::resource("/settings/delete-account").post(settings_pages::delete_account));
}
