//! Which expenses an address asks for, and every query that reads them: the page, its totals, its days.

mod export_rows;

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};
use time::Date;

pub use self::export_rows::{ExportRow, Mark};
use super::model::Expense;
use super::search::TextSearch;
use super::totals;
use crate::accounts::preferences::Preferences;
use crate::categories::model::Categories;
use crate::db::schema::{daily_totals, expenses};
use crate::db::{Backend, Conn, UserId, fixed};
use crate::error::AppError;
use crate::money::Money;
use crate::period::{Calendar, DateRange, Period, PeriodParams, Unit};
use crate::text;
use crate::web::fields::{self, Fields};

/// Longest text a search looks for, in characters.
const LONGEST_SEARCH: usize = 200;

/// The filter of a list, as its address names it.
#[derive(Debug, Clone)]
pub struct Filter {
    /// The period.
    pub period: Period,
    /// The calendar that gives the period its bounds.
    pub calendar: Calendar,
    /// A category's name; empty for all.
    pub category: String,
    /// The text searched for, as typed; empty for none.
    pub q: String,
    /// `q` read as an amount, where it is one: it finds that amount, spent or refunded.
    amount: Option<i64>,
}

impl Filter {
    /// Reads the filter out of an address; a parameter that can't be is a 400 that names it.
    pub fn read(
        query: &Fields,
        preferences: &Preferences,
        today: Date,
        default: Unit,
    ) -> Result<Self, AppError> {
        let params = PeriodParams {
            period: query.given("period"),
            on: query.given("on"),
            from: query.given("from"),
            to: query.given("to"),
        };
        let period = Period::parse(&params, default, today)
            .map_err(|error| AppError::BadRequest(format!("“{}”: {}", error.param, error.message)))?;
        let q = text::line(query.get("q"), LONGEST_SEARCH)
            .map_err(|message| AppError::BadRequest(format!("“q”: {message}")))?;
        let category = text::line(query.get("category"), 60)
            .map_err(|message| AppError::BadRequest(format!("“category”: {message}")))?;
        let amount = Money::parse_typed(&q, preferences.currency, preferences.locale)
            .ok()
            .map(Money::minor);
        Ok(Self {
            period,
            calendar: preferences.calendar,
            category,
            q,
            amount,
        })
    }

    /// Everything of one period.
    pub fn of_period(period: Period, preferences: &Preferences) -> Self {
        Self {
            period,
            calendar: preferences.calendar,
            category: String::new(),
            q: String::new(),
            amount: None,
        }
    }

    /// The parameters that name this filter, without those that are not set.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = self.period.query_pairs();
        pairs.push(("category", self.category.clone()));
        pairs.push(("q", self.q.clone()));
        pairs.retain(|(_, value)| !value.is_empty());
        pairs
    }

    /// The address of `path` with this filter.
    pub fn address(&self, path: &str) -> String {
        let pairs = self.pairs();
        fields::address(path, pairs.iter().map(|(name, value)| (*name, value.as_str())))
    }

    /// What sets this filter apart from the others of a person, on the day `today`.
    pub fn question(&self, today: Date) -> String {
        self.address(&format!("{today} "))
    }

    /// The same filter over another period.
    #[must_use]
    pub fn over(&self, period: Period) -> Self {
        Self {
            period,
            ..self.clone()
        }
    }

    /// The same period, only this category.
    #[must_use]
    pub fn only(&self, category: &str) -> Self {
        Self {
            category: category.to_owned(),
            ..self.clone()
        }
    }

    /// The same period and category, whatever was searched for.
    #[must_use]
    pub fn without_search(&self) -> Self {
        Self {
            q: String::new(),
            amount: None,
            ..self.clone()
        }
    }

    /// The whole period.
    #[must_use]
    pub fn whole(&self) -> Self {
        self.without_search().only("")
    }

    /// Whether more than a period is asked for.
    pub fn narrows(&self) -> bool {
        !self.category.is_empty() || !self.q.is_empty()
    }

    fn days(&self) -> DateRange {
        self.period.span(&self.calendar)
    }
}

