//! Sharing: a person's books, their settings and members, invitations, joining and leaving.

pub mod api;
mod book_page;
mod books;
mod close;
mod feeds;
mod invitations;
mod join;
mod members;
mod settings;
pub mod view;

use actix_web::web::{self, ServiceConfig};
use utoipa::OpenApi;

use self::view::{BookPage, BooksPage, JoinPage};
use crate::books::{feed, invitation};
use crate::slice::Slice;
use crate::web::page::resource;

/// What this slice registers with the app.
pub const SLICE: Slice = Slice {
    routes,
    book_routes,
    book_api_routes: api::routes,
    api_document: Api::openapi,
    purge: |conn, book, now, _| invitation::remove_expired(conn, book, now).map(|()| 0),
    remove: |conn, book, _| {
        feed::remove_all(conn, book)?;
        invitation::remove_all(conn, book).map(|()| false)
    },
    ..Slice::EMPTY
};

#[derive(OpenApi)]
#[openapi(paths(api::show, api::update))]
struct Api;

fn routes(config: &mut ServiceConfig) {
    config
        .service(resource::<BooksPage>().get(books::index).post(books::create))
        .service(resource::<JoinPage>().get(join::new).post(join::create));
}

fn book_routes(config: &mut ServiceConfig) {
    config
        .service(resource::<BookPage>().get(settings::edit).post(settings::update))
        .service(web::resource("/book/invitations").post(invitations::create))
        .service(web::resource("/book/invitations/{id}/revoke").post(invitations::delete))
        .service(web::resource("/book/feeds").post(feeds::create))
        .service(web::resource("/book/feeds/{id}/revoke").post(feeds::delete))
        .service(web::resource("/book/members/{id}").post(members::update))
        .service(web::resource("/book/leave").post(members::leave))
        .service(web::resource("/book/close").post(close::delete));
}
