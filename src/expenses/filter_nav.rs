//! The parts of a page that change its filter: the navigation "Period" and the form "Filter".

use time::Date;

use super::view::{ActiveFilter, FilterForm};
use crate::accounts::preferences::Preferences;
use crate::books::people::{KnownPerson, People};
use crate::ledger::category::Categories;
use crate::ledger::filter::Filter;
use crate::ledger::kinds::Kinds;
use crate::period::{Period, Unit, format_date, presets};
use crate::text;
use crate::web::fields::{Fields, WAS};
use crate::web::view::{Choice, Field, PeriodLink, PeriodNav, RangeForm};

/// The links of `filter` on the page at `path`.
pub fn period_nav(filter: &Filter, path: &str, preferences: &Preferences, today: Date) -> PeriodNav {
    let href = |period: Period| filter.with_period(period).address(path);
    let chosen = filter.period.unit();
    let kinds = Unit::ALL
        .into_iter()
        .map(|unit| {
            let period = filter.period.with_unit(unit, today);
            let other = filter.with_period(period);
            PeriodLink {
                name: name(unit),
                // A page that is left open leads to the day on which the link is followed.
                href: if period.on() == Some(today) {
                    other.address_today(path)
                } else {
                    other.address(path)
                },
                current: chosen == Some(unit),
            }
        })
        .collect();
    PeriodNav {
        label: preferences.period(&filter.period, today),
        kinds,
        previous: filter.period.previous(&filter.calendar).map(href),
        next: filter.period.next(&filter.calendar).map(href),
        today: filter
            .with_period(filter.period.to_today(today))
            .address_today(path),
        range: range_form(filter, path, today),
    }
}

fn range_form(filter: &Filter, path: &str, today: Date) -> RangeForm {
    let presets = presets(&filter.calendar, today).into_iter().map(|(name, days)| {
        let period = Period::Range(days);
        PeriodLink {
            name,
            href: filter.with_period(period).address(path),
            current: filter.period == period,
        }
    });
    let (first, last) = filter.period.bounds(&filter.calendar);
    let date = |date: Option<Date>| date.map(format_date).unwrap_or_default();
    let (from, to) = (date(first), date(last));
    let was = [("from", &from), ("to", &to)].map(|(name, value)| (format!("{WAS}{name}"), value.clone()));
    let period = filter.period.query_pairs().into_iter();
    let period = period.filter(|(name, _)| matches!(*name, "period" | "on"));
    RangeForm {
        presets: presets.collect(),
        action: path.to_owned(),
        kept: period
            .map(|(name, value)| (name.to_owned(), value))
            .chain(was)
            .collect(),
        from: Field::new(from),
        to: Field::new(to),
        chosen: filter.period.unit().is_none(),
    }
}

