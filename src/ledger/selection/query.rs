//! The rows of a selection, a page at a time.
//!
//! More than 300 lines, because the conditions on rows and the parts that indexes find are one query.

use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use time::Date;

use crate::db::schema::expenses;
use crate::db::{Backend, BookId, Conn};
use crate::error::AppError;
use crate::ledger::category::Categories;
use crate::ledger::expense::Expense;
use crate::ledger::filter::Filter;
use crate::ledger::id_list::ids;
use crate::ledger::kinds::{CategoryScope, Kinds, NO_CATEGORY};
use crate::ledger::page_position::PagePosition;
use crate::ledger::paid_by::PaidBy;
use crate::ledger::search::TextSearch;
use crate::money::Money;
use crate::period::DateRange;
use crate::text;

/// A filter with ids instead of names.
#[derive(Debug, Clone)]
pub struct Selection {
    pub(super) owner: BookId,
    pub(super) days: DateRange,
    pub(super) scope: CategoryScope,
    /// The categories of income in the scope if rows of both kinds are asked for.
    pub(super) income: Vec<i64>,
    pub(super) paid_by: Option<PaidBy>,
    pub(super) import: Option<i64>,
    pub(super) search: Option<Search>,
}

/// A search: the rows of some categories, of an amount, and those that contain a text.
#[derive(Debug, Clone)]
pub(super) struct Search {
    pub(super) folded: String,
    /// Categories of the scope whose names contain the text.
    pub(super) categories: Vec<i64>,
    /// The amount, spent and refunded, if the text is one.
    pub(super) amounts: Vec<Money>,
}

/// The rows of a selection that one index finds, in its order.
#[derive(Debug, Clone, Copy)]
pub(super) enum Part {
    Everything,
    Category(i64),
    /// All those of a search that finds many.
    Categories,
    Amount(Money),
}

/// Most categories that a search reads one by one, each by its own part of an index.
const MAX_SINGLE_CATEGORIES: usize = 50;

/// The rows of a query from `position` on, in its direction.
fn from_position<ST>(
    rows: expenses::BoxedQuery<'_, Backend, ST>,
    position: PagePosition,
) -> expenses::BoxedQuery<'_, Backend, ST> {
    match position {
        PagePosition::Start => rows.order((expenses::spent_on.desc(), expenses::id.desc())),
        // The first condition lets the index start at the right day; the second finds the row within it.
        PagePosition::After(day, id) => rows
            .filter(expenses::spent_on.le(day))
            .filter(expenses::spent_on.lt(day).or(expenses::id.lt(id)))
            .order((expenses::spent_on.desc(), expenses::id.desc())),
        PagePosition::Before(day, id) => rows
            .filter(expenses::spent_on.ge(day))
            .filter(expenses::spent_on.gt(day).or(expenses::id.gt(id)))
            .order((expenses::spent_on.asc(), expenses::id.asc())),
    }
}

/// The rows that an import has made. The database reads their ids once for each statement.
pub(super) fn made_by(owner: BookId, import: i64) -> SqlLiteral<Bool> {
    diesel::dsl::sql(&format!(
        "+id IN (SELECT expense_id FROM import_rows WHERE book_id = {} AND import_id = {import} AND take \
         AND expense_id IS NOT NULL)",
        owner.0
    ))
}

pub(super) type Condition<'a, Table> = Box<dyn BoxableExpression<Table, Backend, SqlType = Bool> + 'a>;

