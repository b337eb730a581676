//! Which expenses an address asks for, and every query that reads them: the page, its totals, its days.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};
use time::Date;

use super::model::Expense;
use crate::accounts::preferences::Preferences;
use crate::categories::model::Categories;
use crate::db::schema::{daily_totals, expenses};
use crate::db::{Backend, Conn, UserId};
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

#[derive(Debug, Clone)]
struct Search {
    pattern: String,
    categories: Vec<i64>,
    amount: Option<i64>,
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
                pattern: text::like_anywhere(&folded),
                amount: filter.amount,
            }
        });
        Self {
            owner,
            days: filter.days(),
            category,
            search,
        }
    }

    /// The same selection within fewer days.
    #[must_use]
    pub fn within(&self, days: DateRange) -> Self {
        Self { days, ..self.clone() }
    }

    fn rows(&self) -> Condition<'_, expenses::table> {
        let mut rows: Condition<'_, expenses::table> = Box::new(
            expenses::user_id
                .eq(self.owner.0)
                .and(expenses::deleted_at.is_null())
                .and(expenses::spent_on.between(self.days.first(), self.days.last())),
        );
        if let Some(id) = self.category {
            rows = Box::new(rows.and(expenses::category_id.eq(id)));
        }
        if let Some(search) = &self.search {
            let text = expenses::search.like(&search.pattern).escape('\\');
            let text = text.or(expenses::category_id.eq_any(&search.categories));
            rows = match search.amount {
                Some(amount) => Box::new(rows.and(text.or(expenses::amount.eq_any([amount, -amount])))),
                None => Box::new(rows.and(text)),
            };
        }
        rows
    }

    /// At most `limit` rows from `place` on, newest first.
    pub fn page(&self, conn: &mut Conn, place: Place, limit: i64) -> Result<Vec<Expense>, AppError> {
        let rows = expenses::table.filter(self.rows()).into_boxed();
        let (rows, backwards) = match place {
            Place::Start => (rows, false),
            // The first condition lets the index start at the right day; the second finds the row within it.
            Place::After(day, id) => (
                rows.filter(expenses::spent_on.le(day))
                    .filter(expenses::spent_on.lt(day).or(expenses::id.lt(id))),
                false,
            ),
            Place::Before(day, id) => (
                rows.filter(expenses::spent_on.ge(day))
                    .filter(expenses::spent_on.gt(day).or(expenses::id.gt(id))),
                true,
            ),
        };
        let rows = if backwards {
            rows.order((expenses::spent_on.asc(), expenses::id.asc()))
        } else {
            rows.order((expenses::spent_on.desc(), expenses::id.desc()))
        };
        let mut found: Vec<Expense> = rows.select(expenses::all_columns).limit(limit).load(conn)?;
        if backwards {
            found.reverse();
        }
        Ok(found)
    }

    /// Sum and count of every row.
    pub fn sum(&self, conn: &mut Conn) -> Result<Sum, AppError> {
        Ok(self
            .by_category(conn)?
            .into_iter()
            .fold(Sum::default(), |all, (_, sum)| Sum {
                amount: all.amount + sum.amount,
                count: all.count + sum.count,
            }))
    }

    /// Sum and count of each category that has rows.
    pub fn by_category(&self, conn: &mut Conn) -> Result<Vec<(i64, Sum)>, AppError> {
        let rows: Vec<(i64, i64, i64)> = if self.search.is_some() {
            expenses::table
                .filter(self.rows())
                .group_by(expenses::category_id)
                .select((
                    expenses::category_id,
                    sql::<BigInt>("CAST(SUM(amount) AS BIGINT)"),
                    sql::<BigInt>("COUNT(*)"),
                ))
                .load(conn)?
        } else {
            daily_totals::table
                .filter(self.totals())
                .group_by(daily_totals::category_id)
                .select((
                    daily_totals::category_id,
                    sql::<BigInt>("CAST(SUM(amount) AS BIGINT)"),
                    sql::<BigInt>("CAST(SUM(count) AS BIGINT)"),
                ))
                .load(conn)?
        };
        Ok(rows
            .into_iter()
            .map(|(id, amount, count)| (id, Sum { amount, count }))
            .collect())
    }

    /// Sum and count of each day that has rows, oldest first.
    pub fn by_day(&self, conn: &mut Conn) -> Result<Vec<(Date, Sum)>, AppError> {
        let rows: Vec<(Date, i64, i64)> = if self.search.is_some() {
            expenses::table
                .filter(self.rows())
                .group_by(expenses::spent_on)
                .order(expenses::spent_on)
                .select((
                    expenses::spent_on,
                    sql::<BigInt>("CAST(SUM(amount) AS BIGINT)"),
                    sql::<BigInt>("COUNT(*)"),
                ))
                .load(conn)?
        } else {
            daily_totals::table
                .filter(self.totals())
                .group_by(daily_totals::spent_on)
                .order(daily_totals::spent_on)
                .select((
                    daily_totals::spent_on,
                    sql::<BigInt>("CAST(SUM(amount) AS BIGINT)"),
                    sql::<BigInt>("CAST(SUM(count) AS BIGINT)"),
                ))
                .load(conn)?
        };
        Ok(rows
            .into_iter()
            .map(|(day, amount, count)| (day, Sum { amount, count }))
            .collect())
    }

    fn totals(&self) -> Condition<'_, daily_totals::table> {
        let totals = daily_totals::user_id
            .eq(self.owner.0)
            .and(daily_totals::spent_on.between(self.days.first(), self.days.last()));
        match self.category {
            Some(id) => Box::new(totals.and(daily_totals::category_id.eq(id))),
            None => Box::new(totals),
        }
    }
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
