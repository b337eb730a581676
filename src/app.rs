//! Builds the app: registers every route and middleware.

use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};

use crate::accounts::current::CurrentUser;
use crate::error::AppError;
use crate::expenses::respond::Views;
use crate::ops::metrics;
use crate::slice::Slices;
use crate::state::State;
use crate::web::{acting, body, cookies, errors, head, headers, origin, page};
use crate::{
    accounts, api, budgets, categories, dashboard, expenses, imports, ledger, ops, recurring, sharing, timing,
};

/// Every slice of the app. The order matters: rows of a slice may have foreign keys to rows of the slices before it, so
/// closing an account removes them from the last slice to the first.
pub const SLICES: Slices = Slices(&[
    accounts::SLICE,
    api::SLICE,
    ledger::SLICE,
    categories::SLICE,
    expenses::SLICE,
    budgets::SLICE,
    dashboard::SLICE,
    sharing::SLICE,
    imports::SLICE,
    recurring::SLICE,
]);

/// Registers all routes and middleware over `state`, for the server and for the tests.
pub fn configure(state: State) -> impl FnOnce(&mut ServiceConfig) {
    move |config| {
        let (base, slices) = (state.site.settings.base_path().to_owned(), state.site.slices);
        // A changed expense is answered with the view it was changed in, which may be the dashboard: the slice `expenses` may
        // not call that one, so it gets both as functions.
        let views = Views {
            dashboard: |req, state, user, return_to, page_state| {
                Box::pin(dashboard::pages::render(req, state, user, return_to, page_state))
            },
            list: |req, state, user, return_to, page_state| {
                Box::pin(expenses::list::render(req, state, user, return_to, page_state))
            },
        };
        config
            .app_data(views)
            .app_data(state.site.clone())
            .app_data(state);
        if !base.is_empty() {
            // Outside of the base path every address is a 404, shown as an error page of the app.
            config.default_service(
                web::to(not_found)
                    .wrap(from_fn(errors::render_error))
                    .wrap(from_fn(headers::secure))
                    .wrap(from_fn(head::head_as_get)),
            );
        }
        let scope = web::scope(&base)
            .configure(|config| {
                if !base.is_empty() {
                    config.service(web::resource("").get(redirect_to_slash));
                }
            })
            // Before the pages, whose patterns would be compared with the address of each call.
            .configure(api::routes(slices))
            .configure(|config| slices.iter().for_each(|slice| (slice.routes)(config)))
            .configure(|config| book_routes(slices, config))
            .service(web::scope("/b/{book}").configure(|config| book_routes(slices, config)))
            .configure(ops::routes)
            .service(web::resource("/assets/{file}").get(crate::web::site::asset))
            .default_service(web::to(not_found));
        // The first is the innermost. Error pages are rendered outside of the handlers and guards whose errors they show, and
        // inside of cookies and headers, which every response gets.
        config.service(
            scope
                .wrap(from_fn(origin::guard))
                .wrap(from_fn(acting::count))
                .wrap(from_fn(body::read))
                .wrap(from_fn(errors::render_error))
                .wrap(from_fn(cookies::attach))
                .wrap(from_fn(headers::secure))
                .wrap(from_fn(timing::server_timing))
                .wrap(from_fn(metrics::measure))
                .wrap(from_fn(head::head_as_get)),
        );
    }
}

fn book_routes(slices: Slices, config: &mut ServiceConfig) {
    slices.iter().for_each(|slice| (slice.book_routes)(config));
}

/// Redirects the base path without its slash (`/money`) to the dashboard.
async fn redirect_to_slash(req: HttpRequest, state: State) -> HttpResponse {
    let home = format!("{}/", state.site.settings.base_path());
    page::see_other(&match req.query_string() {
        "" => home,
        query => format!("{home}?{query}"),
    })
}

async fn not_found(_user: Result<CurrentUser, AppError>) -> Result<HttpResponse, AppError> {
    Err(AppError::NotFound)
}
