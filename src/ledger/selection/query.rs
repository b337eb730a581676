//! The rows of a selection, a page at a time.

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
use crate::ledger::page_position::PagePosition;
use crate::ledger::paid_by::PaidBy;
use crate::ledger::search::TextSearch;
use crate::money::Money;
use crate::period::DateRange;
use crate::text;

/// An id that no category has.
const NO_CATEGORY: i64 = 0;

/// A filter with ids instead of names.
#[derive(Debug, Clone)]
pub struct Selection {
    pub(super) owner: BookId,
    pub(super) days: DateRange,
    /// [`NO_CATEGORY`] for a name that does not exist, so that nothing matches.
    pub(super) category: Option<i64>,
    pub(super) paid_by: Option<PaidBy>,
    pub(super) search: Option<Search>,
}

/// A search: the rows of some categories, of an amount, and those that contain a text.
#[derive(Debug, Clone)]
pub(super) struct Search {
    pub(super) folded: String,
    /// Categories whose names contain the text.
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

pub(super) type Condition<'a, Table> = Box<dyn BoxableExpression<Table, Backend, SqlType = Bool> + 'a>;

impl Selection {
    /// The rows of `owner` that `filter` asks for.
    pub fn new(owner: BookId, filter: &Filter, categories: &Categories) -> Self {
        let category = Some(&filter.category)
            .filter(|name| !name.is_empty())
            .map(|name| categories.named(name).map_or(NO_CATEGORY, |category| category.id));
        let search = Some(&filter.q).filter(|q| !q.is_empty()).map(|q| {
            let folded = text::search_query(q);
            Search {
                categories: categories
                    .iter()
                    .filter(|c| text::folded(&c.name).contains(&folded))
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
            category,
            paid_by: filter.paid_by,
            search: search.and_then(|search| search.within(category)),
        }
    }

    /// Whether every category that it names is one of these.
    pub fn is_among(&self, categories: &Categories) -> bool {
        let searched = self.search.iter().flat_map(|search| &search.categories);
        let named = self.category.iter().filter(|id| **id != NO_CATEGORY);
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
        let category = match part {
            Part::Category(id) => Some(id),
            _ => self.category,
        };
        let rows: Condition<'_, expenses::table> = match category {
            Some(id) => Box::new(rows.and(expenses::category_id.eq(id))),
            None => Box::new(rows),
        };
        let rows: Condition<'_, expenses::table> = match self.paid_by {
            Some(PaidBy::Member(person)) => {
                Box::new(rows.and(expenses::paid_by.eq(person.0).assume_not_null()))
            }
            Some(PaidBy::Maker) => Box::new(rows.and(expenses::paid_by.is_null())),
            None => rows,
        };
        match (part, &self.search) {
            // Not by the index of categories: it would give every row before the first is known.
            (Part::Categories, Some(search)) => {
                Box::new(rows.and(ids("+category_id IN", &search.categories)))
            }
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

    pub(super) fn text<'a>(&'a self, search: &'a Search) -> TextSearch<'a> {
        TextSearch {
            owner: self.owner,
            days: self.days,
            category: self.category,
            paid_by: self.paid_by,
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
        let Some(search) = &self.search else {
            let rows = expenses::table.select(expenses::all_columns);
            let mut found: Vec<Expense> =
                from_position(rows.filter(clipped.rows(Part::Everything)).into_boxed(), position)
                    .limit(limit)
                    .load(conn)?;
            if matches!(position, PagePosition::Before(..)) {
                found.reverse();
            }
            return Ok(found);
        };
        // Each part gives as many as the page may need of it; the first of all of them are the page.
        let mut positions: Vec<(Date, i64)> = Vec::new();
        for part in search.parts() {
            let rows = expenses::table.select((expenses::spent_on, expenses::id));
            positions.extend(
                from_position(rows.filter(clipped.rows(part)).into_boxed(), position)
                    .limit(limit)
                    .load::<(Date, i64)>(conn)?,
            );
        }
        positions.extend(self.text(search).find(conn, position, limit)?);
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
    /// The same search for rows of `category` alone; `None` where it finds all of them.
    fn within(self, category: Option<i64>) -> Option<Self> {
        match category {
            None => Some(self),
            Some(id) if self.categories.contains(&id) => None,
            Some(_) => Some(Self {
                categories: Vec::new(),
                ..self
            }),
        }
    }

    /// What is found besides the text.
    pub(super) fn parts(&self) -> impl Iterator<Item = Part> {
        let is_many = self.categories.len() > MAX_SINGLE_CATEGORIES;
        let single = self.categories.iter().filter(move |_| !is_many);
        let categories = single.copied().map(Part::Category);
        let categories = categories.chain(is_many.then_some(Part::Categories));
        categories.chain(self.amounts.iter().copied().map(Part::Amount))
    }
}
