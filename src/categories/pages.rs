//! The categories page.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};

use super::view::{CategoriesPage, CategoryView};
use crate::accounts::access::Editor;
use crate::accounts::current::CurrentUser;
use crate::db::{BookId, Conn, TxScope};
use crate::error::{AppError, FieldErrors};
use crate::ledger::category::{self, Categories, Category, PALETTE, check_category};
use crate::ledger::{merge, totals};
use crate::state::State;
use crate::text;
use crate::web::chrome;
use crate::web::fields::{self, Fields};
use crate::web::flash::{self, Notice};
use crate::web::page::{is_htmx, respond, see_other, set_htmx_url};
use crate::web::pages::{self, Pages};
use crate::web::path_id::{PathId, parse_id};
use crate::web::view::{Choice, Field, Nav, Status};

/// `GET /categories`
pub async fn index(req: HttpRequest, state: State, user: CurrentUser) -> Result<HttpResponse, AppError> {
    let page = pages::read(&Fields::of_query(&req)?)?;
    let notice = flash::take(&req, &state.site, user.session_id);
    show(&req, &state, &user, page, notice, None).await
}

/// A refused form of the category `id`.
struct Refused {
    id: i64,
    typed: Fields,
    errors: FieldErrors,
}

async fn show(
    req: &HttpRequest,
    state: &State,
    user: &CurrentUser,
    page: usize,
    notice: Option<Notice>,
    refused: Option<Refused>,
) -> Result<HttpResponse, AppError> {
    let owner = user.book;
    let found = state.db.read(owner, move |conn| {
        Ok((Categories::of(conn, owner)?, totals::of_categories(conn, owner)?))
    });
    let (categories, totals) = found.await?;
    let base = &user.base;
    let list = format!("{base}/expenses");
    let own = format!("{base}/categories");
    // The page with the refused form, whatever page it was sent from.
    let wrong = refused
        .as_ref()
        .and_then(|refused| categories.position(refused.id));
    let page = wrong.map_or(page, pages::of_index);
    let pages = Pages::new(page, categories.len(), |page| pages::address(&own, &[], page));
    let view = |category: &Category| {
        let sum = totals.get(&category.id).copied().unwrap_or_default();
        let wrong = refused.as_ref().filter(|refused| refused.id == category.id);
        let field = |name: &str, held: &str| Field {
            value: wrong
                .and_then(|refused| refused.typed.changed(name))
                .unwrap_or(held)
                .to_owned(),
            error: wrong
                .and_then(|refused| refused.errors.of(name))
                .map(str::to_owned),
        };
        let action = |path: &str| pages::address(&format!("{own}/{}{path}", category.id), &[], pages.current);
        CategoryView {
            id: category.id.to_string(),
            name: category.name.clone(),
            name_field: field("name", &category.name),
            color: field("color", &category.color),
            stored_color: category.color.clone(),
            total: user.preferences.money(sum.amount),
            count: user.preferences.expenses(sum.count),
            href: fields::address(&list, [("period", "all"), ("category", category.name.as_str())]),
            update_action: action(""),
            merge_action: action("/merge"),
            into: field("into", ""),
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
        categories: pages.rows(categories.iter()).map(view).collect(),
        names: categories.iter().map(|category| category.name.clone()).collect(),
        can_merge: categories.len() > 1,
        pages,
        palette: palette(),
    };
    respond(req, code, &page)
}

fn palette() -> Vec<Choice> {
    PALETTE
        .iter()
        .map(|(color, name)| Choice {
            value: (*color).to_owned(),
            label: (*name).to_owned(),
            selected: false,
        })
        .collect()
}

/// The page `page` with the notice of a successful change.
async fn done(
    req: &HttpRequest,
    state: &State,
    user: &CurrentUser,
    page: usize,
    words: String,
) -> Result<HttpResponse, AppError> {
    let notice = Notice::new(words);
    let address = pages::address(&format!("{}/categories", user.base), &[], page);
    if is_htmx(req) {
        let mut response = show(req, state, user, page, Some(notice), None).await?;
        set_htmx_url(req, &mut response, &address);
        return Ok(response);
    }
    flash::set(req, &state.site, user.session_id, &notice);
    Ok(see_other(&address))
}

/// `POST /categories/{id}`
pub async fn update(
    req: HttpRequest,
    state: State,
    user: Editor,
    id: PathId,
    form: Fields,
) -> Result<HttpResponse, AppError> {
    let id = parse_id(&id)?;
    let owner = user.book;
    let mut errors = FieldErrors::default();
    // What is not sent, or as the form was drawn, stays unchanged.
    let name = form.changed("name").map(check_category).transpose();
    let name = errors.ok_or_add("name", name);
    let color = errors.ok_or_add("color", form.changed("color").map(check_color).transpose());
    let outcome = match name.zip(color) {
        Some((name, color)) => {
            let saved = state.db.write(user.writable(), move |conn| {
                let stored = Categories::of(conn, owner)?;
                let stored = stored.get(id).ok_or(AppError::NotFound)?;
                let name = name.as_ref().unwrap_or(&stored.name);
                category::update(conn, owner, id, name, color.as_deref())?;
                // With a new name it can be on another page.
                let place = Categories::of(conn, owner)?.position(id);
                let page = place.map(pages::of_index).ok_or(AppError::NotFound)?;
                Ok((page, name.clone()))
            });
            saved.await
        }
        // Invalid input for the category of another book is a 404 as well.
        None => state
            .db
            .read(owner, move |conn| exists(conn, owner, id))
            .await
            .and(Err(AppError::Invalid(errors))),
    };
    match outcome {
        Ok((page, name)) => done(&req, &state, &user, page, format!("Saved {name}")).await,
        Err(AppError::Invalid(errors)) => refused(&req, &state, &user, id, form, errors).await,
        Err(other) => Err(other),
    }
}

async fn refused(
    req: &HttpRequest,
    state: &State,
    user: &CurrentUser,
    id: i64,
    typed: Fields,
    errors: FieldErrors,
) -> Result<HttpResponse, AppError> {
    let refused = Refused { id, typed, errors };
    show(req, state, user, 1, None, Some(refused)).await
}

/// `POST /categories/{id}/merge`
pub async fn merge(
    req: HttpRequest,
    state: State,
    user: Editor,
    id: PathId,
    form: Fields,
) -> Result<HttpResponse, AppError> {
    let id = parse_id(&id)?;
    let page = pages::read(&Fields::of_query(&req)?)?;
    let (owner, context) = (user.book, user.write_context(&state));
    let wanted = form.get("into").trim().to_owned();
    let merged = state.db.write_in(TxScope::Own, user.writable(), move |conn| {
        let categories = Categories::of(conn, owner)?;
        let from = categories.get(id).ok_or(AppError::NotFound)?;
        let into = target(&categories, from, &wanted)?;
        let merged = merge::merge(conn, owner, from.id, into.id, &context)?;
        Ok((merged, from.name.clone(), into.name.clone()))
    });
    let (merged, from, into) = match merged.await {
        Ok(merged) => merged,
        Err(AppError::Invalid(errors)) => return refused(&req, &state, &user, id, form, errors).await,
        Err(other) => return Err(other),
    };
    let mut words = format!(
        "Merged {from} into {into}: {} moved",
        user.preferences.expenses(merged.moved)
    );
    words.push_str(match (merged.budget.taken, merged.budget.kept) {
        (false, false) => "",
        (true, false) => " and its budget as well",
        (false, true) => ", the budget of the other category stays",
        (true, true) => ", its budget as well for the months without one",
    });
    done(&req, &state, &user, page, words).await
}

/// The category with the name `wanted`, or else with the id `wanted`.
fn target<'a>(categories: &'a Categories, from: &Category, wanted: &str) -> Result<&'a Category, AppError> {
    if wanted.is_empty() {
        return Err(AppError::invalid("into", "Choose a category to merge into."));
    }
    let id = wanted.parse().ok();
    let found = categories
        .named(wanted)
        .or_else(|| id.and_then(|id| categories.get(id)));
    match found {
        Some(into) if into.id == from.id => Err(AppError::invalid("into", "Choose a different category.")),
        Some(into) => Ok(into),
        None if id.is_some() => Err(AppError::NotFound),
        None => Err(AppError::invalid(
            "into",
            format!("You have no category “{}”.", text::truncated(wanted, 60)),
        )),
    }
}

fn exists(conn: &mut Conn, owner: BookId, id: i64) -> Result<(), AppError> {
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
