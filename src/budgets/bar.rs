//! Builds the bar of a budget.

use time::Date;

use super::bills::Bills;
use super::standing::Standing;
use super::view::{BudgetBar, BudgetStatus, DueBills};
use crate::accounts::preferences::Preferences;
use crate::ledger::category::Categories;
use crate::money::Money;
use crate::period::DateRange;

/// The month of a bar, and what it is compared with.
pub struct BarMonth<'a> {
    pub days: DateRange,
    pub today: Date,
    pub preferences: &'a Preferences,
    pub categories: &'a Categories,
    /// Count towards the overall budget.
    pub bills: Bills,
    /// The address of the recurring entries.
    pub recurring_href: String,
}

impl BarMonth<'_> {
    /// The bar of the budget of `category_id` (`None`: overall); `href` is the address of its expenses.
    pub fn bar(&self, category_id: Option<i64>, standing: &Standing, href: String) -> BudgetBar {
        let preferences = self.preferences;
        let category = category_id.and_then(|id| self.categories.get(id));
        let left = standing.left();
        let bills = if category_id.is_none() {
            self.bills
        } else {
            Bills::default()
        };
        let free = left.checked_sub(bills.due).unwrap_or_default();
        let days_left = i64::from(self.days.days_left(self.today));
        let per_day = (free > Money::ZERO && self.days.contains(self.today) && days_left > 0)
            .then(|| format!("{} a day", preferences.words(free.divided_by(days_left))));
        let pace = bills.pace(standing.amount, self.days, self.today);
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
            is_over: left.is_negative(),
            status_words: words(standing, preferences),
            left: (left > Money::ZERO).then(|| format!("{} left", preferences.words(left))),
            due: self.due(&bills, left, per_day.is_some()),
            per_day,
            today: pace.map(|per_mille| u8::try_from(per_mille / 10).unwrap_or(100)),
        }
    }

    fn due(&self, bills: &Bills, left: Money, has_rest: bool) -> Option<DueBills> {
        let count = match bills.due_count {
            0 => return None,
            1 => "1 bill due".to_owned(),
            count => format!("{count} bills due"),
        };
        let words = |amount| self.preferences.words(amount);
        let words = match bills.due.checked_sub(left) {
            _ if has_rest => format!("after {count}"),
            Some(missing) if left > Money::ZERO && missing > Money::ZERO => {
                format!("{count}, {} more than is left", words(missing))
            }
            _ => format!("{count}, {}", words(bills.due)),
        };
        Some(DueBills {
            words,
            href: self.recurring_href.clone(),
        })
    }
}

fn words(standing: &Standing, preferences: &Preferences) -> String {
    let left = standing.left();
    match standing.status() {
        BudgetStatus::Critical if left.is_negative() => format!("Over by {}", preferences.words(left.abs())),
        _ if standing.amount.is_zero() => "No-spend month".to_owned(),
        BudgetStatus::Critical => "Used up".to_owned(),
        BudgetStatus::Warning => "Warning".to_owned(),
        BudgetStatus::Safe => "Safe".to_owned(),
    }
}
