//! What the categories page shows: plain text and addresses, ready to print.

use askama::Template;

use crate::web::page::page;
use crate::web::pages::Pages;
use crate::web::view::{Choice, Chrome, Field, MoneyView, Status};

/// One category with its two forms.
#[derive(Debug, Clone, Default)]
pub struct CategoryView {
    /// Its id, for element ids.
    pub id: String,
    /// Its name as stored.
    pub name: String,
    /// The name as stored or typed, with its message.
    pub name_field: Field,
    /// The colour as stored or typed, `#rrggbb`, with its message.
    pub color: Field,
    /// Its total over all time.
    pub total: MoneyView,
    /// How many expenses it has: "58 expenses".
    pub count: String,
    /// Address of those expenses.
    pub href: String,
    /// Complete address to which name and colour are posted.
    pub update_action: String,
    /// Complete address to which a merge is posted.
    pub merge_action: String,
    /// The category to merge it into, as typed, with its message.
    pub into: Field,
}

impl CategoryView {
    /// Whether one of its forms is wrong, so that they stand open.
    pub fn is_wrong(&self) -> bool {
        self.name_field.is_wrong() || self.color.is_wrong() || self.into.is_wrong()
    }

    /// The colour of its swatch: the stored one, or a neutral one where what was typed is no colour.
    pub fn swatch(&self) -> &str {
        if self.color.is_wrong() {
            "#808080"
        } else {
            &self.color.value
        }
    }
}

/// `GET /categories`, and what its POSTs answer.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "categories/index.html", blocks = ["view"])]
pub struct CategoriesPage {
    /// The frame.
    pub chrome: Chrome,
    /// The last change.
    pub status: Option<Status>,
    /// The categories of this page, by name.
    pub categories: Vec<CategoryView>,
    /// The pages.
    pub pages: Pages,
    /// The names of all categories: each form "Merge" suggests them.
    pub names: Vec<String>,
    /// Whether there is more than one category.
    pub can_merge: bool,
    /// The colours offered, `#rrggbb`, with their names as labels.
    pub palette: Vec<Choice>,
}

page!(CategoriesPage, "/categories");
