//! Accounts: register, sign in and out, settings, sessions, and the end of an account.

pub mod api;
pub mod api_tokens;
mod authenticate;
pub mod current;
pub mod device;
pub mod email;
mod hs256;
mod known_browser;
pub mod model;
pub mod password;
mod phc;
pub mod preferences;
pub mod secret;
pub mod settings_pages;
pub mod sign_in;
mod strength;
pub mod token;
pub mod token_pages;
pub mod turns;
pub mod unsent;
pub mod view;

use actix_web::web::{self, ServiceConfig};

/// The addresses of this slice.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(
            web::resource("/register")
                .get(sign_in::register)
                .post(sign_in::create),
        )
        .service(web::resource("/login").get(sign_in::login).post(sign_in::sign_in))
        .service(web::resource("/logout").post(sign_in::sign_out))
        .service(web::resource("/unsent").get(unsent::index))
        .service(
            web::resource("/settings")
                .get(settings_pages::index)
                .post(settings_pages::update),
        )
        .service(web::resource("/settings/password").post(settings_pages::change_password))
        .service(web::resource("/settings/sessions/revoke").post(settings_pages::revoke))
        .service(web::resource("/settings/tokens").post(token_pages::create))
        .service(web::resource("/settings/tokens/revoke").post(token_pages::revoke))
        .service(web::resource("/settings/delete-account").post(settings_pages::delete_account));
}
