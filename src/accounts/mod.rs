//! Accounts: registration, signing in and out, settings, sessions, API tokens, and the end of an account.

pub mod access;
mod account;
pub mod api;
pub mod api_tokens;
pub(crate) mod attempts;
mod authenticate;
pub mod bearer;
pub(crate) mod closing;
pub mod current;
mod device;
pub mod email;
mod invited;
mod known_browser;
mod next;
pub(crate) mod overview;
pub mod preferences;
mod print;
mod register;
pub mod registration;
pub mod request;
mod session_cookie;
pub mod sessions;
mod settings;
mod sign_in;
mod unsent;
pub mod users;
pub mod view;

use actix_web::web::{self, ServiceConfig};
use utoipa::OpenApi;

use self::view::{LoginPage, RegisterPage, UnsentPage};
use crate::slice::Slice;
use crate::web::page::{self, Page as _};

/// What this slice registers with the app.
pub const SLICE: Slice = Slice {
    routes,
    api_routes: api::routes,
    api_document: Api::openapi,
    keep_form: unsent::keep,
    remove: |conn, book, _| api_tokens::remove_of_book(conn, book).map(|()| false),
    ..Slice::EMPTY
};

#[derive(OpenApi)]
#[openapi(paths(api::register, api::token, api::me))]
struct Api;

fn routes(config: &mut ServiceConfig) {
    // Nobody returns to the pages for signing in and registering.
    config
        .service(
            web::resource(RegisterPage::PATH)
                .get(register::new)
                .post(register::create),
        )
        .service(
            web::resource(LoginPage::PATH)
                .get(sign_in::new)
                .post(sign_in::create),
        )
        .service(web::resource("/logout").post(sign_in::delete))
        .service(page::resource::<UnsentPage>().get(unsent::index))
        .configure(settings::routes);
}
