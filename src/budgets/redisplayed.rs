//! A form of budgets that is displayed again: refused, or with a field filled.

use std::collections::HashMap;

use super::past::{Past, Source, Wanted};
use super::view::FIELD;
use crate::money::Money;
use crate::web::fields::Fields;
use crate::web::view::Field;

/// What was typed for each budget, what is wrong with it, and what is to be filled in.
#[derive(Default)]
pub(super) struct RedisplayedForm {
    fields: HashMap<Option<i64>, Field>,
    wanted: Option<Wanted>,
}

impl RedisplayedForm {
    pub(super) fn add(&mut self, category: Option<i64>, typed: &str, error: Option<String>) {
        let value = typed.to_owned();
        self.fields.insert(category, Field { value, error });
    }

    /// The form as typed, with what is `wanted` to be filled in. Nothing is checked until it is saved.
    pub(super) fn filling(form: &Fields, wanted: Wanted) -> Self {
        let fields = form.pairs().filter_map(|(name, typed)| {
            let category = match name.strip_prefix(FIELD)? {
                "all" => None,
                id => Some(id.parse().ok()?),
            };
            Some((category, Field::new(typed)))
        });
        Self {
            fields: fields.collect(),
            wanted: Some(wanted),
        }
    }

    /// The amount that the field of a budget is to be filled with.
    pub(super) fn fill(&self, key: &str, category: Option<i64>, past: &Past) -> Option<Money> {
        let is_empty = || {
            self.of(category)
                .is_none_or(|field| field.value.trim().is_empty())
        };
        match self.wanted.as_ref()? {
            Wanted::One(wanted, source) if wanted == key => past.amount(category, *source),
            Wanted::Empty if is_empty() => past.amount(category, Source::LastMonth),
            _ => None,
        }
    }

    /// Whether one field is filled, the one with this key.
    pub(super) fn has_focus(&self, key: &str) -> bool {
        matches!(&self.wanted, Some(Wanted::One(wanted, _)) if wanted == key)
    }

    /// Whether anything is wrong.
    pub(super) fn is_wrong(&self) -> bool {
        self.fields.values().any(Field::is_wrong)
    }

    /// What was typed for a category; `None` is the overall budget.
    pub(super) fn of(&self, category: Option<i64>) -> Option<&Field> {
        self.fields.get(&category)
    }

    /// The wrong budgets of categories.
    pub(super) fn wrong_categories(&self) -> impl Iterator<Item = i64> {
        let wrong = self.fields.iter().filter(|(_, field)| field.is_wrong());
        wrong.filter_map(|(category, _)| *category)
    }
}