/// An id that no category has.
const NO_CATEGORY: i64 = 0;

/// A filter made ready for the database: names turned into ids.
#[derive(Debug, Clone)]
pub struct Selection {
    owner: UserId,
    days: DateRange,
    /// [`NO_CATEGORY`] for a name that does not exist, so that nothing matches.
    category: Option<i64>,
    search: Option<Search>,
}

/// What a search finds: the rows of some categories, of an amount, and those that hold a text.
#[derive(Debug, Clone)]
struct Search {
    folded: String,
    /// Categories whose names hold the text.
    categories: Vec<i64>,
    /// The amount, spent and refunded, where the text is one.
    amounts: Vec<i64>,
}

/// The rows of a selection that one index finds, in its order.
#[derive(Debug, Clone, Copy)]
enum Part {
    Everything,
    Category(i64),
    Amount(i64),
}

/// The sum and the number of some expenses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sum {
    /// Minor units.
    pub amount: i64,
    /// Expenses.
    pub count: i64,
}

impl Sum {
    /// The amount.
    pub fn money(self) -> Money {
        Money::from_minor(self.amount)
    }
}

impl std::ops::AddAssign for Sum {
    fn add_assign(&mut self, other: Self) {
        self.amount += other.amount;
        self.count += other.count;
    }
}

/// Which rows of an order by `Key` and id, newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place<Key = Date> {
    /// The newest.
    Start,
    /// The rows older than this one.
    After(Key, i64),
    /// The rows newer than this one, the nearest of them.
    Before(Key, i64),
}

const SUM: &str = "CAST(SUM(amount) AS BIGINT)";
/// The same where there may be no row.
const ALL: &str = "CAST(COALESCE(SUM(amount), 0) AS BIGINT)";

/// The rows of a query from `place` on, in its direction.
macro_rules! from_place {
    ($rows:expr, $place:expr) => {{
        let rows = $rows.into_boxed();
        match $place {
            Place::Start => rows.order((expenses::spent_on.desc(), expenses::id.desc())),
            // The first condition lets the index start at the right day; the second finds the row within it.
            Place::After(day, id) => rows
                .filter(expenses::spent_on.le(day))
                .filter(expenses::spent_on.lt(day).or(expenses::id.lt(id)))
                .order((expenses::spent_on.desc(), expenses::id.desc())),
            Place::Before(day, id) => rows
                .filter(expenses::spent_on.ge(day))
                .filter(expenses::spent_on.gt(day).or(expenses::id.gt(id)))
                .order((expenses::spent_on.asc(), expenses::id.asc())),
        }
    }};
}

type Condition<'a, Table> = Box<dyn BoxableExpression<Table, Backend, SqlType = Bool> + 'a>;

impl Selection {
    /// The rows of `owner` that `filter` asks for.
    pub fn new(owner: UserId, filter: &Filter, categories: &Categories) -> Self {
        let category = Some(&filter.category)
            .filter(|name| !name.is_empty())
            .map(|name| categories.named(name).map_or(NO_CATEGORY, |category| category.id));
        let search = Some(&filter.q).filter(|q| !q.is_empty()).map(|q| {
            let folded = text::folded(q);
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
            search: search.and_then(|search| search.within(category)),
        }
    }

    /// The same selection within fewer days.
    #[must_use]
    pub fn within(&self, days: DateRange) -> Self {
        Self { days, ..self.clone() }
    }

    /// The same selection without the days on the wrong side of `place`. Of two bounds `SQLite` may start at the wrong one
    /// and then reads everything between them, for each page.
    fn near(&self, place: Place) -> Self {
        let (first, last) = (self.days.first(), self.days.last());
        let days = match place {
            Place::Start => None,
            Place::After(day, _) => DateRange::new(first, last.min(day)),
            Place::Before(day, _) => DateRange::new(first.max(day), last),
        };
        self.within(days.unwrap_or(self.days))
    }

    /// The rows of `part` that no earlier part has.
    fn rows(&self, part: Part) -> Condition<'_, expenses::table> {
        let rows = expenses::user_id
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
        match (part, &self.search) {
            (Part::Amount(amount), Some(search)) if search.categories.is_empty() => {
                Box::new(rows.and(expenses::amount.eq(amount)))
            }
            (Part::Amount(amount), Some(search)) => Box::new(
                rows.and(expenses::amount.eq(amount))
                    .and(expenses::category_id.ne_all(&search.categories)),
            ),
            _ => rows,
        }
    }

