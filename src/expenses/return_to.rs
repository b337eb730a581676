//! The view from which an expense is changed, and the addresses that return to it.

use actix_web::HttpRequest;

use super::filter_nav::with_chosen_dates;
use super::view::ListPage;
use crate::error::AppError;
use crate::period::Unit;
use crate::state::AppState;
use crate::web::book_address;
use crate::web::fields::{self, Fields};
use crate::web::flash::Notice;
use crate::web::page::Page as _;
use crate::web::view::{PeriodNav, Status};

/// Parameters of an address that a change keeps.
const KEPT: [&str; 11] = [
    "period", "on", "from", "to", "category", "kind", "person", "import", "q", "before", "after",
];
/// The parameter with which the view shows the form "Add income", and its value then.
const ADD_INCOME: (&str, &str) = ("add_kind", "income");

/// Which page an expense is changed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReturnPage {
    /// `/`
    Dashboard,
    /// `/expenses`
    List,
}

/// A view and the parameters it was shown with.
#[derive(Debug, Clone)]
pub struct ReturnTo {
    pub view: ReturnPage,
    pub query: Fields,
    base: String,
    /// Whether its form is "Add income".
    adds_income: bool,
}

impl ReturnTo {
    /// The view that the address of a change names; another name is a 400.
    pub fn of_change(req: &HttpRequest, state: &AppState) -> Result<Self, AppError> {
        let query = Fields::of_query(req)?;
        let view = match query.get("view") {
            "" | "dashboard" => ReturnPage::Dashboard,
            "list" => ReturnPage::List,
            _ => {
                return Err(AppError::BadRequest(
                    "“view” must be dashboard or list.".to_owned(),
                ));
            }
        };
        Ok(Self::new(
            view,
            query,
            book_address::base(req, &state.site.settings),
        ))
    }

    /// The view `view` with these parameters; `base` is the base of the book's addresses.
    pub fn new(view: ReturnPage, query: Fields, base: String) -> Self {
        let (name, income) = ADD_INCOME;
        Self {
            adds_income: query.get(name) == income,
            view,
            query: with_chosen_dates(query),
            base,
        }
    }

    /// The same view with the form "Add income", or with "Add expense".
    #[must_use]
    pub fn with_add_kind(&self, is_income: bool) -> Self {
        Self {
            adds_income: is_income,
            ..self.clone()
        }
    }

    /// The parameter with which the links of the view keep the form "Add income".
    pub fn add_parameter(&self) -> Option<(&'static str, &'static str)> {
        self.adds_income.then_some(ADD_INCOME)
    }

    /// The period of a view whose address names none.
    pub const DEFAULT_UNIT: Unit = Unit::Month;

    /// The path of the view.
    pub fn path(&self) -> String {
        match self.view {
            ReturnPage::Dashboard => format!("{}/", self.base),
            ReturnPage::List => format!("{}{}", self.base, ListPage::PATH),
        }
    }

    /// The address of a page or file of this slice, without the parameters of the view.
    pub fn plain_address(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Keeps the form "Add income" on the links of a period bar.
    pub fn carry(&self, period: &mut PeriodNav) {
        if let Some((name, value)) = self.add_parameter() {
            period.carry(name, value);
        }
    }

    fn kept(&self) -> impl Iterator<Item = (&str, &str)> {
        let kept = KEPT.into_iter().map(|name| (name, self.query.get(name)));
        kept.chain(self.add_parameter())
    }

    /// The parameters that a form of the view keeps, without empty ones.
    pub fn kept_pairs(&self) -> Vec<(String, String)> {
        let kept = self.kept().filter(|(_, value)| !value.is_empty());
        kept.map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }

    /// The address of the view.
    pub fn address(&self) -> String {
        fields::address(&self.path(), self.kept())
    }

    /// The address of a change at `path` (`/expenses/…`) that leads back to the view.
    pub fn action(&self, path: &str) -> String {
        self.with_view(&self.plain_address(path))
    }

    /// What [`ReturnTo::action`] adds to a path: empty, or a query that begins with its question mark.
    pub fn action_query(&self) -> String {
        self.with_view("")
    }

    fn with_view(&self, address: &str) -> String {
        let view = if self.view == ReturnPage::List { "list" } else { "" };
        fields::address(address, self.kept().chain([("view", view)]))
    }

    /// The words of the last change with the address of their Undo.
    pub fn status(&self, notice: Option<Notice>) -> Option<Status> {
        notice.map(|notice| Status {
            words: notice.words,
            undo: notice.undo.map(|address| self.with_view(&address)),
        })
    }
}