impl Selection {
    /// The rows of `owner` that `filter` asks for.
    pub fn new(owner: BookId, filter: &Filter, categories: &Categories) -> Self {
        let kinds = filter.kinds(categories);
        let scope = if filter.category.is_empty() {
            CategoryScope::of_kinds(kinds, categories)
        } else {
            let named = categories.named(&filter.category);
            let named = named.filter(|category| kinds.contain(category.kind));
            CategoryScope::One(named.map_or(NO_CATEGORY, |category| category.id))
        };
        let income: Vec<i64> = match (kinds, &scope) {
            (Kinds::All, CategoryScope::One(id)) => categories
                .income()
                .iter()
                .filter(|income| *income == id)
                .copied()
                .collect(),
            (Kinds::All, _) => categories.income().to_vec(),
            _ => Vec::new(),
        };
        let search = Some(&filter.q).filter(|q| !q.is_empty()).map(|q| {
            let folded = text::search_query(q);
            Search {
                categories: categories
                    .iter()
                    .filter(|c| scope.contains(c.id) && text::folded(&c.name).contains(&folded))
                    .map(|c| c.id)
                    .collect(),
                folded,
                amounts: filter
                    .amount
                    .map_or_else(Vec::new, |amount| vec![amount, -amount]),
            }
        });
        Self {
            owner,
            days: filter.days(),
            search: search.filter(|search| !search.finds_all_of(&scope)),
            scope,
            income,
            paid_by: filter.paid_by,
            import: filter.import,
        }
    }

    /// The rows of spending and those of income; `None` where both kinds are not asked for, or there is no income.
    pub(super) fn by_kind(&self) -> Option<(Self, Self)> {
        if self.income.is_empty() {
            return None;
        }
        let (spending, income) = match &self.scope {
            CategoryScope::One(_) => (CategoryScope::One(NO_CATEGORY), self.scope.clone()),
            _ => (
                CategoryScope::Except(self.income.clone()),
                CategoryScope::Only(self.income.clone()),
            ),
        };
        Some((self.limited_to(spending), self.limited_to(income)))
    }

    fn limited_to(&self, scope: CategoryScope) -> Self {
        let mut search = self.search.clone();
        if let Some(search) = &mut search {
            search.categories.retain(|id| scope.contains(*id));
        }
        Self {
            scope,
            income: Vec::new(),
            search,
            ..self.clone()
        }
    }

    /// Whether every category that it names is one of these.
    pub fn is_among(&self, categories: &Categories) -> bool {
        let searched = self.search.iter().flat_map(|search| &search.categories);
        let named = self.scope.ids().iter().filter(|id| **id != NO_CATEGORY);
        searched.chain(named).all(|id| categories.get(*id).is_some())
    }

    /// The same selection within fewer days.
    #[must_use]
    pub fn within(&self, days: DateRange) -> Self {
        Self { days, ..self.clone() }
    }

    /// The same selection without the days on the wrong side of `position`. Of two bounds `SQLite` may start at the wrong one
    /// and then reads everything between them, for each page.
    pub(super) fn clipped_to(&self, position: PagePosition) -> Self {
        let (first, last) = (self.days.first(), self.days.last());
        let days = match position {
            PagePosition::Start => None,
            PagePosition::After(day, _) => DateRange::new(first, last.min(day)),
            PagePosition::Before(day, _) => DateRange::new(first.max(day), last),
        };
        self.within(days.unwrap_or(self.days))
    }

