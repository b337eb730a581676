//! What the dashboard shows: the period's total, its budgets, its charts and its latest expenses, ready to print.

use askama::Template;

use crate::budgets::view::BudgetBar;
use crate::expenses::view::{DayGroup, ExpenseForm};
use crate::web::page::page;
use crate::web::pages::Pages;
use crate::web::view::{Chrome, MoneyView, PeriodNav, Status};

/// The period's total and what stands around it.
#[derive(Debug, Clone, Default)]
pub struct SpentCard {
    /// The sum of all rows of the period.
    pub total: MoneyView,
    /// Address of those rows.
    pub href: String,
    /// How many there are: "58 expenses".
    pub count: String,
    /// "$42.81 a day on average"; `None` where there is nothing to divide.
    pub average: Option<String>,
    /// The change against the period before; `None` where there is nothing to compare with.
    pub change: Option<Change>,
}

/// The change against the period before.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// "12 % less than October 2026".
    pub words: String,
    /// Which way it went.
    pub direction: Direction,
    /// Address of the rows it is compared with.
    pub href: String,
}

/// Which way a figure went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Direction {
    /// Less than before.
    Less,
    /// As before.
    #[default]
    Same,
    /// More than before.
    More,
}

impl Direction {
    /// The value of `data-direction`: `less`, `same` or `more`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Less => "less",
            Self::Same => "same",
            Self::More => "more",
        }
    }
}

/// The overall budget, set or not.
#[derive(Debug, Clone, Default)]
pub struct BudgetCard {
    /// The budget's month in words: "November 2026".
    pub month: String,
    /// The budget and what was spent of it; `None` where none is set.
    pub overall: Option<BudgetBar>,
    /// The bars of the categories that have a budget, or of those that have used most of theirs.
    pub categories: Vec<BudgetBar>,
    /// How many further categories have a budget: "1,950 more budgets"; `None` where there are none.
    pub more: Option<String>,
    /// The budgets page of this month.
    pub manage_href: String,
}

/// One category of the doughnut and its table, or all the smaller ones together.
#[derive(Debug, Clone, Default)]
pub struct CategorySlice {
    /// The category's name.
    pub name: String,
    /// Its colour, `#rrggbb`.
    pub color: String,
    /// Address of the rows that make up its total.
    pub href: String,
    /// Its total; may be negative.
    pub total: MoneyView,
    /// Its share in words: "31 %"; empty where a share makes no sense.
    pub share: String,
    /// The length of its bar in percent of the longest, 0 to 100.
    pub width: u8,
}

/// What one person paid.
#[derive(Debug, Clone, Default)]
pub struct PersonTotal {
    pub name: String,
    /// Address of the rows that make up the total.
    pub href: String,
    /// May be negative.
    pub total: MoneyView,
    /// "12 expenses".
    pub count: String,
}

/// One bar of the trend and its row in the table.
#[derive(Debug, Clone, Default)]
pub struct TrendBar {
    /// Short label under the bar: "22", "Nov", "2026", "2020s".
    pub short: String,
    /// The label in the table: "November 22".
    pub label: String,
    /// Address of the rows that make up its total; `None` where there are none.
    pub href: Option<String>,
    /// Its total; may be negative.
    pub total: MoneyView,
    /// The length of its bar in percent of the longest, 0 to 100.
    pub width: u8,
    /// Whether it holds today.
    pub today: bool,
}

/// `GET /`, and what a POST with `view=dashboard` answers.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "dashboard/index.html", blocks = ["view"])]
pub struct DashboardPage {
    /// The frame.
    pub chrome: Chrome,
    /// The last change.
    pub status: Option<Status>,
    /// The period bar.
    pub period: PeriodNav,
    /// The form "Add expense".
    pub add: ExpenseForm,
    /// The whole history as CSV.
    pub export_href: String,
    /// The total.
    pub spent: SpentCard,
    /// The budgets of the month that holds the chosen date.
    pub budget: BudgetCard,
    /// The doughnut, largest first.
    pub slices: Vec<CategorySlice>,
    /// The trend, oldest first.
    pub trend: Vec<TrendBar>,
    /// What each person paid; empty in a book of one person.
    pub by_person: Vec<PersonTotal>,
    /// The person's locale (BCP 47), for the numbers at the chart's scale.
    pub locale: String,
    /// What a bar stands for: "day", "month", "year" or "decade".
    pub trend_unit: &'static str,
    /// The latest expenses of the period, at least ten if there are, by day.
    pub latest: Vec<DayGroup>,
    /// The list of the same period.
    pub list_href: String,
    /// Whether the account has no expense at all, in any period: it sees what to do first.
    pub is_new_account: bool,
}

/// `GET /by-category`: the categories of a period by amount, from some rank on.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "dashboard/by_category.html", blocks = ["view"])]
pub struct ByCategoryPage {
    /// The frame.
    pub chrome: Chrome,
    /// The last change.
    pub status: Option<Status>,
    /// The period in words: "November 2026".
    pub period: String,
    /// Which of them are shown: "Categories 16 to 2,000 by amount".
    pub which: String,
    /// What the categories shown sum to, on all pages together.
    pub total: MoneyView,
    /// The address of this page, without its number.
    pub href: String,
    /// The dashboard of the same period.
    pub back_href: String,
    /// The categories of this page, largest first.
    pub slices: Vec<CategorySlice>,
    /// The pages.
    pub pages: Pages,
}

impl DashboardPage {
    /// Whether the trend has a bar for each day, as its name says; if not, the figure says what a bar is.
    pub fn bars_are_days(&self) -> bool {
        self.trend_unit == "day"
    }
}

page!(DashboardPage, "/");
page!(ByCategoryPage, "/by-category");
