//! The categories page.
//!
//! More than 300 lines, because each form of the page is read, refused and shown here.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};

use super::form;
use super::view::{CategoriesPage, CategoryView, NewCategoryForm};
use crate::accounts::access::Editor;
use crate::accounts::current::CurrentUser;
use crate::db::{BookId, Conn};
use crate::error::{AppError, FieldErrors};
use crate::ledger::category::{self, Categories, Category};
use crate::ledger::category_color::{self, PALETTE};
use crate::ledger::category_kind::CategoryKind;
use crate::ledger::sum::Sum;
use crate::ledger::{budget, totals};
use crate::state::State;
use crate::web::chrome;
use crate::web::fields::{self, Fields};
use crate::web::flash::{self, Notice};
use crate::web::numbered_pages::{self, Pages};
use crate::web::page::{is_htmx, respond, see_other, set_htmx_url};
use crate::web::path_id::{PathId, parse_id};
use crate::web::view::{Choice, Field, Nav, Status};

/// `GET /categories`
pub async fn index(req: HttpRequest, state: State, user: CurrentUser) -> Result<HttpResponse, AppError> {
    let page = numbered_pages::read(&Fields::of_query(&req)?)?;
    let notice = flash::take(&req, &state.site, user.session_id);
    show(&req, &state, &user, page, notice, None).await
}

/// A refused form.
struct Refused {
    /// `None` for that of a new category.
    id: Option<i64>,
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
    let own = format!("{base}/categories");
    // The page with the refused form, whatever page it was sent from.
    let wrong = refused
        .as_ref()
        .and_then(|refused| categories.position(refused.id?));
    let page = wrong.map_or(page, numbered_pages::of_index);
    let pages = Pages::new(page, categories.len(), |page| {
        numbered_pages::address(&own, &[], page)
    });
    let view = |category: &Category| {
        let sum = totals.get(&category.id).copied().unwrap_or_default();
        let wrong = refused.as_ref().filter(|refused| refused.id == Some(category.id));
        category_view(user, &categories, category, sum, wrong, pages.current)
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
        names: names(&categories, CategoryKind::Spending),
        income_names: names(&categories, CategoryKind::Income),
        form: new_form(
            &categories,
            refused.as_ref().filter(|refused| refused.id.is_none()),
            &own,
        ),
        pages,
        palette: palette(),
    };
    respond(req, code, &page)
}

/// A category with its forms, as they were sent if they were refused.
fn category_view(
    user: &CurrentUser,
    categories: &Categories,
    category: &Category,
    sum: Sum,
    wrong: Option<&Refused>,
    page: usize,
) -> CategoryView {
    let base = &user.base;
    let field = |name: &str, held: &str| field(wrong, name, held);
    let action = |path: &str| {
        let address = format!("{base}/categories/{}{path}", category.id);
        numbered_pages::address(&address, &[], page)
    };
    CategoryView {
        id: category.id.to_string(),
        name: category.name.clone(),
        name_field: field("name", &category.name),
        color: field("color", &category.color),
        stored_color: category.color.clone(),
        total: user.preferences.money(sum.amount),
        count: user.preferences.expenses(sum.count),
        href: address(&format!("{base}/expenses"), category),
        is_income: category.kind.is_income(),
        kinds: kind_choices(categories, category.kind, wrong),
        kind_error: field("kind", "").error,
        can_merge: categories.of_kind(category.kind).nth(1).is_some(),
        update_action: action(""),
        delete_action: (sum.count == 0).then(|| action("/delete")),
        merge_action: action("/merge"),
        into: field("into", ""),
    }
}

/// The rows of a category, of all time.
fn address(list: &str, category: &Category) -> String {
    let kind = match category.kind {
        CategoryKind::Spending => "",
        CategoryKind::Income => category.kind.name(),
    };
    let name = category.name.as_str();
    fields::address(list, [("period", "all"), ("category", name), ("kind", kind)])
}

fn names(categories: &Categories, kind: CategoryKind) -> Vec<String> {
    let categories = categories.of_kind(kind);
    categories.map(|category| category.name.clone()).collect()
}

/// A field as typed, if its form was refused, else with what it holds.
fn field(refused: Option<&Refused>, name: &str, held: &str) -> Field {
    let typed = refused.and_then(|refused| refused.typed.changed(name));
    let error = refused.and_then(|refused| refused.errors.of(name));
    Field {
        value: typed.unwrap_or(held).to_owned(),
        error: error.map(str::to_owned),
    }
}

