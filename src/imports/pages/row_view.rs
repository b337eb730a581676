//! A row of a file as the page of its import shows it.

use std::collections::HashMap;

use super::expense_link::expense_link;
use super::filters::FILTERS;
use super::refused::Refused;
use super::row_fields;
use crate::accounts::access::Access;
use crate::accounts::current::CurrentUser;
use crate::accounts::request::Request;
use crate::imports::confirm::category_of;
use crate::imports::import::Import;
use crate::imports::row::ImportRow;
use crate::imports::verdict::{Reason, Verdict};
use crate::imports::view::{RowView, one_line};
use crate::ledger::category::Categories;
use crate::ledger::expense::Expense;
use crate::web::view::Field;

/// What the rows of a page are shown with.
pub(super) struct RowContext<'a> {
    pub(super) import: &'a Import,
    /// Those of the rows.
    pub(super) expenses: &'a HashMap<i64, Expense>,
    pub(super) categories: &'a Categories,
    pub(super) refused: &'a Refused,
}

/// What is shown of a row.
pub(super) fn row_view<A: Access>(
    request: &Request<A>,
    context: &RowContext<'_>,
    row: &ImportRow,
) -> RowView {
    let (user, import, number) = (request.user.user(), context.import, row.row_number);
    let expense = row.expense_id.and_then(|id| context.expenses.get(&id));
    let verdict = row.verdict();
    let can_be_taken = verdict.can_be_taken();
    let category = if can_be_taken {
        category_of(import, row)
    } else {
        row.category.as_deref().unwrap_or_default()
    };
    let description = one_line(&row.description);
    let typed = &context.refused.typed;
    let field = |name: &str, stored: &str| {
        let name = format!("{name}_{number}");
        let value = typed.get_opt(&name).unwrap_or(stored);
        Field::checked(&name, value, &context.refused.errors)
    };
    RowView {
        number,
        date: row
            .booked_on
            .map(|date| user.preferences.locale.date_medium(date))
            .unwrap_or_default(),
        category: field("category", category),
        description_field: field("description", &description),
        description,
        memo: row.memo.clone(),
        amount: row.amount.map(|amount| user.preferences.money(amount)),
        category_reason: row.category_reason.clone().filter(|_| can_be_taken),
        verdict: FILTERS
            .iter()
            .find(|(_, of, _)| *of == Some(verdict))
            .map_or("", |(name, ..)| name),
        words: words(user, import, row, expense),
        expense: expense.map(|expense| expense_link(request, expense, context.categories)),
        can_be_taken,
        take: row_fields::take(typed, number).unwrap_or(row.take),
        can_be_restored: expense.is_some_and(|expense| !expense.is_live()),
    }
}

fn words(user: &CurrentUser, import: &Import, row: &ImportRow, expense: Option<&Expense>) -> String {
    if row.take && !import.state().is_draft() {
        return match expense {
            Some(expense) if expense.is_live() => "Imported:".to_owned(),
            Some(_) => "Imported, in the trash:".to_owned(),
            None => "Imported, deleted since".to_owned(),
        };
    }
    let label = match row.verdict() {
        Verdict::New => "New",
        Verdict::Known => "Already there",
        Verdict::Maybe => "Maybe there",
        Verdict::LeftOut => "Left out",
        Verdict::Rejected => "Rejected",
    };
    let deleted_at = expense.and_then(|expense| expense.deleted_at);
    match (row.reason(), deleted_at) {
        (Some(Reason::InTrash), Some(at)) => {
            format!("{label}, in the trash since {}:", user.preferences.moment(at))
        }
        (Some(reason), _) => {
            let mark = if expense.is_some() { ":" } else { "" };
            format!("{label}: {}{mark}", reason.words())
        }
        (None, _) => label.to_owned(),
    }
}
