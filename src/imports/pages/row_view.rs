//! A row of a file as the page of its import shows it.

use std::collections::HashMap;

use super::expense_link::expense_link;
use super::filters::FILTERS;
use crate::accounts::access::Access;
use crate::accounts::current::CurrentUser;
use crate::accounts::request::Request;
use crate::imports::confirm::category_of;
use crate::imports::import::Import;
use crate::imports::row::ImportRow;
use crate::imports::verdict::{Reason, Verdict};
use crate::imports::view::RowView;
use crate::ledger::category::Categories;
use crate::ledger::expense::Expense;

/// What is shown of a row.
pub(super) fn row_view<A: Access>(
    request: &Request<A>,
    import: &Import,
    row: &ImportRow,
    expenses: &HashMap<i64, Expense>,
    categories: &Categories,
) -> RowView {
    let user = request.user.user();
    let expense = row.expense_id.and_then(|id| expenses.get(&id));
    let verdict = row.verdict();
    let can_be_taken = verdict.can_be_taken();
    RowView {
        number: row.row_number,
        date: row
            .booked_on
            .map(|date| user.preferences.locale.date_medium(date))
            .unwrap_or_default(),
        description: row.description.replace(['\n', '\t'], " "),
        memo: row.memo.clone(),
        amount: row.amount.map(|amount| user.preferences.money(amount)),
        category: if can_be_taken {
            category_of(import, row).to_owned()
        } else {
            row.category.clone().unwrap_or_default()
        },
        category_reason: row.category_reason.clone().filter(|_| can_be_taken),
        verdict: FILTERS
            .iter()
            .find(|(_, of, _)| *of == Some(verdict))
            .map_or("", |(name, ..)| name),
        words: words(user, import, row, expense),
        expense: expense.map(|expense| expense_link(request, expense, categories)),
        can_be_taken,
        take: row.take,
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
