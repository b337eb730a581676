//! The parts of a page that change its filter: the navigation "Period" and the form "Filter".

use time::Date;

use super::view::{ActiveFilter, FilterForm};
use crate::accounts::preferences::Preferences;
use crate::books::people::{KnownPerson, People};
use crate::ledger::category::Categories;
use crate::ledger::filter::Filter;
use crate::ledger::kinds::Kinds;
use crate::period::{Period, Unit, format_date};
use crate::text;
use crate::web::view::{Choice, PeriodLink, PeriodNav, RangeForm};

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
    kept.retain(|(name, _)| matches!(*name, "category" | "kind" | "person" | "import" | "q"));
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

/// The search and the category of `filter` on the page at `path`.
pub(super) fn filter_form(
    filter: &Filter,
    path: &str,
    categories: &Categories,
    people: &People,
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
    let import = filter.import.map(|id| ("import", id.to_string()));
    let kept = filter
        .period
        .query_pairs()
        .into_iter()
        .chain(import)
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    FilterForm {
        action: path.to_owned(),
        q: filter.q.clone(),
        categories: options,
        kinds: kind_choices(filter, categories),
        people: people_choices(filter, people),
        kept,
        active: active_filters(filter, path, categories, people),
        clear_href: filter.period_only().address(path),
    }
}

/// The active parts of the filter, each with the address without it.
fn active_filters(
    filter: &Filter,
    path: &str,
    categories: &Categories,
    people: &People,
) -> Vec<ActiveFilter> {
    let mut active = Vec::new();
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
