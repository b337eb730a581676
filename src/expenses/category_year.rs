//! One category over twelve months, above the list of its rows.

use std::ops::Add as _;

use time::Date;

use super::view::{CategoryYearCard, MonthColumn};
use crate::accounts::current::CurrentUser;
use crate::db::{BookId, Conn};
use crate::error::AppError;
use crate::ledger::category::Categories;
use crate::ledger::filter::Filter;
use crate::ledger::selection::Selection;
use crate::ledger::sum::Sum;
use crate::money::Money;
use crate::period::{DateRange, Month, Period};

const MONTHS: usize = 12;

/// The sums of the category that a filter names, and of the person it names.
pub(super) struct CategoryYear {
    /// As stored.
    category: String,
    /// Oldest first. The last one has the last day of the filter's period, or today if the period contains it.
    months: Vec<(Month, DateRange, Sum)>,
    /// Until today, if the last month is not over.
    now: Sum,
    /// Of as many days of the twelve months before.
    before: Sum,
    /// Whether all months are over.
    is_over: bool,
}

impl CategoryYear {
    /// `None` unless the filter names a category that has rows in these months, and neither a text nor an import.
    pub(super) fn of(
        conn: &mut Conn,
        owner: BookId,
        filter: &Filter,
        categories: &Categories,
        today: Date,
    ) -> Result<Option<Self>, AppError> {
        let named = categories.named(&filter.category);
        let Some(category) = named.filter(|_| filter.q.is_empty() && filter.import.is_none()) else {
            return Ok(None);
        };
        let calendar = &filter.calendar;
        let last = calendar.month_of(last_day(filter, today));
        let months = std::iter::successors(Some(last), |month| month.previous());
        let mut months: Vec<(Month, DateRange)> = months
            .take(2 * MONTHS)
            .map(|month| (month, calendar.month_bounds(month)))
            .collect();
        months.reverse();
        let (earlier, shown) = months.split_at(months.len().saturating_sub(MONTHS));
        let Some(days) = whole(&months) else {
            return Ok(None);
        };
        let days = filter.with_kind(None).with_period(Period::Range(days));
        let sums = Selection::new(owner, &days, categories).by_day(conn)?;
        let sum = |days: DateRange| {
            let within = sums.iter().filter(|(day, _)| days.contains(*day));
            within.map(|(_, sum)| *sum).fold(Sum::default(), Sum::add)
        };
        let shown_months: Vec<_> = shown
            .iter()
            .map(|(month, days)| (*month, *days, sum(*days)))
            .collect();
        if shown_months.iter().all(|(_, _, sum)| sum.count == 0) {
            return Ok(None);
        }
        let last_days = calendar.month_bounds(last);
        let elapsed = last_days.days_elapsed(today);
        let until_today = |months: &[(Month, DateRange)]| {
            let Some((_, days)) = months.last() else {
                return Sum::default();
            };
            let end = if elapsed == 0 { *days } else { days.start(elapsed) };
            whole(months).map_or_else(Sum::default, |days| {
                sum(DateRange::between(days.first(), end.last()))
            })
        };
        Ok(Some(Self {
            now: until_today(shown),
            before: until_today(earlier),
            category: category.name.clone(),
            is_over: !last_days.contains(today) || last_days.last() == today,
            months: shown_months,
        }))
    }

    pub(super) fn card(&self, filter: &Filter, user: &CurrentUser, list: &str) -> CategoryYearCard {
        let preferences = &user.preferences;
        let locale = preferences.locale;
        let highest = self.months.iter().map(|(_, _, sum)| sum.amount).max();
        let highest = highest.unwrap_or(Money::ZERO);
        let named = |month: &Month| locale.month_year(month.year(), month.month());
        let shown = filter.period.span(&filter.calendar);
        let columns = self.months.iter().map(|(month, days, sum)| MonthColumn {
            short: locale.month_short(month.month()),
            label: format!("{}: {}", named(month), preferences.words(sum.amount)),
            rest: format!("{}: {}", month.year(), preferences.words(sum.amount)),
            href: filter
                .with_kind(None)
                .with_period(Period::Month(days.last()))
                .address(list),
            height: sum.amount.percent_of(highest),
            is_shown: shown == *days,
        });
        let earlier = if self.is_over {
            "the year before"
        } else {
            "the same days a year before"
        };
        let ends = self.months.first().zip(self.months.last());
        CategoryYearCard {
            category: self.category.clone(),
            months: ends
                .map(|((first, ..), (last, ..))| format!("{} – {}", named(first), named(last)))
                .unwrap_or_default(),
            total: preferences.money(self.months.iter().map(|(_, _, sum)| sum.amount).sum()),
            change: self.now.amount.compared(self.before.amount, earlier, locale),
            columns: columns.collect(),
        }
    }
}

/// Today, if the period contains it.
fn last_day(filter: &Filter, today: Date) -> Date {
    if filter.period.span(&filter.calendar).contains(today) {
        return today;
    }
    let (_, last) = filter.period.bounds(&filter.calendar);
    last.unwrap_or_else(|| filter.period.anchor(today))
}

/// From the first to the last day of them.
fn whole(months: &[(Month, DateRange)]) -> Option<DateRange> {
    let ((_, first), (_, last)) = months.first().zip(months.last())?;
    Some(DateRange::between(first.first(), last.last()))
}
