//! The form of a category, checked.

use crate::error::FieldErrors;
use crate::ledger::category::{Category, CategoryFields, check_category};
use crate::ledger::category_kind::CategoryKind;
use crate::web::fields::Fields;

/// What the form of a new category holds. What it does not have gets its default.
pub(super) fn check(form: &Fields) -> Result<CategoryFields, FieldErrors> {
    let mut errors = FieldErrors::default();
    let name = errors.ok_or_add("name", check_category(form.get("name")));
    let color = form.get_opt("color").map(check_color).transpose();
    let color = errors.ok_or_add("color", color);
    let kind = form.non_empty("kind").map(|kind| CategoryKind::check(&kind));
    let kind = errors.ok_or_add("kind", kind.transpose());
    match (name, color, kind) {
        (Some(name), Some(color), Some(kind)) => Ok(CategoryFields { name, color, kind }),
        _ => Err(errors),
    }
}

/// What a form changes in a category. What it does not have, or has as it was rendered, stays as it is.
pub(super) struct CategoryChange {
    name: Option<String>,
    color: Option<String>,
    kind: Option<CategoryKind>,
}

impl CategoryChange {
    /// The category with this change.
    pub(super) fn of(self, stored: &Category) -> CategoryFields {
        CategoryFields {
            name: self.name.unwrap_or_else(|| stored.name.clone()),
            color: self.color,
            kind: self.kind,
        }
    }
}

pub(super) fn check_change(form: &Fields) -> Result<CategoryChange, FieldErrors> {
    let mut errors = FieldErrors::default();
    let name = errors.ok_or_add("name", form.changed("name").map(check_category).transpose());
    let color = errors.ok_or_add("color", form.changed("color").map(check_color).transpose());
    let kind = form.non_empty("kind").map(|kind| CategoryKind::check(&kind));
    let kind = errors.ok_or_add("kind", kind.transpose());
    match (name, color, kind) {
        (Some(name), Some(color), Some(kind)) => Ok(CategoryChange { name, color, kind }),
        _ => Err(errors),
    }
}

/// `#rrggbb`, in lower case.
fn check_color(text: &str) -> Result<String, String> {
    let color = text.trim().to_ascii_lowercase();
    let digits = color.strip_prefix('#').unwrap_or_default();
    if digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        Ok(color)
    } else {
        Err("Choose a color, for example #0072b2.".to_owned())
    }
}
