//! The template of the categories page.

use askama::Template;

use crate::web::numbered_pages::Pages;
use crate::web::page::page;
use crate::web::view::{Choice, Chrome, Field, MoneyView, Status};

/// A category with its two forms.
#[derive(Debug, Clone, Default)]
pub struct CategoryView {
    /// For element ids.
    pub id: String,
    /// As stored.
    pub name: String,
    /// As stored or typed.
    pub name_field: Field,
    /// As stored or typed, `#rrggbb`.
    pub color: Field,
    /// As stored.
    pub stored_color: String,
    /// Over all time.
    pub total: MoneyView,
    /// "58 expenses".
    pub count: String,
    /// The address of these expenses.
    pub href: String,
    /// The complete address to which name and color are posted.
    pub update_action: String,
    /// The complete address to which a merge is posted.
    pub merge_action: String,
    /// The complete address to which a deletion is posted; `None` while it has expenses.
    pub delete_action: Option<String>,
    /// The target of the merge, as typed.
    pub into: Field,
    pub is_income: bool,
    /// Spending and income; empty in a book without income.
    pub kinds: Vec<Choice>,
    pub kind_error: Option<String>,
    /// Whether there is another category of its kind.
    pub can_merge: bool,
}

/// The form "New category".
#[derive(Debug, Clone, Default)]
pub struct NewCategoryForm {
    /// The address it posts to.
    pub action: String,
    pub name: Field,
    /// `#rrggbb`.
    pub color: Field,
    /// As in [`CategoryView::kinds`].
    pub kinds: Vec<Choice>,
    pub kind_error: Option<String>,
}

impl CategoryView {
    /// Whether one of its forms is invalid, so that they are shown open.
    pub fn is_wrong(&self) -> bool {
        self.name_field.is_wrong()
            || self.color.is_wrong()
            || self.kind_error.is_some()
            || self.into.is_wrong()
    }

    /// The color of its swatch: the stored or typed one, or a neutral one if the typed text is no color.
    pub fn swatch(&self) -> &str {
        if self.color.is_wrong() {
            "#808080"
        } else {
            &self.color.value
        }
    }
}

/// `GET /categories`, and the response to its POSTs.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "categories/index.html", blocks = ["view"])]
pub struct CategoriesPage {
    pub chrome: Chrome,
    pub status: Option<Status>,
    /// The categories on this page, by name.
    pub categories: Vec<CategoryView>,
    pub pages: Pages,
    /// The names of all categories of spending, which their forms "Merge" suggest.
    pub names: Vec<String>,
    /// The same for income.
    pub income_names: Vec<String>,
    pub form: NewCategoryForm,
    /// The offered colors, `#rrggbb`, with their names as labels.
    pub palette: Vec<Choice>,
}

page!(CategoriesPage, "/categories");