    fn text<'a>(&'a self, search: &'a Search) -> TextSearch<'a> {
        TextSearch {
            owner: self.owner,
            days: self.days,
            category: self.category,
            except: (&search.categories, &search.amounts),
            folded: &search.folded,
        }
    }

    /// At most `limit` rows from `place` on, newest first.
    pub fn page(&self, conn: &mut Conn, place: Place, limit: i64) -> Result<Vec<Expense>, AppError> {
        let near = self.near(place);
        let Some(search) = &self.search else {
            let rows = expenses::table.select(expenses::all_columns);
            let mut found: Vec<Expense> = from_place!(rows.filter(near.rows(Part::Everything)), place)
                .limit(limit)
                .load(conn)?;
            if matches!(place, Place::Before(..)) {
                found.reverse();
            }
            return Ok(found);
        };
        // Each part gives as many as the page may need of it; the first of all of them are the page.
        let mut places: Vec<(Date, i64)> = Vec::new();
        for part in search.parts() {
            let rows = expenses::table.select((expenses::spent_on, expenses::id));
            places.extend(
                from_place!(rows.filter(near.rows(part)), place)
                    .limit(limit)
                    .load::<(Date, i64)>(conn)?,
            );
        }
        places.extend(self.text(search).places(conn, place, limit)?);
        places.sort_unstable();
        if !matches!(place, Place::Before(..)) {
            places.reverse();
        }
        places.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        let ids: Vec<i64> = places.into_iter().map(|(_, id)| id).collect();
        let mut found: Vec<Expense> = expenses::table
            .filter(expenses::user_id.eq(self.owner.0))
            .filter(expenses::id.eq_any(ids))
            .select(expenses::all_columns)
            .load(conn)?;
        found.sort_unstable_by_key(|row| std::cmp::Reverse((row.spent_on, row.id)));
        Ok(found)
    }

    /// Sum and count of every row.
    pub fn sum(&self, conn: &mut Conn) -> Result<Sum, AppError> {
        let mut all = if self.has_totals() {
            totals::sum(conn, self.owner, self.days, self.totals_of().as_deref())?
        } else {
            Sum::default()
        };
        if let Some(search) = &self.search {
            all += self.text(search).sum(conn)?;
            for amount in &search.amounts {
                let (amount, count) = expenses::table
                    .filter(self.rows(Part::Amount(*amount)))
                    .select((fixed::<BigInt>(ALL), fixed::<BigInt>("COUNT(*)")))
                    .first(conn)?;
                all += Sum { amount, count };
            }
        }
        Ok(all)
    }

    /// Sum and count of each category that has rows.
    pub fn by_category(&self, conn: &mut Conn) -> Result<Vec<(i64, Sum)>, AppError> {
        let mut sums: BTreeMap<i64, Sum> = BTreeMap::new();
        let mut add = |(id, sum): (i64, Sum)| *sums.entry(id).or_default() += sum;
        if let Some(search) = &self.search {
            self.text(search)
                .by_category(conn)?
                .into_iter()
                .for_each(&mut add);
            for amount in &search.amounts {
                let rows: Vec<(i64, i64, i64)> = expenses::table
                    .filter(self.rows(Part::Amount(*amount)))
                    .group_by(expenses::category_id)
                    .select((
                        expenses::category_id,
                        fixed::<BigInt>(SUM),
                        fixed::<BigInt>("COUNT(*)"),
                    ))
                    .load(conn)?;
                rows.into_iter().map(summed).for_each(&mut add);
            }
        }
        if self.has_totals() {
            let only = self.totals_of();
            totals::by_category(conn, self.owner, self.days, only.as_deref())?
                .into_iter()
                .for_each(&mut add);
        }
        Ok(sums.into_iter().collect())
    }

