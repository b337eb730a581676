//! The bars of the trend chart.

use std::ops::Add as _;

use super::summary::Summary;
use super::view::TrendBar;
use crate::accounts::current::CurrentUser;
use crate::ledger::filter::Filter;
use crate::ledger::sum::Sum;
use crate::money::Money;
use crate::period::{Buckets, DateRange, Granularity, Period};

/// The unit of the bars, and the bars of `span`, oldest first; empty without expenses.
pub(super) fn bars(
    summary: &Summary,
    span: Option<DateRange>,
    filter: &Filter,
    user: &CurrentUser,
    list: &str,
) -> (&'static str, Vec<TrendBar>) {
    // A chart without bars is not shown.
    let Some(span) = span.filter(|_| summary.sum().count > 0) else {
        return (Granularity::Day.as_str(), Vec::new());
    };
    let preferences = &user.preferences;
    let buckets = Buckets::choose(span, &filter.calendar);
    let sums = buckets.sums(summary.by_day.iter().copied(), Sum::add);
    let longest = sums.iter().map(|sum| sum.amount.abs()).max().unwrap_or_default();
    let granularity = buckets.granularity();
    let bars = buckets.ranges().iter().zip(sums).map(|(days, sum)| {
        let (short, label) = labels(granularity, *days, filter, user);
        TrendBar {
            short,
            label,
            href: (sum.count > 0).then(|| filter.with_period(period(granularity, *days)).address(list)),
            total: preferences.money(sum.amount),
            width: ratio(sum.amount.abs(), longest),
            today: days.contains(user.today),
        }
    });
    (granularity.as_str(), bars.collect())
}

fn period(granularity: Granularity, days: DateRange) -> Period {
    match granularity {
        Granularity::Day => Period::Day(days.first()),
        // A bucket at the edge of a custom range can be a part of its month.
        _ => Period::Range(days),
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

/// `part` of `whole` in percent, truncated, 0 to 100.
pub(super) fn ratio(part: Money, whole: Money) -> u8 {
    let (part, whole) = (i128::from(part.minor()), i128::from(whole.minor()));
    if whole <= 0 || part <= 0 {
        return 0;
    }
    u8::try_from((part * 100 / whole).min(100)).unwrap_or(100)
}
