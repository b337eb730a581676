//! The templates of budget bars and the budgets page.

use askama::Template;

use crate::web::numbered_pages::Pages;
use crate::web::page::page;
use crate::web::view::{Chrome, Field, MoneyView, Status};

/// The status of a budget.
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

/// Recurring entries that are still to be entered in the month of a budget.
#[derive(Debug, Clone, Default)]
pub struct DueBills {
    /// "after 3 bills due", or "3 bills due, $40.00 more than is left".
    pub words: String,
    /// The page that lists them.
    pub href: String,
}

/// A budget and its spending.
#[derive(Debug, Clone, Default)]
pub struct BudgetBar {
    /// Part of element ids, unique on the page: "overall", or the category's id.
    pub key: String,
    /// `None` for the overall budget.
    pub category: Option<String>,
    /// `#rrggbb`; empty for the overall budget.
    pub color: String,
    /// The address of its expenses.
    pub href: String,
    pub amount: MoneyView,
    pub spent: MoneyView,
    /// The used percentage, truncated, at least 0; `None` for a budget of 0.
    pub percent: Option<u64>,
    pub status: BudgetStatus,
    /// Whether more is spent than the budget, not only all of it.
    pub is_over: bool,
    /// "Safe", "Warning", "Used up", "Over by $12.00"; other texts for a budget of 0.
    pub status_words: String,
    /// "$715.80 left"; `None` if nothing is left.
    pub left: Option<String>,
    /// "$89.48 a day"; `None` if nothing is left, and for months other than the current one.
    pub per_day: Option<String>,
    /// The bills still due in the month, of the overall budget; `None` without any.
    pub due: Option<DueBills>,
    /// The position of today in percent of the days of the month; `None` for months other than the current one.
    pub today: Option<u8>,
}

impl BudgetBar {
    /// The accessible name of its bar and its form: "Monthly budget" or "Budget: CATEGORY".
    pub fn name(&self) -> String {
        self.category
            .as_ref()
            .map_or_else(|| "Monthly budget".to_owned(), |name| format!("Budget: {name}"))
    }

    /// `aria-valuenow`: the used percentage. A budget of 0 is full as soon as something is spent.
    pub fn now(&self) -> u64 {
        self.percent.unwrap_or(if self.status == BudgetStatus::Critical {
            100
        } else {
            0
        })
    }

    /// `aria-valuemax`: 100, or the used percentage if that is larger.
    pub fn max(&self) -> u64 {
        self.now().max(100)
    }

    /// The width of the bar in percent of its track.
    pub fn width(&self) -> u64 {
        self.now().min(100)
    }

    /// The position of the budget on the bar of an exceeded one, in percent of the bar.
    pub fn limit(&self) -> Option<u64> {
        (self.is_over && self.percent.is_some()).then(|| 10_000 / self.max())
    }

    /// The mark of an even pace on the bar. The bar of an exceeded budget has the mark of the limit instead.
    pub fn pace(&self) -> Option<u8> {
        self.today.filter(|_| !self.is_over)
    }

    pub fn is_safe(&self) -> bool {
        self.status == BudgetStatus::Safe
    }

    /// False for a budget of 0.
    pub fn has_percent(&self) -> bool {
        self.percent.is_some()
    }

    /// The text for screen readers.
    pub fn value_text(&self) -> String {
        let mut text = match self.percent {
            Some(percent) => format!("{percent}% used, {}", self.status_words),
            None => self.status_words.clone(),
        };
        for part in [&self.left, &self.per_day].into_iter().flatten() {
            text.push_str(", ");
            text.push_str(part);
        }
        if let Some(due) = &self.due {
            text.push_str(if self.per_day.is_some() { " " } else { ", " });
            text.push_str(&due.words);
        }
        text
    }
}

/// A button that fills a field.
#[derive(Debug, Clone, Default)]
pub struct Fill {
    /// "Last month"
    pub label: &'static str,
    pub amount: MoneyView,
    /// What the form sends as `preview`.
    pub value: String,
    pub id: String,
}

/// The field of a budget.
#[derive(Debug, Clone, Default)]
pub struct BudgetForm {
    /// Part of element ids, unique on the page: "overall", or the category's id.
    pub key: String,
    /// `None` for the overall budget.
    pub category: Option<String>,
    /// `#rrggbb`; empty for the overall budget.
    pub color: String,
    /// As stored or typed; empty without a budget.
    pub amount: Field,
    /// As stored; empty without a budget.
    pub stored: String,
    /// `None` without a budget.
    pub bar: Option<BudgetBar>,
    /// "Since March 2026"; `None` without a budget.
    pub since: Option<String>,
    /// What was spent before; none where nothing was.
    pub fills: Vec<Fill>,
    /// Whether its field was just filled, so that it gets the focus.
    pub is_filled: bool,
}

impl BudgetForm {
    /// The accessible name of its field.
    pub fn label(&self) -> String {
        self.category.as_ref().map_or_else(
            || "Monthly budget".to_owned(),
            |name| format!("Budget for {name}"),
        )
    }

    /// The name of its field, see [`field`].
    pub fn field(&self) -> String {
        field(&self.key)
    }

    /// The id of its field.
    pub fn id(&self) -> String {
        format!("budget-{}", self.key)
    }
}

/// The name of the field of a budget, by its [`BudgetForm::key`]: `amount_all` or `amount_{category id}`.
pub fn field(key: &str) -> String {
    format!("{FIELD}{}", if key == OVERALL { "all" } else { key })
}

/// Begins the names of the fields of budgets.
pub const FIELD: &str = "amount_";
/// The key of the overall budget.
pub const OVERALL: &str = "overall";

/// The navigation between months.
#[derive(Debug, Clone, Default)]
pub struct MonthNav {
    /// "November 2026".
    pub label: String,
    /// `2026-11`.
    pub month: String,
    /// The address of the previous month, if there is one.
    pub previous: Option<String>,
    /// The address of the next month, if there is one.
    pub next: Option<String>,
    /// The address of the current month.
    pub today: String,
}

/// `GET /budgets`, and the response to its POST.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "budgets/index.html", blocks = ["view"])]
pub struct BudgetsPage {
    pub chrome: Chrome,
    pub status: Option<Status>,
    pub month: MonthNav,
    /// The complete address to which the forms post.
    pub action: String,
    /// ISO 4217.
    pub currency: String,
    pub overall: BudgetForm,
    /// Whether there is spending of the month before for any field.
    pub can_copy: bool,
    /// One for each category on this page, by name.
    pub categories: Vec<BudgetForm>,
    pub pages: Pages,
}

impl BudgetsPage {
    /// The key of the first invalid form, whose field gets the focus; empty if all are valid.
    pub fn first_wrong(&self) -> &str {
        std::iter::once(&self.overall)
            .chain(&self.categories)
            .find(|form| form.amount.is_wrong())
            .map_or("", |form| &form.key)
    }
}

page!(BudgetsPage, "/budgets");
