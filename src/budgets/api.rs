//! The API calls for budgets.

use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::ToSchema;

use super::model;
use super::month::MonthBudgets;
use super::pages::read_month;
use super::save::no_budget;
use super::standing::Standing;
use crate::accounts::access::Editor;
use crate::accounts::bearer::ApiUser;
use crate::accounts::preferences::Preferences;
use crate::api::json_body::{JsonBody, Object};
use crate::api::query;
use crate::api::schemas::{MonthQuery, NewBudget};
use crate::books::currency::check_decimals;
use crate::db::{BookId, Conn};
use crate::error::{AppError, FieldErrors};
use crate::ledger::category::Categories;
use crate::ledger::filter::Filter;
use crate::money::Money;
use crate::period::{Month, Period};
use crate::state::State;
use crate::text;

/// Relative to `/api/v1`.
pub fn routes(config: &mut ServiceConfig) {
    config.service(web::resource("/budgets").get(list).put(update));
}

/// The budgets of a month.
#[derive(Debug, Serialize, ToSchema)]
struct BudgetList {
    #[schema(example = "2026-11")]
    month: String,
    items: Vec<BudgetItem>,
}

/// A budget of a month.
#[derive(Debug, Serialize, ToSchema)]
struct BudgetItem {
    /// `null` is the overall monthly budget.
    #[schema(required = true, example = "Groceries")]
    category: Option<String>,
    #[serde(flatten)]
    standing: BudgetStanding,
}

/// A budget against what was spent.
#[derive(Debug, Serialize, ToSchema)]
pub struct BudgetStanding {
    #[schema(example = "500.00")]
    amount: String,
    #[schema(example = "412.90")]
    spent: String,
    /// Whole, cut toward zero, not below 0; `null` for a budget of 0.
    #[schema(required = true, example = 82)]
    percent: Option<u64>,
    /// `safe`, `warning` (from 80 %) or `critical` (from 100 %).
    #[schema(pattern = "^(safe|warning|critical)$", example = "warning")]
    status: &'static str,
}

impl BudgetStanding {
    /// In the currency of these preferences.
    pub fn new(standing: &Standing, preferences: &Preferences) -> Self {
        Self {
            amount: standing.amount.to_plain(preferences.currency),
            spent: standing.spent.to_plain(preferences.currency),
            percent: standing.percent(),
            status: standing.status().name(),
        }
    }
}

/// List the budgets of a month
#[utoipa::path(
    get, path = "/api/v1/budgets", tag = "Budgets", operation_id = "listBudgets",
    params(MonthQuery),
    responses((status = 200, description = "The overall budget first, then those of categories", body = BudgetList)),
)]
pub async fn list(req: HttpRequest, state: State, user: ApiUser) -> Result<HttpResponse, AppError> {
    let month = read_month(&query::read(&req)?, &user.0)?;
    let (owner, preferences) = (user.book, user.preferences.clone());
    let list = state
        .db
        .read(owner, move |conn| of_month(conn, owner, month, &preferences))
        .await?;
    Ok(HttpResponse::Ok().json(list))
}

fn of_month(
    conn: &mut Conn,
    owner: BookId,
    month: Month,
    preferences: &Preferences,
) -> Result<BudgetList, AppError> {
    let categories = Categories::of(conn, owner)?;
    let filter = Filter::of_period(Period::All(None), preferences);
    let budgets = MonthBudgets::of(conn, owner, &filter, month, &categories)?;
    let items = budgets.overall.iter().chain(&budgets.by_category);
    let items = items.map(|(budget, standing)| BudgetItem {
        category: budget.category_id.map(|id| categories.name(id).to_owned()),
        standing: BudgetStanding::new(standing, preferences),
    });
    Ok(BudgetList {
        month: month.to_string(),
        items: items.collect(),
    })
}

/// An unchecked budget.
struct RawBudget {
    month: Option<String>,
    category: Option<String>,
    amount: Option<String>,
}

impl RawBudget {
    fn of_json(sent: &mut Object) -> Self {
        Self {
            month: sent.text_or_null("month").flatten(),
            category: sent.text_or_null("category").flatten(),
            amount: sent.needed_or_null("amount"),
        }
    }

    /// The month (`None`: the current one), the category (`None`: the overall budget) and the amount (`None` removes it).
    fn check(&self, categories: &Categories, preferences: &Preferences) -> Result<Budget, FieldErrors> {
        let mut errors = FieldErrors::default();
        let (currency, locale) = (preferences.currency, preferences.locale);
        let calendar = &preferences.calendar;
        let month = self.month.as_deref().map(|text| {
            calendar
                .parse_month(text)
                .ok_or("Write the month as YYYY-MM, for example \"2026-11\".")
        });
        let month = errors.ok_or_add("month", month.transpose());
        let category = self.category.as_deref().map(|name| match categories.named(name) {
            Some(category) if category.kind.is_income() => Err(no_budget(category)),
            Some(category) => Ok(category.id),
            None => Err(format!("You have no category “{}”.", text::truncated(name, 60))),
        });
        let category = errors.ok_or_add("category", category.transpose());
        let amount = self.amount.as_deref().map(|text| {
            Money::parse_plain_any(text, currency)
                .and_then(Money::non_negative)
                .map_err(|error| error.message(currency, locale))
        });
        let amount = errors.ok_or_add("amount", amount.transpose());
        match (month, category, amount) {
            (Some(month), Some(category), Some(amount)) => Ok((month, category, amount)),
            _ => Err(errors),
        }
    }
}

type Budget = (Option<Month>, Option<i64>, Option<Money>);

/// Set or remove a budget, starting from a month
#[utoipa::path(
    put, path = "/api/v1/budgets", tag = "Budgets", operation_id = "setBudget",
    request_body = NewBudget,
    responses(
        (status = 200, description = "The budgets of that month", body = BudgetList),
        (status = 409, description = "The currency of the book was changed meanwhile"),
    ),
)]
pub async fn update(state: State, user: ApiUser<Editor>, sent: JsonBody) -> Result<HttpResponse, AppError> {
    let mut object = sent.object()?;
    let raw = RawBudget::of_json(&mut object);
    let this_month = user.preferences.calendar.month_of(user.today);
    let (owner, preferences, new_id) = (user.book, user.preferences.clone(), state.ids.next());
    let list = state.db.write(user.writable(), move |conn| {
        let categories = Categories::of(conn, owner)?;
        let checked = object.finish(raw.check(&categories, &preferences));
        let (month, category, amount) = checked.map_err(AppError::Invalid)?;
        let month = month.unwrap_or(this_month);
        check_decimals(conn, owner, Some(preferences.currency.decimals()))?;
        model::set(conn, owner, category, month, amount, new_id)?;
        of_month(conn, owner, month, &preferences)
    });
    Ok(HttpResponse::Ok().json(list.await?))
}
