//! The API call for categories.

use std::collections::HashMap;

use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::ToSchema;

use crate::accounts::bearer::ApiUser;
use crate::api::query;
use crate::api::schemas::{KindQuery, PeriodQuery};
use crate::error::AppError;
use crate::ledger::category::Categories;
use crate::ledger::category_kind::CategoryKind;
use crate::ledger::filter::Filter;
use crate::ledger::kinds::Kinds;
use crate::ledger::selection::Selection;
use crate::ledger::sum::Sum;
use crate::period::Unit;
use crate::state::State;

/// Relative to `/api/v1`.
pub fn routes(config: &mut ServiceConfig) {
    config.service(web::resource("/categories").get(list));
}

/// All categories.
#[derive(Debug, Serialize, ToSchema)]
struct CategoryList {
    items: Vec<CategoryTotal>,
}

/// A category and its total.
#[derive(Debug, Serialize, ToSchema)]
struct CategoryTotal {
    #[schema(example = "Groceries")]
    name: String,
    #[schema(pattern = "^#[0-9a-f]{6}$", example = "#0072b2")]
    color: String,
    kind: CategoryKind,
    #[schema(example = "412.90")]
    total: String,
    #[schema(example = 18)]
    count: i64,
}

/// List every category, with what it sums to in a period
#[utoipa::path(
    get, path = "/api/v1/categories", tag = "Categories", operation_id = "listCategories",
    description = "Without a period: all-time totals.",
    params(PeriodQuery, KindQuery),
    responses((status = 200, description = "The categories, by name", body = CategoryList)),
)]
pub async fn list(req: HttpRequest, state: State, user: ApiUser) -> Result<HttpResponse, AppError> {
    let query = query::read(&req)?;
    let filter = Filter::read(&query, &user, Unit::All)?;
    let kinds = filter.kind.unwrap_or(Kinds::All);
    let filter = filter.period_only().with_kind(kinds);
    let owner = user.book;
    let found = state.db.read(owner, move |conn| {
        let categories = Categories::of(conn, owner)?;
        let sums = Selection::new(owner, &filter, &categories).by_category(conn)?;
        Ok((categories, sums.into_iter().collect::<HashMap<i64, Sum>>()))
    });
    let (categories, sums) = found.await?;
    let wanted = categories.iter().filter(|category| kinds.contain(category.kind));
    let items = wanted.map(|category| {
        let sum = sums.get(&category.id).copied().unwrap_or_default();
        CategoryTotal {
            name: category.name.clone(),
            color: category.color.clone(),
            kind: category.kind,
            total: sum.amount.to_plain(user.preferences.currency),
            count: sum.count,
        }
    });
    Ok(HttpResponse::Ok().json(CategoryList {
        items: items.collect(),
    }))
}