/// The parameters of an address, where the form of the filter may have sent its dates. Dates that were not changed stand for
/// the period that they were filled from; both of them taken away stand for all dates.
pub(super) fn with_chosen_dates(query: Fields) -> Fields {
    const DATES: [&str; 2] = ["from", "to"];
    let was = DATES.map(|name| format!("{WAS}{name}"));
    if was.iter().all(|name| query.get_opt(name).is_none()) {
        return query;
    }
    let is_changed = DATES.iter().any(|name| query.changed(name).is_some());
    let is_empty = DATES.iter().all(|name| query.get(name).is_empty());
    let query = query.without(&was.each_ref().map(String::as_str));
    if is_changed && is_empty {
        query
            .without(&["period", "on"])
            .with("period", Unit::All.as_str())
    } else if is_changed {
        query.without(&["period", "on"])
    } else if query.get("period").is_empty() {
        query
    } else {
        query.without(&DATES)
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

/// The form of everything but the period of `filter` on the page at `path`, where `period` is the period bar.
pub(super) fn filter_form(
    filter: &Filter,
    path: &str,
    (categories, people): (&Categories, &People),
    period: &PeriodNav,
    today: Date,
) -> FilterForm {
    let option = |value: &str, label: &str| Choice {
        value: value.to_owned(),
        label: label.to_owned(),
        selected: text::name_key(value) == text::name_key(&filter.category),
    };
    let mut options = vec![option("", "All categories")];
    options.extend(
        categories
            .iter()
            .map(|category| option(&category.name, &category.name)),
    );
    if categories.named(&filter.category).is_none() && !filter.category.is_empty() {
        options.push(option(&filter.category, &filter.category));
    }
    let import = filter.import.map(|id| ("import".to_owned(), id.to_string()));
    FilterForm {
        action: path.to_owned(),
        q: Field::new(&filter.q),
        categories: options,
        kinds: kind_choices(filter, categories),
        people: people_choices(filter, people),
        kept: import.into_iter().collect(),
        active: active_filters(filter, path, (categories, people), period),
        is_narrowed: filter.is_narrowed(),
        clear_href: match filter.period.unit() {
            Some(_) => filter.period_only().address(path),
            None => filter
                .period_only()
                .with_period(filter.period.to_today(today))
                .address_today(path),
        },
    }
}

/// The active parts of the filter, each with the address without it.
fn active_filters(
    filter: &Filter,
    path: &str,
    (categories, people): (&Categories, &People),
    period: &PeriodNav,
) -> Vec<ActiveFilter> {
    let mut active = Vec::new();
    if filter.period.unit().is_none() {
        active.push(ActiveFilter {
            label: format!("Dates: {}", period.label),
            clear_href: period.today.clone(),
        });
    }
    if !filter.category.is_empty() {
        let clear_href = filter.with_category("").address(path);
        active.push(ActiveFilter {
            label: format!("Category: {}", filter.category),
            clear_href,
        });
    }
    if let Some(kinds) = filter.kind.filter(|_| categories.have_income()) {
        active.push(ActiveFilter {
            label: format!("Kind: {}", kinds.label()),
            clear_href: filter.with_kind(None).address(path),
        });
    }
    if !filter.person.is_empty() {
        let clear_href = filter.without_payer().address(path);
        let person = people.all().iter().find(|person| is_payer(person, filter));
        let name = person.map_or("nobody of this book", |person| &person.name);
        active.push(ActiveFilter {
            label: format!("Paid by: {name}"),
            clear_href,
        });
    }
    if filter.import.is_some() {
        active.push(ActiveFilter {
            label: "From one import".to_owned(),
            clear_href: filter.without_import().address(path),
        });
    }
    if !filter.q.is_empty() {
        let clear_href = filter.without_search().address(path);
        active.push(ActiveFilter {
            label: format!("Search: {}", filter.q),
            clear_href,
        });
    }
    active
}

fn is_payer(person: &KnownPerson, filter: &Filter) -> bool {
    person.id.0.to_string() == filter.person
}

/// Spending is what the list has without the parameter, so that a chosen category decides by itself.
fn kind_choices(filter: &Filter, categories: &Categories) -> Vec<Choice> {
    if !categories.have_income() {
        return Vec::new();
    }
    let choices = Kinds::ALL.iter().map(|kinds| Choice {
        value: match kinds {
            Kinds::Spending => String::new(),
            _ => kinds.name().to_owned(),
        },
        label: kinds.label().to_owned(),
        selected: filter.kinds(categories) == *kinds,
    });
    choices.collect()
}

fn people_choices(filter: &Filter, people: &People) -> Vec<Choice> {
    let known = people.known();
    if known.is_empty() {
        return Vec::new();
    }
    let everybody = Choice {
        value: String::new(),
        label: "Everybody".to_owned(),
        selected: filter.person.is_empty(),
    };
    let persons = known.iter().map(|person| Choice {
        value: person.id.0.to_string(),
        label: person.name.clone(),
        selected: is_payer(person, filter),
    });
    std::iter::once(everybody).chain(persons).collect()
}
