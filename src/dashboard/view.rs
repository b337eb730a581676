//! The templates of the dashboard and of the page `/by-category`.

use std::cmp::Ordering;

use askama::Template;

use crate::budgets::view::BudgetBar;
use crate::expenses::view::{DayGroup, ExpenseForm};
use crate::web::numbered_pages::Pages;
use crate::web::page::page;
use crate::web::view::{Chrome, MoneyView, PeriodNav, Status};

/// The total of the period.
#[derive(Debug, Clone, Default)]
pub struct SpentCard {
    pub total: MoneyView,
    /// The address of the rows of the period.
    pub href: String,
    /// "58 expenses".
    pub count: String,
    /// "$42.81 per day on average"; `None` for a single day or without expenses.
    pub average: Option<String>,
    /// `None` without a comparison.
    pub change: Option<Change>,
}

/// Income and what is left of it.
#[derive(Debug, Clone, Default)]
pub struct IncomeSums {
    pub income: MoneyView,
    /// The address of its rows.
    pub income_href: String,
    /// Income less spending.
    pub net: MoneyView,
    /// The address of the rows of both kinds.
    pub net_href: String,
    /// The net in percent of the income: "54%"; "—" without income.
    pub kept: String,
}

/// The change from the previous period.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// "12 % less than October 2026".
    pub words: String,
    pub direction: Direction,
    /// The address of the rows of the previous period.
    pub href: String,
}

/// The direction of a change.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Direction {
    Less,
    #[default]
    Same,
    More,
}

impl From<Ordering> for Direction {
    fn from(now_to_before: Ordering) -> Self {
        match now_to_before {
            Ordering::Less => Self::Less,
            Ordering::Equal => Self::Same,
            Ordering::Greater => Self::More,
        }
    }
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
    /// "November 2026".
    pub month: String,
    /// `None` if none is set.
    pub overall: Option<BudgetBar>,
    /// The bars of category budgets; of many the most used ones.
    pub categories: Vec<BudgetBar>,
    /// "1,950 more budgets"; `None` if all are shown.
    pub more: Option<String>,
    /// The address of the budgets page of this month.
    pub manage_href: String,
}

/// One category of the doughnut and its table, or the others together.
#[derive(Debug, Clone, Default)]
pub struct CategorySlice {
    pub name: String,
    /// `#rrggbb`.
    pub color: String,
    /// Address of the rows that make up its total.
    pub href: String,
    /// Its total; may be negative.
    pub total: MoneyView,
    /// "31 %"; empty for refunds.
    pub share: String,
    /// The length of its bar in percent of the longest, 0 to 100.
    pub width: u8,
    /// Whether the ring shows it only as a part of "Other".
    pub is_small: bool,
}

/// Categories together: "Other (7)".
#[derive(Debug, Clone, Default)]
pub struct OtherSlices {
    pub label: String,
    pub total: MoneyView,
    /// "4%".
    pub share: String,
    /// The address of the page that lists them.
    pub href: String,
}

/// The doughnut and its legend.
#[derive(Debug, Clone, Default)]
pub struct Doughnut {
    /// The largest categories.
    pub slices: Vec<CategorySlice>,
    /// The other ones, folded below; empty if there are few.
    pub folded: Vec<CategorySlice>,
    /// What is folded, together.
    pub other: OtherSlices,
    /// What the ring shows together.
    pub ring_other: Option<OtherSlices>,
}

impl Doughnut {
    /// The size of the longest amount: see [`MoneyView::size`].
    pub fn size(&self) -> &'static str {
        size_of(self.slices.iter().chain(&self.folded))
    }
}

fn size_of<'a>(slices: impl Iterator<Item = &'a CategorySlice>) -> &'static str {
    let totals = slices.map(|slice| &slice.total);
    let longest = totals.max_by_key(|total| total.text().chars().count());
    longest.map_or("short", MoneyView::size)
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

/// The bars of the trend.
#[derive(Debug, Clone, Default)]
pub struct Trend {
    /// The unit of a bar: "day", "month", "year" or "decade".
    pub unit: &'static str,
    /// Oldest first.
    pub bars: Vec<TrendBar>,
    pub average: Option<Average>,
}

/// The average of the bars.
#[derive(Debug, Clone, Default)]
pub struct Average {
    pub amount: MoneyView,
    /// "$42.81 per day on average".
    pub words: String,
}

/// One bar of the trend and its row in the table.
#[derive(Debug, Clone, Default)]
pub struct TrendBar {
    /// The label under the bar: "22", "Sun", "Nov", "2026", "2020s".
    pub short: String,
    /// The label in the table: "November 22".
    pub label: String,
    /// Address of the rows that make up its total; `None` where there are none.
    pub href: Option<String>,
    /// Its total; may be negative.
    pub total: MoneyView,
    /// The length of its bar in percent of the longest, 0 to 100.
    pub width: u8,
    /// Whether it contains today.
    pub today: bool,
}

/// `GET /`, and the response to a POST with `view=dashboard`.
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
    /// The address of the dashboard, for the form "Quick add".
    pub home: String,
    /// The line in it.
    pub line: String,
    /// The parameters of the view: (name, value).
    pub line_kept: Vec<(String, String)>,
    /// The whole history as CSV.
    pub export_href: String,
    /// The total.
    pub spent: SpentCard,
    /// Beside the total; `None` while the book has no category of income.
    pub income: Option<IncomeSums>,
    /// The budgets of the month that holds the chosen date.
    pub budget: BudgetCard,
    /// The spending by category.
    pub doughnut: Doughnut,
    /// The spending by day, or a longer unit.
    pub trend: Trend,
    /// What each person paid; empty in a book of one person.
    pub by_person: Vec<PersonTotal>,
    /// The person's locale (BCP 47), for the numbers at the chart's scale.
    pub locale: String,
    /// The latest expenses of the period, at least ten if there are, by day.
    pub latest: Vec<DayGroup>,
    /// The list of the same period.
    pub list_href: String,
    /// Whether the book has no expenses in any period, so that the page explains the first step.
    pub is_new_account: bool,
}

/// `GET /by-category`: the categories of a period by amount, from a rank on.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "dashboard/by_category.html", blocks = ["view"])]
pub struct ByCategoryPage {
    /// The frame.
    pub chrome: Chrome,
    /// The last change.
    pub status: Option<Status>,
    /// The period in words: "November 2026".
    pub period: String,
    /// "Categories 16 to 2,000 by amount".
    pub which: String,
    /// The sum of the categories on all pages.
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

impl ByCategoryPage {
    /// The size of the longest amount: see [`MoneyView::size`].
    pub fn size(&self) -> &'static str {
        size_of(self.slices.iter())
    }
}

page!(DashboardPage, "/");
page!(ByCategoryPage, "/by-category");
