//! The categories page: rename, recolour, merge.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::view::{CategoriesPage, CategoryView};
use crate::accounts::current::CurrentUser;
use crate::db::{Conn, Rows, UserId};
use crate::error::{AppError, FieldErrors};
use crate::ledger::category::{self, Categories, Category, PALETTE, check_category};
use crate::money::Money;
use crate::state::State;
use crate::web::chrome;
use crate::web::fields::{self, Fields};
use crate::web::flash::{self, Notice};
use crate::web::page::{answer, is_htmx, see_other};
use crate::web::path_id::parse_id;
use crate::web::view::{Choice, Field, Nav, Status};

/// `GET /categories`
pub async fn index(req: HttpRequest, state: State, user: CurrentUser) -> Result<HttpResponse, AppError> {
    let notice = flash::take(&req, &state.site, user.session_id);
    show(&req, &state, &user, notice, None).await
}

/// A form that was refused: which category's, what was typed, what is wrong.
struct Refused {
    id: i64,
    name: Option<String>,
    color: Option<String>,
    errors: FieldErrors,
}

async fn show(
    req: &HttpRequest,
    state: &State,
    user: &CurrentUser,
    notice: Option<Notice>,
    refused: Option<Refused>,
) -> Result<HttpResponse, AppError> {
    let owner = user.id;
    let found = state.db.read(owner, move |conn| {
        Ok((Categories::of(conn, owner)?, category::totals(conn, owner)?))
    });
    let (categories, totals) = found.await?;
    let base = state.site.settings.base_path();
    let list = format!("{base}/expenses");
    let view = |category: &Category| {
        let (amount, count) = totals.get(&category.id).copied().unwrap_or_default();
        let wrong = refused.as_ref().filter(|refused| refused.id == category.id);
        let field = |name: &str, held: &str, typed: Option<&String>| Field {
            value: typed.map_or(held, String::as_str).to_owned(),
            error: wrong
                .and_then(|refused| refused.errors.of(name))
                .map(str::to_owned),
        };
        CategoryView {
            id: category.id.to_string(),
            name: category.name.clone(),
            name_field: field(
                "name",
                &category.name,
                wrong.and_then(|refused| refused.name.as_ref()),
            ),
            color: field(
                "color",
                &category.color,
                wrong.and_then(|refused| refused.color.as_ref()),
            ),
            total: user.preferences.money(Money::from_minor(amount)),
            count: user.preferences.expenses(count),
            href: fields::address(&list, [("period", "all"), ("category", category.name.as_str())]),
            update_action: format!("{base}/categories/{}", category.id),
            merge_action: format!("{base}/categories/{}/merge", category.id),
            merge_into: categories
                .iter()
                .filter(|other| other.id != category.id)
                .map(|other| Choice {
                    value: other.id.to_string(),
                    label: other.name.clone(),
                    selected: false,
                })
                .collect(),
            merge_error: wrong
                .and_then(|refused| refused.errors.of("into"))
                .map(str::to_owned),
        }
    };
    let code = if refused.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let page = CategoriesPage {
        chrome: chrome::of(&state.site, Some(user.viewer()), "Categories", Nav::Categories),
        status: notice.map(|notice| Status {
            words: notice.words,
            undo: None,
        }),
        categories: categories.iter().map(view).collect(),
        palette: PALETTE
            .iter()
            .map(|(color, name)| Choice {
                value: (*color).to_owned(),
                label: (*name).to_owned(),
                selected: false,
            })
            .collect(),
    };
    answer(req, code, &page)
}

async fn done(
    req: &HttpRequest,
    state: &State,
    user: &CurrentUser,
    words: String,
) -> Result<HttpResponse, AppError> {
    let notice = Notice::new(words);
    if is_htmx(req) {
        return show(req, state, user, Some(notice), None).await;
    }
    flash::leave(req, &state.site, user.session_id, &notice);
    Ok(see_other(&format!(
        "{}/categories",
        state.site.settings.base_path()
    )))
}

/// `POST /categories/{id}`
pub async fn update(
    req: HttpRequest,
    state: State,
    user: CurrentUser,
    id: web::Path<String>,
    form: Fields,
) -> Result<HttpResponse, AppError> {
    let id = parse_id(&id)?;
    let owner = user.id;
    let mut errors = FieldErrors::default();
    let name = errors.ok_or_add("name", check_category(form.get("name")));
    let color = match form.sent("color") {
        Some(color) => errors.ok_or_add("color", check_color(color).map(Some)),
        // A form that says nothing of the color leaves it as it is.
        None => Some(None),
    };
    let outcome = match name.clone().zip(color) {
        Some((name, color)) => {
            state
                .db
                .write(owner, move |conn| {
                    category::update(conn, owner, id, &name, color.as_deref())
                })
                .await
        }
        // Wrong input for somebody else's category is a 404 all the same.
        None => state
            .db
            .read(owner, move |conn| exists(conn, owner, id))
            .await
            .and(Err(AppError::Invalid(errors))),
    };
    match outcome {
        Ok(()) => done(&req, &state, &user, format!("Saved {}", name.unwrap_or_default())).await,
        Err(AppError::Invalid(errors)) => {
            let typed = |name: &str| form.sent(name).map(str::to_owned);
            let refused = Refused {
                id,
                name: typed("name"),
                color: typed("color"),
                errors,
            };
            show(&req, &state, &user, None, Some(refused)).await
        }
        Err(other) => Err(other),
    }
}

/// `POST /categories/{id}/merge`
pub async fn merge(
    req: HttpRequest,
    state: State,
    user: CurrentUser,
    id: web::Path<String>,
    form: Fields,
) -> Result<HttpResponse, AppError> {
    let id = parse_id(&id)?;
    let owner = user.id;
    let refuse = |message: &str| Refused {
        id,
        name: None,
        color: None,
        errors: FieldErrors::one("into", message),
    };
    let into = form.given("into").map(|into| parse_id(&into)).transpose()?;
    let into = match into {
        Some(into) if into != id => into,
        unusable => {
            // Wrong input for somebody else's category is a 404 all the same.
            state.db.read(owner, move |conn| exists(conn, owner, id)).await?;
            let refused = refuse(match unusable {
                Some(_) => "Choose another category than this one.",
                None => "Choose the category that takes its expenses.",
            });
            return show(&req, &state, &user, None, Some(refused)).await;
        }
    };
    let merged = state.db.write_rows(Rows::Many, owner, move |conn| {
        let categories = Categories::of(conn, owner)?;
        let names = (categories.name(id).to_owned(), categories.name(into).to_owned());
        category::merge(conn, owner, id, into).map(|moved| (moved, names))
    });
    let (moved, (from, into)) = merged.await?;
    let words = format!(
        "Merged {from} into {into}: {} moved",
        user.preferences.expenses(moved)
    );
    done(&req, &state, &user, words).await
}

fn exists(conn: &mut Conn, owner: UserId, id: i64) -> Result<(), AppError> {
    let categories = Categories::of(conn, owner)?;
    categories.get(id).map(|_| ()).ok_or(AppError::NotFound)
}

/// `#rrggbb`, in lower case.
fn check_color(text: &str) -> Result<String, String> {
    let color = text.trim().to_ascii_lowercase();
    let digits = color.strip_prefix('#').unwrap_or_default();
    if digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        Ok(color)
    } else {
        Err("Choose a color, for example #0072b2.".to_owned())
    }
}
