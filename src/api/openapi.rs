//! The OpenAPI 3.1 document, generated from the calls, and the errors that every call can answer.

use std::sync::OnceLock;

use actix_web::{HttpResponse, web};
use serde_json::{Value, json};
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{
    Content, Header, Object, Ref, RefOr, Response, ResponseBuilder, Type, schema::SchemaType,
};
use utoipa::{Modify, OpenApi};

use super::examples;
use super::schemas::Problem;
use crate::error::{AppError, FieldErrors};
use crate::slice::Slices;
use crate::web::site::Site;

/// The name of the security scheme.
const TOKEN: &str = "token";

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Expense Tracker Pro",
        description = "Your expenses, budgets and totals, as JSON.\n\n\
            Amounts are strings with the decimals of the book's currency, never JSON numbers. Dates are plain \
            calendar dates. Ids are strings. A value that is absent is `null`. Errors are `application/problem+json` \
            (RFC 9457).\n\nA call is about your own book. For another book, put `/b/{book}` before its path, for example \
            `/api/v1/b/250322420353732608/expenses`; `GET /api/v1/me` lists the ids. An API token is for one book, and \
            everywhere else the answer is 404.\n\nTo start, create a token on the settings page or get one from `POST /api/v1/auth/token`. \
            Then choose **Authorize** and paste it.",
        license(name = "MIT", identifier = "MIT"),
    ),
    tags(
        (name = "Accounts", description = "Register, get a token, show the account"),
        (name = "Expenses", description = "Create, update, list, delete and restore"),
        (name = "Categories", description = "The categories of expenses"),
        (name = "Budgets", description = "Monthly limits, overall and per category"),
        (name = "Totals", description = "The sums of a period"),
        (name = "Recurring", description = "What recurs, and what is due and coming"),
    ),
    components(schemas(Problem)),
    security(("token" = [])),
)]
struct Document;

/// The document of all slices for an app that is mounted under `base`.
pub fn document(slices: Slices, base: &str) -> Value {
    // Building the document takes a few milliseconds. A process has one list of slices, so it is built once.
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    let document = DOCUMENT.get_or_init(|| {
        let mut document = Document::openapi();
        for slice in slices.iter() {
            document.merge((slice.api_document)());
        }
        CommonParts.modify(&mut document);
        // The document can always be serialized.
        let mut document = serde_json::to_value(document).unwrap_or_default();
        examples::add(&mut document);
        document
    });
    let mut document = document.clone();
    document["servers"] = json!([{"url": if base.is_empty() { "/" } else { base }}]);
    document
}

/// `GET /api/openapi.json`
pub async fn show(site: web::Data<Site>) -> HttpResponse {
    HttpResponse::Ok().json(document(site.slices, site.settings.base_path()))
}

/// Adds what all calls share: the security scheme, and the errors of every call of a kind.
struct CommonParts;

impl Modify for CommonParts {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = Http::builder()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some(
                "A personal access token from the settings page, or the `access_token` of `POST /api/v1/auth/token`.",
            ))
            .build();
        if let Some(components) = &mut document.components {
            components.add_security_scheme(TOKEN, SecurityScheme::Http(scheme));
        }
        for (path, item) in &mut document.paths.paths {
            let is_of_book = !path.starts_with("/api/v1/auth/") && path != "/api/v1/me";
            let reads = item.get.iter_mut().map(|operation| (operation, false));
            let writes = [&mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
            let writes = writes.into_iter().flatten().map(|operation| (operation, true));
            for (operation, is_write) in reads.chain(writes) {
                complete(operation, is_write, is_of_book);
            }
        }
    }
}

/// Adds the errors that any call of this kind can answer, and the schema and an example to every error.
fn complete(operation: &mut Operation, is_write: bool, is_of_book: bool) {
    // Any request can have a body, and it is read first.
    let mut statuses = vec![400, 408, 413, 500, 503];
    if operation.security.is_none() {
        statuses.push(401);
        if is_write {
            statuses.push(403);
        }
    }
    if is_of_book {
        statuses.push(404);
    }
    if operation.request_body.is_some() {
        statuses.extend([415, 422]);
    }
    let responses = &mut operation.responses.responses;
    for status in statuses {
        responses
            .entry(status.to_string())
            .or_insert_with(|| RefOr::T(Response::new(description(status))));
    }
    for (status, response) in responses {
        if let (Ok(status @ 400..), RefOr::T(response)) = (status.parse(), response) {
            *response = problem(status, &response.description);
        }
    }
}

/// The description of a status that the call itself does not describe.
fn description(status: u16) -> &'static str {
    match status {
        400 => "Malformed JSON or an invalid parameter",
        401 => "The token is missing, invalid or expired",
        403 => "The token is read-only",
        404 => "The token gives no access to the book of the address",
        408 => "The body took too long to arrive",
        413 => "The body is larger than 1 MiB (a batch: 4 MiB)",
        415 => "The body is not application/json",
        422 => "Fields are missing, unknown, of the wrong type or invalid",
        500 => "Internal server error",
        _ => "The database can't be reached, is busy or has no space",
    }
}

fn problem(status: u16, description: &str) -> Response {
    let mut content = Content::new(Some(Ref::from_schema_name("Problem")));
    content.example = Some(example(status));
    let text = || Header::new(Object::with_type(SchemaType::Type(Type::String)));
    let seconds = || Header::new(Object::with_type(SchemaType::Type(Type::Integer)));
    let response = ResponseBuilder::new()
        .description(description)
        .content("application/problem+json", content);
    match status {
        401 => response.header("WWW-Authenticate", text()),
        429 | 503 => response.header("Retry-After", seconds()),
        _ => response,
    }
    .build()
}

/// An example of the error body.
fn example(status: u16) -> Value {
    let error = match status {
        400 => AppError::BadRequest("The body is not JSON: see line 1, column 14.".to_owned()),
        401 => AppError::Unauthorized("Invalid or expired token. Get a new one.".to_owned()),
        403 => AppError::Forbidden(
            "This token is read-only. Create one with write access in Settings.".to_owned(),
        ),
        404 => AppError::NotFound,
        408 => AppError::TooSlow,
        409 => AppError::Conflict("There's already an account with this email. Sign in instead.".to_owned()),
        412 => {
            AppError::PreconditionFailed("Changed since you fetched it. Fetch it again and retry.".to_owned())
        }
        413 => AppError::TooLarge,
        415 => AppError::UnsupportedType("Send the body as application/json, in UTF-8.".to_owned()),
        422 => AppError::Invalid(FieldErrors::one("category", "This field is missing.")),
        429 => AppError::TooMany(600),
        503 => AppError::unavailable(""),
        _ => AppError::internal(""),
    };
    let mut example = json!({
        "type": "about:blank",
        "title": error.title(),
        "status": status,
        "detail": error.detail(),
    });
    if let AppError::Invalid(errors) = &error {
        example["errors"] = json!(errors.0);
    }
    example
}
