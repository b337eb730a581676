//! The template of the trash.

use askama::Template;

use super::expense_view::ExpenseView;
use super::view::Pager;
use crate::web::page::page;
use crate::web::view::{Chrome, Status};

/// One expense in the trash.
#[derive(Debug, Clone, Default)]
pub struct TrashRow {
    pub expense: ExpenseView,
    /// The expense's date in words.
    pub date: String,
    /// When it goes for good: "27 days left".
    pub days_left: String,
    /// Complete address of its history.
    pub history_href: String,
    /// Complete address to which "Restore" posts.
    pub restore_action: String,
}

/// `GET /expenses/trash`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "expenses/trash.html", blocks = ["view"])]
pub struct TrashPage {
    pub chrome: Chrome,
    pub status: Option<Status>,
    /// Address of the list.
    pub back_href: String,
    /// The rows, last deleted first.
    pub rows: Vec<TrashRow>,
    /// The pages beside it.
    pub pager: Pager,
}

page!(TrashPage, "/expenses/trash");
