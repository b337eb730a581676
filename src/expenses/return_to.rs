//! The view from which an expense is changed, and the addresses that return to it.

use actix_web::HttpRequest;

use super::view::ListPage;
use crate::error::AppError;
use crate::period::Unit;
use crate::state::AppState;
use crate::web::book_address;
use crate::web::fields::{self, Fields};
use crate::web::flash::Notice;
use crate::web::page::Page as _;
use crate::web::view::Status;

/// Parameters of an address that a change keeps.
const KEPT: [&str; 9] = [
    "period", "on", "from", "to", "category", "person", "q", "before", "after",
];

/// Which page an expense is changed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// `/`
    Dashboard,
    /// `/expenses`
    List,
}

/// A view and the parameters it was shown with.
#[derive(Debug, Clone)]
pub struct ReturnTo {
    /// The page.
    pub view: View,
    /// Its parameters.
    pub query: Fields,
    base: String,
}

impl ReturnTo {
    /// The view that the address of a change names; another name is a 400.
    pub fn of_change(req: &HttpRequest, state: &AppState) -> Result<Self, AppError> {
        let query = Fields::of_query(req)?;
        let view = match query.get("view") {
            "" | "dashboard" => View::Dashboard,
            "list" => View::List,
            _ => return Err(AppError::BadRequest("“view” is dashboard or list.".to_owned())),
        };
        Ok(Self::new(
            view,
            query,
            book_address::base(req, &state.site.settings),
        ))
    }

    /// The view `view` with these parameters; `base` is the base of the book's addresses.
    pub fn new(view: View, query: Fields, base: String) -> Self {
        Self { view, query, base }
    }

    /// What the view shows when its address names no period.
    pub fn default_unit(&self) -> Unit {
        Unit::Month
    }

    /// The path of the view.
    pub fn path(&self) -> String {
        match self.view {
            View::Dashboard => format!("{}/", self.base),
            View::List => format!("{}{}", self.base, ListPage::PATH),
        }
    }

    /// The address of a page or file of this slice, without the parameters of the view.
    pub fn plain_address(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    fn kept(&self) -> impl Iterator<Item = (&str, &str)> {
        KEPT.into_iter().map(|name| (name, self.query.get(name)))
    }

    /// The address of the view.
    pub fn address(&self) -> String {
        fields::address(&self.path(), self.kept())
    }

    /// The address of a change at `path` (`/expenses/…`) that leads back to the view.
    pub fn action(&self, path: &str) -> String {
        self.with_view(&self.plain_address(path))
    }

    fn with_view(&self, address: &str) -> String {
        let view = if self.view == View::List { "list" } else { "" };
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
