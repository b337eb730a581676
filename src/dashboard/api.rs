//! The API call for the totals of a period.

use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::ToSchema;

use super::summary::Summary;
use crate::accounts::bearer::ApiUser;
use crate::api::query;
use crate::api::schemas::PeriodQuery;
use crate::budgets::api::BudgetStanding;
use crate::budgets::month::MonthBudgets;
use crate::db::{Cacheable, Source};
use crate::error::AppError;
use crate::ledger::filter::Filter;
use crate::period::{Unit, format_date};
use crate::state::State;

/// Relative to `/api/v1`.
pub fn routes(config: &mut ServiceConfig) {
    config.service(web::resource("/summary").get(show));
}

/// The totals of a period.
#[derive(Debug, Serialize, ToSchema)]
struct PeriodSummary {
    /// The first day; `null` for an open period without expenses.
    #[schema(required = true, format = Date, example = "2026-11-01")]
    from: Option<String>,
    /// The last day; `null` for an open period without expenses.
    #[schema(required = true, format = Date, example = "2026-11-30")]
    to: Option<String>,
    /// ISO 4217.
    #[schema(example = "USD")]
    currency: &'static str,
    /// The spending.
    #[schema(example = "1284.20")]
    total: String,
    /// Of the spending, as all that follows but `income` and `net`.
    #[schema(example = 58)]
    count: i64,
    #[schema(example = "2400.00")]
    income: String,
    /// `income` less `total`.
    #[schema(example = "1115.80")]
    net: String,
    /// Largest first.
    by_category: Vec<CategorySum>,
    /// The days that have expenses, oldest first.
    by_day: Vec<DaySum>,
    /// The overall budget; `null` where there is none.
    #[schema(required = true)]
    budget: Option<BudgetStanding>,
}

/// What was spent on a category.
#[derive(Debug, Serialize, ToSchema)]
struct CategorySum {
    #[schema(example = "Groceries")]
    category: String,
    #[schema(example = "412.90")]
    total: String,
    #[schema(example = 18)]
    count: i64,
}

/// What was spent on a day.
#[derive(Debug, Serialize, ToSchema)]
struct DaySum {
    #[schema(format = Date, example = "2026-11-22")]
    date: String,
    #[schema(example = "12.50")]
    total: String,
}

impl Cacheable for (Summary, MonthBudgets) {
    fn bytes(&self) -> usize {
        self.0.bytes()
    }
}

/// Summarize a period
#[utoipa::path(
    get, path = "/api/v1/summary", tag = "Totals", operation_id = "showSummary",
    description = "Without a period: this month. The budget is that of the month that holds `on` (or `to`).",
    params(PeriodQuery),
    responses((status = 200, description = "The totals", body = PeriodSummary)),
)]
pub async fn show(req: HttpRequest, state: State, user: ApiUser) -> Result<HttpResponse, AppError> {
    let query = query::read(&req)?;
    let filter = Filter::read(&query, &user, Unit::Month)?.period_only();
    let month = filter.period.budget_month(&filter.calendar, user.today);
    let (owner, wanted) = (user.book, filter.clone());
    let cache_key = filter.cache_key(&user);
    let found = state.db.cached(Source::Entries(owner), cache_key, || {
        state.db.read(owner, move |conn| {
            let summary = Summary::of(conn, owner, &wanted)?;
            let budgets = MonthBudgets::of(conn, owner, &wanted, month, &summary.categories)?;
            Ok((summary, budgets))
        })
    });
    let found = found.await?;
    let (summary, budgets) = &*found;
    let preferences = &user.preferences;
    let currency = preferences.currency;
    // An open end is the first or last expense.
    let (first, last) = filter.period.bounds(&filter.calendar);
    let span = filter.period.span_within(&filter.calendar, summary.recorded);
    let (first, last) = span.map_or((first, last), |span| (Some(span.first()), Some(span.last())));
    let by_category = summary.by_category.iter().map(|(id, sum)| CategorySum {
        category: summary.categories.name(*id).to_owned(),
        total: sum.amount.to_plain(currency),
        count: sum.count,
    });
    let by_day = summary.by_day.iter().map(|(day, sum)| DaySum {
        date: format_date(*day),
        total: sum.amount.to_plain(currency),
    });
    Ok(HttpResponse::Ok().json(PeriodSummary {
        from: first.map(format_date),
        to: last.map(format_date),
        currency: currency.code(),
        total: summary.sum().amount.to_plain(currency),
        count: summary.sum().count,
        income: summary.sums.income.amount.to_plain(currency),
        net: summary.sums.net().to_plain(currency),
        by_category: by_category.collect(),
        by_day: by_day.collect(),
        budget: budgets
            .overall
            .as_ref()
            .map(|(_, standing)| BudgetStanding::new(standing, preferences)),
    }))
}
