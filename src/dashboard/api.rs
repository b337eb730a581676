//! The API's call for a period's totals.

use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use super::summary::{MonthBudgets, Summary};
use crate::api::bearer::ApiUser;
use crate::app::State;
use crate::budgets::api::BudgetStanding;
use crate::error::AppError;
use crate::expenses::filter::Filter;
use crate::period::{Unit, format_date};
use crate::web::fields::Fields;

/// The addresses of these calls, under `/api/v1`.
pub fn routes(config: &mut ServiceConfig) {
    config.service(web::resource("/summary").get(show));
}

#[derive(Debug, Serialize)]
struct PeriodSummary {
    from: Option<String>,
    to: Option<String>,
    currency: &'static str,
    total: String,
    count: i64,
    by_category: Vec<CategorySum>,
    by_day: Vec<DaySum>,
    budget: Option<BudgetStanding>,
}

#[derive(Debug, Serialize)]
struct CategorySum {
    category: String,
    total: String,
    count: i64,
}

#[derive(Debug, Serialize)]
struct DaySum {
    date: String,
    total: String,
}

/// `GET /summary`
pub async fn show(req: HttpRequest, state: State, user: ApiUser) -> Result<HttpResponse, AppError> {
    let query = Fields::of_query(&req)?;
    let filter = Filter::read(&query, &user.preferences, user.today, Unit::Month)?.whole();
    let month = filter.period.budget_month(&filter.calendar, user.today);
    let (owner, wanted) = (user.id, filter.clone());
    let found = state.db.read(owner, move |conn| {
        let summary = Summary::of(conn, owner, &wanted)?;
        let budgets = MonthBudgets::of(conn, owner, &wanted, month, &summary.categories)?;
        Ok((summary, budgets))
    });
    let (summary, budgets) = found.await?;
    let preferences = &user.preferences;
    let currency = preferences.currency;
    // An open end is where the expenses end.
    let (first, last) = filter.period.bounds(&filter.calendar);
    let span = filter.period.span_within(&filter.calendar, summary.recorded);
    let (first, last) = span.map_or((first, last), |span| (Some(span.first()), Some(span.last())));
    let by_category = summary.by_category.iter().map(|(id, sum)| CategorySum {
        category: summary.categories.name(*id).to_owned(),
        total: sum.money().to_plain(currency),
        count: sum.count,
    });
    let by_day = summary.by_day.iter().map(|(day, sum)| DaySum {
        date: format_date(*day),
        total: sum.money().to_plain(currency),
    });
    Ok(HttpResponse::Ok().json(PeriodSummary {
        from: first.map(format_date),
        to: last.map(format_date),
        currency: currency.code(),
        total: summary.sum.money().to_plain(currency),
        count: summary.sum.count,
        by_category: by_category.collect(),
        by_day: by_day.collect(),
        budget: budgets
            .overall
            .map(|(_, standing)| BudgetStanding::new(&standing, preferences)),
    }))
}
