//! Builds the bar of a budget.

use time::Date;

use super::standing::Standing;
use super::view::{BudgetBar, BudgetStatus};
use crate::accounts::preferences::Preferences;
use crate::ledger::category::Categories;
use crate::money::Money;
use crate::period::DateRange;

/// The bar of the budget of `category_id` (`None`: overall) in the month `days`; `href` is the address of its expenses.
pub fn bar(
    category_id: Option<i64>,
    standing: &Standing,
    days: DateRange,
    today: Date,
    preferences: &Preferences,
    categories: &Categories,
    href: String,
) -> BudgetBar {
    let category = category_id.and_then(|id| categories.get(id));
    let left = standing.left();
    let has_left = left > Money::ZERO;
    let days_left = i64::from(days.days_left(today));
    let per_day = (has_left && days.contains(today) && days_left > 0)
        .then(|| format!("{} a day", preferences.words(left.divided_by(days_left))));
    BudgetBar {
        key: category_id.map_or_else(|| "overall".to_owned(), |id| id.to_string()),
        category: category.map(|category| category.name.clone()),
        color: category
            .map(|category| category.color.clone())
            .unwrap_or_default(),
        href,
        amount: preferences.money(standing.amount),
        spent: preferences.money(standing.spent),
        percent: standing.percent(),
        status: standing.status(),
        status_words: words(standing, preferences),
        left: has_left.then(|| format!("{} left", preferences.words(left))),
        per_day,
        today: days
            .position(today)
            .map(|per_mille| u8::try_from(per_mille / 10).unwrap_or(100)),
    }
}

fn words(standing: &Standing, preferences: &Preferences) -> String {
    let left = standing.left();
    match standing.status() {
        BudgetStatus::Critical if left.is_negative() => format!("Over by {}", preferences.words(left.abs())),
        _ if standing.amount.is_zero() => "Nothing to spend".to_owned(),
        BudgetStatus::Critical => "Used up".to_owned(),
        BudgetStatus::Warning => "Warning".to_owned(),
        BudgetStatus::Safe => "Safe".to_owned(),
    }
}