/// None in a book without income, whose pages do not mention it.
fn kind_choices(categories: &Categories, held: CategoryKind, refused: Option<&Refused>) -> Vec<Choice> {
    if !categories.have_income() && refused.is_none_or(|refused| refused.errors.of("kind").is_none()) {
        return Vec::new();
    }
    let chosen = field(refused, "kind", held.name()).value;
    let choices = CategoryKind::ALL.iter().map(|kind| Choice {
        value: kind.name().to_owned(),
        label: kind.label().to_owned(),
        selected: kind.name() == chosen,
    });
    choices.collect()
}

fn new_form(categories: &Categories, refused: Option<&Refused>, action: &str) -> NewCategoryForm {
    let color = category_color::offered(categories.iter().map(|category| category.color.as_str()));
    NewCategoryForm {
        action: action.to_owned(),
        name: field(refused, "name", ""),
        color: field(refused, "color", color),
        kinds: kind_choices(categories, CategoryKind::Spending, refused),
        kind_error: field(refused, "kind", "").error,
    }
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
pub(super) async fn done(
    req: &HttpRequest,
    state: &State,
    user: &CurrentUser,
    page: usize,
    words: String,
) -> Result<HttpResponse, AppError> {
    let notice = Notice::new(words);
    let address = numbered_pages::address(&format!("{}/categories", user.base), &[], page);
    if is_htmx(req) {
        let mut response = show(req, state, user, page, Some(notice), None).await?;
        set_htmx_url(req, &mut response, &address);
        return Ok(response);
    }
    flash::set(req, &state.site, user.session_id, &notice);
    Ok(see_other(&address))
}

/// `POST /categories`
pub async fn create(
    req: HttpRequest,
    state: State,
    user: Editor,
    form: Fields,
) -> Result<HttpResponse, AppError> {
    let (owner, new_id, now) = (user.book, state.ids.next(), state.clock.now());
    let new = match form::check(&form) {
        Ok(new) => new,
        Err(errors) => return refused(&req, &state, &user, None, form, errors).await,
    };
    let words = format!("Added the category {}", new.name);
    let created = state.db.write(user.writable(), move |conn| {
        category::create(conn, owner, &new, new_id, now)?;
        page_of(conn, owner, new_id)
    });
    match created.await {
        Ok(page) => done(&req, &state, &user, page, words).await,
        Err(AppError::Invalid(errors)) => refused(&req, &state, &user, None, form, errors).await,
        Err(other) => Err(other),
    }
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
    let month = user.preferences.calendar.month_of(user.today).number();
    let outcome = match form::check_change(&form) {
        Ok(change) => {
            let changed = state.db.write(user.writable(), move |conn| {
                let stored = Categories::of(conn, owner)?;
                let stored = stored.get(id).ok_or(AppError::NotFound)?;
                let new = change.of(stored);
                check_kind(conn, owner, id, new.kind, month)?;
                category::update(conn, owner, id, &new)?;
                // With a new name it can be on another page.
                Ok((page_of(conn, owner, id)?, new.name))
            });
            changed.await
        }
        // Invalid input for the category of another book is a 404 as well.
        Err(errors) => state
            .db
            .read(owner, move |conn| category::find(conn, owner, id))
            .await
            .and(Err(AppError::Invalid(errors))),
    };
    match outcome {
        Ok((page, name)) => done(&req, &state, &user, page, format!("Saved {name}")).await,
        Err(AppError::Invalid(errors)) => refused(&req, &state, &user, Some(id), form, errors).await,
        Err(other) => Err(other),
    }
}

/// Budgets are about spending: a category that has one from `month` on does not become income.
fn check_kind(
    conn: &mut Conn,
    owner: BookId,
    id: i64,
    kind: Option<CategoryKind>,
    month: i32,
) -> Result<(), AppError> {
    let present = category::find(conn, owner, id)?.kind;
    let becomes_income = kind.is_some_and(|kind| kind.is_income() && kind != present);
    if becomes_income && budget::has_from(conn, owner, id, month)? {
        return Err(AppError::invalid(
            "kind",
            "It has a budget, and only spending has budgets. Remove the budget first.",
        ));
    }
    Ok(())
}

/// The number of the page that shows the category.
fn page_of(conn: &mut Conn, owner: BookId, id: i64) -> Result<usize, AppError> {
    let place = Categories::of(conn, owner)?.position(id);
    place.map(numbered_pages::of_index).ok_or(AppError::NotFound)
}

/// The page with a refused form as typed: that of the category `id`, or of a new one.
pub(super) async fn refused(
    req: &HttpRequest,
    state: &State,
    user: &CurrentUser,
    id: Option<i64>,
    typed: Fields,
    errors: FieldErrors,
) -> Result<HttpResponse, AppError> {
    let refused = Refused { id, typed, errors };
    show(req, state, user, 1, None, Some(refused)).await
}
