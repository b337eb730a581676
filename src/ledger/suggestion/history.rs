//! The suggestions for all descriptions of a file.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};

use diesel::prelude::*;
use time::Date;

use super::beginnings::{as_typed, beginnings, compared, has_suggestions};
use super::suggested::Suggestion;
use super::uses::{LatestUses, NEEDED};
use crate::db::schema::expenses;
use crate::db::{BookId, Conn};
use crate::error::AppError;
use crate::ledger::category::Categories;
use crate::ledger::kinds::Kinds;

/// Uses of one query: PostgreSQL keeps the whole answer in memory.
const PAGE: usize = 10_000;
/// What decides is among the latest 300,000 expenses, or too rare.
const MOST_PAGES: usize = 30;

/// A position in the book's [`Categories`].
type Position = u32;
type Use = (Date, i64, i64, String);

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

    /// Reads the uses of what is wanted, the latest first.
    pub fn read(mut self, conn: &mut Conn, owner: BookId) -> Result<Self, AppError> {
        if self.texts.is_empty() {
            return Ok(self);
        }
        self.categories = Categories::of(conn, owner)?;
        let mut after = None;
        for _ in 0..MOST_PAGES {
            let page = page(conn, owner, after)?;
            after = page.last().map(|last| (last.0, last.1));
            let is_last = page.len() < PAGE;
            for (_, _, category, text) in page {
                self.add(category, &text);
            }
            if is_last {
                break;
            }
        }
        Ok(self)
    }

    /// Adds the next older use.
    fn add(&mut self, category: i64, text: &str) {
        let position = self.categories.position(category);
        let position = position.and_then(|at| Position::try_from(at).ok());
        let Some(position) = position.filter(|_| has_suggestions(text)) else {
            return;
        };
        if let Some(uses) = self.texts.get_mut(&self.hasher.hash_one(text)) {
            uses.add(position);
        }
        for beginning in beginnings(text) {
            if let Some(uses) = self.beginnings.get_mut(&self.hasher.hash_one(beginning)) {
                uses.add(position);
            }
        }
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
        let category = self.categories.at(usize::try_from(position).ok()?)?;
        let is_wanted = kinds.contain(category.kind);
        is_wanted.then(|| Suggestion::new(&category.name, agreement, beginning))
    }
}

/// The date, id, category and text of the next uses, the latest first.
fn page(conn: &mut Conn, owner: BookId, after: Option<(Date, i64)>) -> Result<Vec<Use>, AppError> {
    let mut uses = expenses::table
        .filter(expenses::book_id.eq(owner.0))
        .filter(expenses::deleted_at.is_null())
        .into_boxed();
    if let Some((day, id)) = after {
        uses = uses
            .filter(expenses::spent_on.le(day))
            .filter(expenses::spent_on.lt(day).or(expenses::id.lt(id)));
    }
    Ok(uses
        .order((expenses::spent_on.desc(), expenses::id.desc()))
        .limit(i64::try_from(PAGE).unwrap_or(i64::MAX))
        .select((
            expenses::spent_on,
            expenses::id,
            expenses::category_id,
            expenses::search,
        ))
        .load(conn)?)
}
