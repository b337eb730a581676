//! The form of a schedule, filled.

use std::collections::HashSet;

use time::Date;

use super::words::Words;
use crate::expenses::expense_form;
use crate::expenses::fields::{ExpenseField, FormKind};
use crate::ledger::category_kind::CategoryKind;
use crate::ledger::schedule::edit::changed_dates;
use crate::ledger::schedule::row::{Mode, Schedule};
use crate::period::RepeatUnit;
use crate::recurring::fields::ScheduleFields;
use crate::recurring::view::ScheduleForm;
use crate::web::view::{Choice, Field};

/// Dates that the form prints.
const PRINTED_DATES: usize = 5;

/// A schedule that the form changes, and its dates that were posted or skipped.
#[derive(Clone, Copy)]
pub(super) struct Existing<'a> {
    pub(super) schedule: &'a Schedule,
    pub(super) decided: &'a HashSet<Date>,
}

/// The form for `existing`, or for a new schedule.
pub(super) fn schedule_form(
    words: &Words<'_>,
    mut fields: ScheduleFields,
    existing: Option<Existing<'_>>,
) -> ScheduleForm {
    let user = words.user;
    let action = match existing {
        Some(one) => words.address(&format!("/{}", one.schedule.id)),
        None => words.address(""),
    };
    if fields.expense[ExpenseField::PaidBy].value.is_empty() {
        fields
            .expense
            .set_text(ExpenseField::PaidBy, user.id.0.to_string());
    }
    if fields.expense.request_id.is_empty() {
        fields.expense.request_id.clone_from(&words.request_id);
    }
    let (next_dates, past) = dates(&fields, existing, words.book.today);
    let mode = Mode::parse(&fields.mode.value).unwrap_or_default();
    let mut form = expense_form::form(
        FormKind::Recurring,
        action,
        fields.expense,
        user,
        (&words.book.categories, &words.book.people),
    );
    form.date_label = if existing.is_some() {
        "Next date"
    } else {
        "First date"
    };
    let have_income = words.book.categories.have_income();
    ScheduleForm {
        title: if existing.is_some() {
            "Edit recurring entry"
        } else {
            "New recurring entry"
        },
        units: units(&fields.unit),
        modes: modes(&fields.mode),
        kinds: if have_income {
            kinds(form.fields.are_income())
        } else {
            Vec::new()
        },
        form,
        every: fields.every,
        unit: fields.unit,
        until: fields.until,
        times: fields.times,
        mode: fields.mode,
        version: existing.map(|one| one.schedule.version),
        is_confirmed: fields.is_confirmed,
        next_dates: next_dates.into_iter().map(|date| words.day(date)).collect(),
        dates_note: past_note(mode, past),
    }
}

/// The next open dates that the fields mean, and how many open ones are not in the future; none while they are wrong.
fn dates(fields: &ScheduleFields, existing: Option<Existing<'_>>, today: Date) -> (Vec<Date>, usize) {
    let Some(dates) = fields.dates() else {
        return (Vec::new(), 0);
    };
    let all = existing.map_or(dates, |one| changed_dates(one.schedule, &dates));
    let is_open = |date: &Date| existing.is_none_or(|one| !one.decided.contains(date));
    let from_first = all.dates_from(dates.first).filter(is_open);
    let past = all.dates_from(dates.first).take_while(|date| *date <= today);
    (
        from_first.take(PRINTED_DATES).collect(),
        past.filter(is_open).count(),
    )
}

/// What happens to dates that are not in the future.
fn past_note(mode: Mode, count: usize) -> Option<String> {
    match (mode, count) {
        (_, 0) => None,
        (Mode::Post, 1) => Some("One date isn't in the future. It will be entered at once.".to_owned()),
        (Mode::Post, count) => Some(format!(
            "{count} dates aren't in the future. They will be entered at once, each on its own date."
        )),
        (Mode::Ask, 1) => {
            Some("One date isn't in the future. It will be under “Due now” at once.".to_owned())
        }
        (Mode::Ask, count) => Some(format!(
            "{count} dates aren't in the future. They will be under “Due now” at once."
        )),
    }
}

fn units(chosen: &Field) -> Vec<Choice> {
    let label = |unit| match unit {
        RepeatUnit::Day => "days",
        RepeatUnit::Week => "weeks",
        RepeatUnit::Month => "months",
        RepeatUnit::Year => "years",
    };
    let choice = |unit: RepeatUnit| choice(unit.as_str(), label(unit), &chosen.value);
    [
        RepeatUnit::Day,
        RepeatUnit::Week,
        RepeatUnit::Month,
        RepeatUnit::Year,
    ]
    .map(choice)
    .to_vec()
}

fn modes(chosen: &Field) -> Vec<Choice> {
    let label = |mode| match mode {
        Mode::Post => "Enter automatically",
        Mode::Ask => "Wait for me to confirm",
    };
    Mode::ALL
        .map(|mode| choice(mode.name(), label(mode), &chosen.value))
        .to_vec()
}

fn kinds(is_income: bool) -> Vec<Choice> {
    let chosen = if is_income {
        CategoryKind::Income
    } else {
        CategoryKind::Spending
    };
    vec![
        choice(CategoryKind::Spending.name(), "Spending", chosen.name()),
        choice(CategoryKind::Income.name(), "Income", chosen.name()),
    ]
}

fn choice(value: &str, label: &str, chosen: &str) -> Choice {
    Choice {
        value: value.to_owned(),
        label: label.to_owned(),
        selected: value == chosen,
    }
}
