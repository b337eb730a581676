//! The app put together: every address and middleware.

use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};

use crate::accounts::current::CurrentUser;
use crate::error::AppError;
use crate::expenses::page_state::Views;
use crate::ops::metrics;
use crate::slice::Slices;
use crate::state::State;
use crate::web::{body, cookies, errors, head, headers, origin, page};
use crate::{accounts, api, budgets, categories, dashboard, expenses, ledger, ops, timing};

/// Every slice of the app, lower ones first: a slice refers to rows of those before it.
pub const SLICES: Slices = Slices(&[
    accounts::SLICE,
    api::SLICE,
    ledger::SLICE,
    categories::SLICE,
    expenses::SLICE,
    budgets::SLICE,
    dashboard::SLICE,
]);

/// Every address and middleware, over a state; used by `main` and by the tests.
pub fn configure(state: State) -> impl FnOnce(&mut ServiceConfig) {
    move |config| {
        let (base, slices) = (state.site.settings.base_path().to_owned(), state.site.slices);
        let views = Views {
            dashboard: |req, state, user, return_to, page_state| {
                Box::pin(dashboard::pages::draw(req, state, user, return_to, page_state))
            },
            list: |req, state, user, return_to, page_state| {
                Box::pin(expenses::pages::draw(req, state, user, return_to, page_state))
            },
        };
        config
            .app_data(views)
            .app_data(state.site.clone())
            .app_data(state);
        if !base.is_empty() {
            // What lies outside the path is not this app's, but its 404 still has a face.
            config.default_service(
                web::to(nothing_here)
                    .wrap(from_fn(errors::render_error))
                    .wrap(from_fn(headers::secure))
                    .wrap(from_fn(head::head_as_get)),
            );
        }
        let scope = web::scope(&base)
            .configure(|config| {
                if !base.is_empty() {
                    config.service(web::resource("").get(to_the_slash));
                }
            })
            .configure(|config| slices.iter().for_each(|slice| (slice.routes)(config)))
            .configure(ops::routes)
            .configure(api::routes(slices))
            .service(web::resource("/assets/{file}").get(crate::web::site::asset))
            .default_service(web::to(nothing_here));
        // The first wrapped is the innermost: errors get their face last, cookies and headers are on every answer.
        config.service(
            scope
                .wrap(from_fn(origin::guard))
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

/// `/money` without its slash, where the app is mounted there.
async fn to_the_slash(req: HttpRequest, state: State) -> HttpResponse {
    let home = format!("{}/", state.site.settings.base_path());
    page::see_other(&match req.query_string() {
        "" => home,
        query => format!("{home}?{query}"),
    })
}

async fn nothing_here(_user: Result<CurrentUser, AppError>) -> Result<HttpResponse, AppError> {
    Err(AppError::NotFound)
}
