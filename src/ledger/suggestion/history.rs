//! The suggestions for all descriptions of a file.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};

use diesel::connection::DefaultLoadingMode;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::beginnings::{as_typed, beginnings, compared, has_suggestions};
use super::suggested::Suggestion;
use super::uses::{LatestUses, NEEDED};
use crate::db::schema::expenses;
use crate::db::{BookId, Conn, raw_sql};
use crate::error::AppError;
use crate::ledger::category::Categories;
use crate::ledger::kinds::Kinds;

/// A position in the book's [`Categories`].
type Position = u32;

/// The latest uses of wanted descriptions and of their beginnings. Texts are kept as hashes only.
#[derive(Debug, Default)]
pub struct History {
    hasher: RandomState,
    texts: HashMap<u64, LatestUses<Position>>,
    beginnings: HashMap<u64, LatestUses<Position>>,
    categories: Categories,
}

impl History {
    /// Adds a description for which there may be a suggestion.
    pub fn want(&mut self, description: &str) {
        let Some(text) = compared(description) else { return };
        self.texts.entry(self.hasher.hash_one(text.as_str())).or_default();
        for beginning in beginnings(&text) {
            self.beginnings
                .entry(self.hasher.hash_one(beginning))
                .or_default();
        }
    }

    /// Reads the uses of what is wanted, of the whole book.
    pub fn read(mut self, conn: &mut Conn, owner: BookId) -> Result<Self, AppError> {
        if self.texts.is_empty() {
            return Ok(self);
        }
        self.categories = Categories::of(conn, owner)?;
        let newest_first = expenses::table
            .filter(expenses::book_id.eq(owner.0))
            .filter(expenses::deleted_at.is_null())
            .filter(raw_sql::<Bool>("search <> ''"))
            .order((expenses::spent_on.desc(), expenses::id.desc()))
            .select((expenses::category_id, expenses::search));
        for row in newest_first.load_iter::<(i64, String), DefaultLoadingMode>(conn)? {
            let (category, text) = row?;
            if !has_suggestions(&text) {
                continue;
            }
            let position = self.categories.position(category);
            let Some(position) = position.and_then(|at| Position::try_from(at).ok()) else {
                continue;
            };
            if let Some(uses) = self.texts.get_mut(&self.hasher.hash_one(text.as_str())) {
                uses.add(position);
            }
            for beginning in beginnings(&text) {
                if let Some(uses) = self.beginnings.get_mut(&self.hasher.hash_one(beginning)) {
                    uses.add(position);
                }
            }
        }
        Ok(self)
    }

    /// The category that suits a wanted description, if the history has one of these kinds.
    pub fn suggest(&self, description: &str, kinds: Kinds) -> Option<Suggestion> {
        let text = compared(description)?;
        let uses = self.texts.get(&self.hasher.hash_one(text.as_str()))?;
        let mut beginning = None;
        let decided = uses.decide().or_else(|| {
            let (words, uses) = beginnings(&text).rev().find_map(|words| {
                let uses = self.beginnings.get(&self.hasher.hash_one(words))?;
                (uses.len() >= NEEDED).then_some((words, uses))
            })?;
            beginning = Some(as_typed(description, words));
            uses.decide()
        });
        let (position, agreement) = decided?;
        let category = self.categories.iter().nth(usize::try_from(position).ok()?)?;
        let is_wanted = kinds.contain(category.kind);
        is_wanted.then(|| Suggestion::new(&category.name, agreement, beginning))
    }
}