    /// The rows of `part` that no earlier part has.
    pub(super) fn rows(&self, part: Part) -> Condition<'_, expenses::table> {
        let rows = expenses::book_id
            .eq(self.owner.0)
            .and(expenses::deleted_at.is_null())
            .and(expenses::spent_on.between(self.days.first(), self.days.last()));
        // Not by the index of categories where there are several: it would give every row before the first is known.
        let rows: Condition<'_, expenses::table> = match (part, &self.scope) {
            (Part::Category(id), _) => Box::new(rows.and(expenses::category_id.eq(id))),
            (_, CategoryScope::One(id)) => Box::new(rows.and(expenses::category_id.eq(*id))),
            (Part::Categories, _) => Box::new(rows.and(ids("+category_id IN", self.listed()))),
            (_, CategoryScope::Everything) => Box::new(rows),
            (_, CategoryScope::Only(only)) => Box::new(rows.and(ids("+category_id IN", only))),
            (_, CategoryScope::Except(except)) => Box::new(rows.and(ids("+category_id NOT IN", except))),
        };
        let rows: Condition<'_, expenses::table> = match self.paid_by {
            Some(PaidBy::Member(person)) => {
                Box::new(rows.and(expenses::paid_by.eq(person.0).assume_not_null()))
            }
            Some(PaidBy::Maker) => Box::new(rows.and(expenses::paid_by.is_null())),
            None => rows,
        };
        let rows: Condition<'_, expenses::table> = match self.import {
            Some(import) => Box::new(rows.and(made_by(self.owner, import))),
            None => rows,
        };
        match (part, &self.search) {
            (Part::Amount(amount), Some(search)) if search.categories.is_empty() => {
                Box::new(rows.and(expenses::amount.eq(amount)))
            }
            (Part::Amount(amount), Some(search)) => Box::new(
                rows.and(expenses::amount.eq(amount))
                    .and(ids("category_id NOT IN", &search.categories)),
            ),
            _ => rows,
        }
    }

    /// The categories that are read one by one: those that the search has found, or all of the scope.
    fn listed(&self) -> &[i64] {
        self.search
            .as_ref()
            .map_or(self.scope.ids(), |search| &search.categories)
    }

    /// What is found besides the text.
    fn parts(&self) -> impl Iterator<Item = Part> {
        let listed = self.listed();
        let is_many = listed.len() > MAX_SINGLE_CATEGORIES;
        let single = listed.iter().filter(move |_| !is_many);
        let categories = single.copied().map(Part::Category);
        let categories = categories.chain(is_many.then_some(Part::Categories));
        let amounts = self.search.iter().flat_map(|search| &search.amounts);
        categories.chain(amounts.copied().map(Part::Amount))
    }

    pub(super) fn text<'a>(&'a self, search: &'a Search) -> TextSearch<'a> {
        TextSearch {
            owner: self.owner,
            days: self.days,
            scope: &self.scope,
            paid_by: self.paid_by,
            import: self.import,
            except_categories: &search.categories,
            except_amounts: &search.amounts,
            folded: &search.folded,
        }
    }

    /// At most `limit` rows from `position` on, newest first.
    pub fn page(
        &self,
        conn: &mut Conn,
        position: PagePosition,
        limit: i64,
    ) -> Result<Vec<Expense>, AppError> {
        let clipped = self.clipped_to(position);
        let is_one_run = self.search.is_none() && !matches!(self.scope, CategoryScope::Only(_));
        if is_one_run {
            let rows = expenses::table.select(expenses::all_columns);
            let mut found: Vec<Expense> =
                from_position(rows.filter(clipped.rows(Part::Everything)).into_boxed(), position)
                    .limit(limit)
                    .load(conn)?;
            if matches!(position, PagePosition::Before(..)) {
                found.reverse();
            }
            return Ok(found);
        }
        // Each part gives as many as the page may need of it; the first of all of them are the page.
        let mut positions: Vec<(Date, i64)> = Vec::new();
        for part in self.parts() {
            let rows = expenses::table.select((expenses::spent_on, expenses::id));
            positions.extend(
                from_position(rows.filter(clipped.rows(part)).into_boxed(), position)
                    .limit(limit)
                    .load::<(Date, i64)>(conn)?,
            );
        }
        if let Some(search) = &self.search {
            positions.extend(self.text(search).find(conn, position, limit)?);
        }
        positions.sort_unstable();
        if !matches!(position, PagePosition::Before(..)) {
            positions.reverse();
        }
        positions.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        let ids: Vec<i64> = positions.into_iter().map(|(_, id)| id).collect();
        let mut found: Vec<Expense> = expenses::table
            .filter(expenses::book_id.eq(self.owner.0))
            .filter(expenses::id.eq_any(ids))
            .select(expenses::all_columns)
            .load(conn)?;
        found.sort_unstable_by_key(|row| std::cmp::Reverse((row.spent_on, row.id)));
        Ok(found)
    }
}

impl Search {
    /// Whether it finds every row of `scope`, because it names that category.
    fn finds_all_of(&self, scope: &CategoryScope) -> bool {
        matches!(scope, CategoryScope::One(id) if self.categories.contains(id))
    }
}
