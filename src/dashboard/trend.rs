//! The bars of the trend chart.

use std::ops::Add as _;

use super::summary::Summary;
use super::view::{Average, Trend, TrendBar};
use crate::accounts::current::CurrentUser;
use crate::ledger::filter::Filter;
use crate::ledger::sum::Sum;
use crate::money::Money;
use crate::period::{Buckets, Calendar, DateRange, Granularity, Period, Unit};

/// The bars of `span`, oldest first; none without expenses.
pub(super) fn of(
    summary: &Summary,
    span: Option<DateRange>,
    filter: &Filter,
    user: &CurrentUser,
    list: &str,
) -> Trend {
    let Some(span) = span.filter(|_| summary.sum().count > 0) else {
        return Trend::default();
    };
    let preferences = &user.preferences;
    let buckets = Buckets::choose(span, &filter.calendar);
    let sums = buckets.sums(summary.by_day.iter().copied(), Sum::add);
    let longest = sums.iter().map(|sum| sum.amount.abs()).max().unwrap_or_default();
    let granularity = buckets.granularity();
    let average = average(&buckets, &sums, user);
    let is_week = span.days() <= 7;
    let bars = buckets.ranges().iter().zip(sums).map(|(days, sum)| {
        let (short, label) = labels(granularity, *days, filter, user);
        let short = if is_week {
            preferences.locale.weekday_short(days.first())
        } else {
            short
        };
        TrendBar {
            short,
            label,
            href: (sum.count > 0).then(|| {
                let period = period(granularity, *days, &filter.calendar);
                filter.with_period(period).address(list)
            }),
            total: preferences.money(sum.amount),
            width: sum.amount.abs().percent_of(longest),
            today: days.contains(user.today),
        }
    });
    Trend {
        unit: granularity.as_str(),
        bars: bars.collect(),
        average,
    }
}

/// What was spent in a day until today, or in one of the longer units that are over; `None` where there is only one.
fn average(buckets: &Buckets, sums: &[Sum], user: &CurrentUser) -> Option<Average> {
    let unit = buckets.granularity();
    let counts = |days: &DateRange| match unit {
        Granularity::Day => days.first() <= user.today,
        _ => days.last() < user.today,
    };
    let buckets = buckets.ranges().iter().zip(sums);
    let counted: Vec<Money> = buckets
        .filter(|(days, _)| counts(days))
        .map(|(_, sum)| sum.amount)
        .collect();
    let total: Money = counted.iter().copied().sum();
    let number = i64::try_from(counted.len()).ok()?;
    (number > 1 && total > Money::ZERO).then(|| {
        let average = user.preferences.money(total.divided_by(number));
        Average {
            words: format!("{} per {} on average", average.text(), unit.as_str()),
            amount: average,
        }
    })
}

/// The period of a bucket. At the edge of a custom range it can be a part of its month or year.
fn period(granularity: Granularity, days: DateRange, calendar: &Calendar) -> Period {
    let unit = match granularity {
        Granularity::Day => Unit::Day,
        Granularity::Month => Unit::Month,
        Granularity::Year => Unit::Year,
        Granularity::Decade | Granularity::Century | Granularity::Millennium => {
            return Period::Range(days);
        }
    };
    let period = Period::containing(unit, days.last());
    if period.span(calendar) == days {
        period
    } else {
        Period::Range(days)
    }
}

fn labels(
    granularity: Granularity,
    days: DateRange,
    filter: &Filter,
    user: &CurrentUser,
) -> (String, String) {
    let locale = user.preferences.locale;
    let month = filter.calendar.month_of(days.last());
    let year = filter.calendar.year_of(days.last());
    match granularity {
        Granularity::Day => (days.first().day().to_string(), locale.day_month(days.first())),
        Granularity::Month => (
            locale.month_short(month.month()),
            locale.month_year(month.year(), month.month()),
        ),
        Granularity::Year => (year.to_string(), year.to_string()),
        Granularity::Decade | Granularity::Century | Granularity::Millennium => {
            let first = filter.calendar.year_of(days.first());
            (format!("{first}–"), format!("{first} – {year}"))
        }
    }
}
