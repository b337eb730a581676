//! The notice about a changed expense.

use super::return_to::ReturnTo;
use crate::accounts::current::CurrentUser;
use crate::ledger::category::CategoryRef;
use crate::ledger::category_kind::CategoryKind;
use crate::ledger::expense::Expense;
use crate::ledger::filter::Filter;
use crate::text;

/// A row with what people call it: its description, else its category.
pub fn with_name((row, category): (Expense, CategoryRef)) -> (Expense, String) {
    let name = name(&row, &category);
    (row, name)
}

fn name(row: &Expense, category: &CategoryRef) -> String {
    match row.description.as_str() {
        "" => category.name.clone(),
        description => text::truncated(&description.replace(['\n', '\t'], " "), 80),
    }
}

/// The words of a new row, with its date if that is not today. A known category keeps its kind, whatever kind the form was for;
/// then they say so.
pub fn added(row: &Expense, category: &CategoryRef, form: CategoryKind, user: &CurrentUser) -> String {
    let done = match category.kind {
        CategoryKind::Spending => "Added",
        CategoryKind::Income => "Added income",
    };
    let is_today = row.spent_on == user.today;
    let words = dated(done, &name(row, category), row, !is_today, user);
    match (form, category.kind) {
        (CategoryKind::Income, CategoryKind::Spending) => format!("{words}, as spending"),
        _ => words,
    }
}

/// The words of a change: "Saved Coffee, $4.50", with the date where the view shows another time, so that the person
/// knows why the row is not on this page.
pub fn words(done: &str, name: &str, row: &Expense, return_to: &ReturnTo, user: &CurrentUser) -> String {
    let shown = Filter::read(&return_to.query, user, ReturnTo::DEFAULT_UNIT)
        .is_ok_and(|filter| filter.period.span(&filter.calendar).contains(row.spent_on));
    dated(done, name, row, !shown, user)
}

/// "Added Coffee, $4.50", or "Added Coffee, $4.50 on November 3".
fn dated(done: &str, name: &str, row: &Expense, with_date: bool, user: &CurrentUser) -> String {
    let preferences = &user.preferences;
    let amount = preferences.words(row.amount);
    if !with_date {
        return format!("{done} {name}, {amount}");
    }
    let date = preferences.locale.date_long(row.spent_on, user.today);
    format!("{done} {name}, {amount} on {date}")
}
