//! The template of the trash.

use askama::Template;

use super::view::Pager;
use crate::web::page::page;
use crate::web::view::{Chrome, MoneyView, Status};

/// One expense in the trash.
#[derive(Debug, Clone, Default)]
pub struct TrashRow {
    /// Its id, for the element's own id.
    pub id: String,
    /// The category's name.
    pub category: String,
    /// The category's colour, `#rrggbb`.
    pub color: String,
    /// The description; may be empty.
    pub description: String,
    /// The expense's date in words.
    pub date: String,
    /// The amount.
    pub amount: MoneyView,
    /// When it goes for good: "27 days left".
    pub days_left: String,
    /// Complete address of its history.
    pub history_href: String,
    /// Complete address to which "Restore" posts.
    pub restore_action: String,
    /// Who paid; `None` in a book of one person.
    pub payer: Option<String>,
}

impl TrashRow {
    /// What its button calls it: the description, or the category where there is none.
    pub fn name(&self) -> &str {
        if self.description.is_empty() {
            &self.category
        } else {
            &self.description
        }
    }
}

/// `GET /expenses/trash`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "expenses/trash.html", blocks = ["view"])]
pub struct TrashPage {
    /// The frame.
    pub chrome: Chrome,
    /// The last change.
    pub status: Option<Status>,
    /// The list.
    pub back_href: String,
    /// The rows, last deleted first.
    pub rows: Vec<TrashRow>,
    /// The pages beside it.
    pub pager: Pager,
}

page!(TrashPage, "/expenses/trash");
