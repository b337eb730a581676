//! A form of budgets that was refused.

use std::collections::HashMap;

use crate::web::view::Field;

/// A refused form: what was typed for each budget, and what is wrong with it.
#[derive(Default)]
pub(super) struct Refused(HashMap<Option<i64>, Field>);

impl Refused {
    pub(super) fn add(&mut self, category: Option<i64>, typed: &str, error: Option<String>) {
        let value = typed.to_owned();
        self.0.insert(category, Field { value, error });
    }

    /// Whether anything is wrong.
    pub(super) fn is_wrong(&self) -> bool {
        self.0.values().any(Field::is_wrong)
    }

    /// What was typed for a category; `None` is the overall budget.
    pub(super) fn of(&self, category: Option<i64>) -> Option<&Field> {
        self.0.get(&category)
    }

    /// The wrong budgets of categories.
    pub(super) fn wrong_categories(&self) -> impl Iterator<Item = i64> {
        let wrong = self.0.iter().filter(|(_, field)| field.is_wrong());
        wrong.filter_map(|(category, _)| *category)
    }
}
