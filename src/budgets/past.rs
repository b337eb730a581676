//! What was spent before a month, to choose its budgets by.

use std::collections::HashMap;

use super::view::{Fill, OVERALL};
use crate::accounts::preferences::Preferences;
use crate::db::{BookId, Conn};
use crate::error::AppError;
use crate::ledger::category::Categories;
use crate::ledger::filter::Filter;
use crate::ledger::selection::Selection;
use crate::money::Money;
use crate::period::{DateRange, Month, Period};

/// Months of the average.
const MONTHS: i64 = 3;

/// Which amount fills a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    LastMonth,
    Average,
}

impl Source {
    const ALL: [Self; 2] = [Self::LastMonth, Self::Average];

    fn name(self) -> &'static str {
        match self {
            Self::LastMonth => "last",
            Self::Average => "average",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::LastMonth => "Last month",
            Self::Average => "3-month average",
        }
    }
}

/// What the person wants filled in: one field, or all that are empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wanted {
    One(String, Source),
    Empty,
}

impl Wanted {
    /// The value of the button: `copy`, or the key of a budget and a source, `12:average`. `None` for anything else.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text == COPY {
            return Some(Self::Empty);
        }
        let (key, source) = text.split_once(':')?;
        let source = Source::ALL.into_iter().find(|known| known.name() == source)?;
        Some(Self::One(key.to_owned(), source))
    }
}

/// The value of the button that fills all empty fields.
pub(super) const COPY: &str = "copy";

/// The spending of the month before and of the three months before, by category and altogether.
#[derive(Debug, Clone, Default)]
pub(super) struct Past {
    last: HashMap<Option<i64>, Money>,
    three: HashMap<Option<i64>, Money>,
}

impl Past {
    /// Before `month`, in the calendar of `filter`.
    pub(super) fn of(
        conn: &mut Conn,
        owner: BookId,
        filter: &Filter,
        month: Month,
        categories: &Categories,
    ) -> Result<Self, AppError> {
        let Some(last) = month.previous() else {
            return Ok(Self::default());
        };
        let first = (1..MONTHS).try_fold(last, |month, _| month.previous());
        let days = |month| filter.calendar.month_bounds(month);
        let mut spent = |days: DateRange| -> Result<HashMap<Option<i64>, Money>, AppError> {
            let period = filter.period_only().with_period(Period::Range(days));
            let sums = Selection::new(owner, &period, categories).by_category(conn)?;
            let all = sums.iter().map(|(_, sum)| sum.amount).sum();
            let each = sums.iter().map(|(id, sum)| (Some(*id), sum.amount));
            Ok(each.chain([(None, all)]).collect())
        };
        Ok(Self {
            last: spent(days(last))?,
            three: match first {
                Some(first) => spent(DateRange::between(days(first).first(), days(last).last()))?,
                None => HashMap::new(),
            },
        })
    }

    /// `None` where nothing was spent, or more was paid back.
    pub(super) fn amount(&self, category: Option<i64>, source: Source) -> Option<Money> {
        let amount = match source {
            Source::LastMonth => *self.last.get(&category)?,
            Source::Average => self.three.get(&category)?.divided_by(MONTHS),
        };
        Some(amount).filter(|amount| *amount > Money::ZERO)
    }

    /// The buttons beside the field of a category; `None` is the overall budget.
    pub(super) fn fills(&self, category: Option<i64>, preferences: &Preferences) -> Vec<Fill> {
        let key = category.map_or_else(|| OVERALL.to_owned(), |id| id.to_string());
        let fill = |source: Source| {
            let amount = self.amount(category, source)?;
            Some(Fill {
                label: source.label(),
                amount: preferences.money(amount),
                value: format!("{key}:{}", source.name()),
                id: format!("fill-{key}-{}", source.name()),
            })
        };
        Source::ALL.into_iter().filter_map(fill).collect()
    }
}
