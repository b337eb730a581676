//! What budget bars and the budgets page show: plain text and addresses, ready to print.

use askama::Template;

use crate::web::page::page;
use crate::web::pages::Pages;
use crate::web::view::{Chrome, Field, MoneyView, Status};

/// How a budget stands; compared in minor units by whoever fills it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum BudgetStatus {
    /// Under 80 %.
    #[default]
    Safe,
    /// From 80 %.
    Warning,
    /// From 100 %.
    Critical,
}

impl BudgetStatus {
    /// The value of `data-status`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }
}

/// One budget against what was spent; a budget of 0 has words of its own.
#[derive(Debug, Clone, Default)]
pub struct BudgetBar {
    /// Part of element ids, unique on the page: "overall", or the category's id.
    pub key: String,
    /// The category's name; `None` for the overall budget.
    pub category: Option<String>,
    /// The category's colour, `#rrggbb`; empty for the overall budget.
    pub color: String,
    /// Address of the rows that make up what was spent.
    pub href: String,
    /// The budget.
    pub amount: MoneyView,
    /// What was spent of it.
    pub spent: MoneyView,
    /// Percent used, whole, cut toward zero, not below 0; `None` for a budget of 0.
    pub percent: Option<u64>,
    /// How it stands.
    pub status: BudgetStatus,
    /// The same in words: "Safe", "Warning", "Used up", "Over by $12.00"; for a budget of 0 "Nothing to spend" or the like.
    pub status_words: String,
    /// "$715.80 left"; `None` where nothing is.
    pub left: Option<String>,
    /// "$89.48 a day"; `None` for a month that is over, has not begun, or has nothing left.
    pub per_day: Option<String>,
    /// Where today stands in the month, in percent of its days; `None` outside this month.
    pub today: Option<u8>,
}

impl BudgetBar {
    /// The accessible name of its bar and its form: "Monthly budget" or "Budget: CATEGORY".
    pub fn name(&self) -> String {
        self.category
            .as_ref()
            .map_or_else(|| "Monthly budget".to_owned(), |name| format!("Budget: {name}"))
    }

    /// `aria-valuenow`: percent used. A budget of 0 is empty until something is spent, and then full.
    pub fn now(&self) -> u64 {
        self.percent.unwrap_or(if self.status == BudgetStatus::Critical {
            100
        } else {
            0
        })
    }

    /// `aria-valuemax`: the larger of 100 and percent used.
    pub fn max(&self) -> u64 {
        self.now().max(100)
    }

    /// The width of the bar in percent of its track.
    pub fn width(&self) -> u64 {
        self.now().min(100)
    }

    /// Whether percent make sense: not for a budget of 0.
    pub fn has_percent(&self) -> bool {
        self.percent.is_some()
    }

    /// What the bar says to those who do not see it.
    pub fn value_text(&self) -> String {
        let mut text = match self.percent {
            Some(percent) => format!("{percent}% used, {}", self.status_words),
            None => self.status_words.clone(),
        };
        for part in [&self.left, &self.per_day].into_iter().flatten() {
            text.push_str(", ");
            text.push_str(part);
        }
        text
    }
}

/// A form that sets or removes one budget.
#[derive(Debug, Clone, Default)]
pub struct BudgetForm {
    /// Part of element ids, unique on the page: "overall", or the category's id.
    pub key: String,
    /// The category's name; `None` for the overall budget.
    pub category: Option<String>,
    /// The category's colour, `#rrggbb`; empty for the overall budget.
    pub color: String,
    /// The amount as held or typed; empty where there is no budget.
    pub amount: Field,
    /// How the budget stands; `None` where there is none.
    pub bar: Option<BudgetBar>,
    /// From which month the amount holds, in words: "Since March 2026"; `None` where there is no budget.
    pub since: Option<String>,
}

impl BudgetForm {
    /// The form's accessible name: "Monthly budget" or "Budget: CATEGORY".
    pub fn name(&self) -> String {
        self.category
            .as_ref()
            .map_or_else(|| "Monthly budget".to_owned(), |name| format!("Budget: {name}"))
    }
}

/// The month chosen on the budgets page.
#[derive(Debug, Clone, Default)]
pub struct MonthNav {
    /// "November 2026".
    pub label: String,
    /// `2026-11`.
    pub month: String,
    /// Address of the month before; `None` where there is none.
    pub previous: Option<String>,
    /// Address of the month after; `None` where there is none.
    pub next: Option<String>,
    /// Address of this month.
    pub today: String,
}

/// `GET /budgets`, and what its POST answers.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "budgets/index.html", blocks = ["view"])]
pub struct BudgetsPage {
    /// The frame.
    pub chrome: Chrome,
    /// The last change.
    pub status: Option<Status>,
    /// The month.
    pub month: MonthNav,
    /// Complete address the forms post to.
    pub action: String,
    /// The currency's code.
    pub currency: String,
    /// The overall budget.
    pub overall: BudgetForm,
    /// One for each category of this page, by name.
    pub categories: Vec<BudgetForm>,
    /// The pages.
    pub pages: Pages,
}

impl BudgetsPage {
    /// The key of the first form that is wrong, whose field takes the focus; empty where none is.
    pub fn first_wrong(&self) -> &str {
        std::iter::once(&self.overall)
            .chain(&self.categories)
            .find(|form| form.amount.is_wrong())
            .map_or("", |form| &form.key)
    }
}

page!(BudgetsPage, "/budgets");