    /// Sum and count of each day that has rows, oldest first.
    pub fn by_day(&self, conn: &mut Conn) -> Result<Vec<(Date, Sum)>, AppError> {
        let mut sums: BTreeMap<Date, Sum> = BTreeMap::new();
        let mut add = |(day, sum): (Date, Sum)| *sums.entry(day).or_default() += sum;
        if let Some(search) = &self.search {
            self.text(search).by_day(conn)?.into_iter().for_each(&mut add);
            for amount in &search.amounts {
                let rows: Vec<(Date, i64, i64)> = expenses::table
                    .filter(self.rows(Part::Amount(*amount)))
                    .group_by(expenses::spent_on)
                    .select((
                        expenses::spent_on,
                        fixed::<BigInt>(SUM),
                        fixed::<BigInt>("COUNT(*)"),
                    ))
                    .load(conn)?;
                rows.into_iter().map(summed).for_each(&mut add);
            }
        }
        if self.has_totals() {
            let rows: Vec<(Date, i64, i64)> = daily_totals::table
                .filter(self.totals())
                .group_by(daily_totals::spent_on)
                .select((
                    daily_totals::spent_on,
                    fixed::<BigInt>(SUM),
                    fixed::<BigInt>("CAST(SUM(count) AS BIGINT)"),
                ))
                .load(conn)?;
            rows.into_iter().map(summed).for_each(&mut add);
        }
        Ok(sums.into_iter().collect())
    }

    /// Whether the daily totals tell a part of the sums: everything without a search, else its categories.
    fn has_totals(&self) -> bool {
        self.search
            .as_ref()
            .is_none_or(|search| !search.categories.is_empty())
    }

    /// The categories whose totals count; `None` for all of them.
    fn totals_of(&self) -> Option<Vec<i64>> {
        match (&self.search, self.category) {
            (Some(search), _) => Some(search.categories.clone()),
            (None, Some(id)) => Some(vec![id]),
            (None, None) => None,
        }
    }

    fn totals(&self) -> Condition<'_, daily_totals::table> {
        let totals = daily_totals::user_id
            .eq(self.owner.0)
            .and(daily_totals::spent_on.between(self.days.first(), self.days.last()));
        match self.totals_of() {
            Some(ids) => Box::new(totals.and(daily_totals::category_id.eq_any(ids))),
            None => Box::new(totals),
        }
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
    fn parts(&self) -> impl Iterator<Item = Part> {
        let categories = self.categories.iter().copied().map(Part::Category);
        categories.chain(self.amounts.iter().copied().map(Part::Amount))
    }
}

fn summed<K>((key, amount, count): (K, i64, i64)) -> (K, Sum) {
    (key, Sum { amount, count })
}

/// The first and the last day that have expenses; `None` for an account without any.
pub fn recorded_days(conn: &mut Conn, owner: UserId) -> Result<Option<DateRange>, AppError> {
    let days = daily_totals::table
        .filter(daily_totals::user_id.eq(owner.0))
        .select(daily_totals::spent_on);
    let first: Option<Date> = days.order(daily_totals::spent_on.asc()).first(conn).optional()?;
    let last: Option<Date> = days.order(daily_totals::spent_on.desc()).first(conn).optional()?;
    Ok(first
        .zip(last)
        .and_then(|(first, last)| DateRange::new(first, last)))
}
