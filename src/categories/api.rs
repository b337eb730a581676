//! The API's call for categories: all of them, with what each sums to in a period.

use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use super::model::Categories;
use crate::api::bearer::ApiUser;
use crate::app::State;
use crate::error::AppError;
use crate::expenses::filter::{Filter, Selection, Sum};
use crate::period::Unit;
use crate::web::fields::Fields;

/// The addresses of these calls, under `/api/v1`.
pub fn routes(config: &mut ServiceConfig) {
    config.service(web::resource("/categories").get(list));
}

#[derive(Debug, Serialize)]
struct CategoryList {
    items: Vec<CategoryTotal>,
}

#[derive(Debug, Serialize)]
struct CategoryTotal {
    name: String,
    color: String,
    total: String,
    count: i64,
}

/// `GET /categories`
pub async fn list(req: HttpRequest, state: State, user: ApiUser) -> Result<HttpResponse, AppError> {
    let query = Fields::of_query(&req)?;
    let filter = Filter::read(&query, &user.preferences, user.today, Unit::All)?.whole();
    let owner = user.id;
    let found = state.db.read(owner, move |conn| {
        let categories = Categories::of(conn, owner)?;
        let sums = Selection::new(owner, &filter, &categories).by_category(conn)?;
        Ok((categories, sums))
    });
    let (categories, sums) = found.await?;
    let total = |id: i64| {
        let found = sums.iter().find(|(of, _)| *of == id);
        found.map_or_else(Sum::default, |(_, sum)| *sum)
    };
    let items = categories.iter().map(|category| {
        let sum = total(category.id);
        CategoryTotal {
            name: category.name.clone(),
            color: category.color.clone(),
            total: sum.money().to_plain(user.preferences.currency),
            count: sum.count,
        }
    });
    Ok(HttpResponse::Ok().json(CategoryList {
        items: items.collect(),
    }))
}
