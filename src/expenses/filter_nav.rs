//! The navigation "Period": links to other periods that keep the rest of the filter.

use time::Date;

use crate::accounts::preferences::Preferences;
use crate::ledger::filter::Filter;
use crate::period::{Period, Unit, format_date};
use crate::web::view::{PeriodLink, PeriodNav, RangeForm};

/// The links of `filter` on the page at `path`.
pub fn period_nav(filter: &Filter, path: &str, preferences: &Preferences, today: Date) -> PeriodNav {
    let href = |period: Period| filter.with_period(period).address(path);
    let chosen = filter.period.unit();
    let kinds = Unit::ALL
        .into_iter()
        .map(|unit| PeriodLink {
            name: name(unit),
            href: href(filter.period.with_unit(unit, today)),
            current: chosen == Some(unit),
        })
        .collect();
    let (first, last) = filter.period.bounds(&filter.calendar);
    let mut kept = filter.pairs();
    kept.retain(|(name, _)| matches!(*name, "category" | "q"));
    PeriodNav {
        label: preferences.period(&filter.period, today),
        kinds,
        previous: filter.period.previous(&filter.calendar).map(href),
        next: filter.period.next(&filter.calendar).map(href),
        today: href(filter.period.to_today(today)),
        range: RangeForm {
            action: path.to_owned(),
            from: first.map(format_date).unwrap_or_default(),
            to: last.map(format_date).unwrap_or_default(),
            kept: kept
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
            chosen: chosen.is_none(),
        },
    }
}

fn name(unit: Unit) -> &'static str {
    match unit {
        Unit::Day => "Day",
        Unit::Week => "Week",
        Unit::Month => "Month",
        Unit::Year => "Year",
        Unit::All => "All",
    }
}
