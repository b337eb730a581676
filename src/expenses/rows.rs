//! The rows that both views show, grouped by day.

use time::Date;

use super::history_view::HistoryPage;
use super::page_state::PageState;
use super::return_to::ReturnTo;
use super::view::{DayGroup, EditPage, RowView};
use crate::accounts::current::CurrentUser;
use crate::books::people::People;
use crate::books::role::Role;
use crate::ledger::category::Categories;
use crate::ledger::expense::Expense;
use crate::ledger::paid_by;
use crate::ledger::sum::Sum;
use crate::period::format_date;

/// The name of who paid, where rows have it.
pub fn payer(row: &Expense, user: &CurrentUser, people: &People) -> Option<String> {
    let person = paid_by::person(row.paid_by, user.sharing.made_by);
    people.are_named().then(|| people.name(person).to_owned())
}

impl ReturnTo {
    /// The forms and addresses of one row. Among rows of both kinds income has a plus sign.
    pub fn row(
        &self,
        user: &CurrentUser,
        (categories, people): (&Categories, &People),
        (row, is_mixed): (&Expense, bool),
        just_changed: Option<i64>,
    ) -> RowView {
        let category = categories.get(row.category_id);
        let is_income = categories.kind(row.category_id).is_income();
        let amount = user.preferences.money(row.amount);
        RowView {
            id: row.id.to_string(),
            category: categories.name(row.category_id).to_owned(),
            color: category
                .map(|category| category.color.clone())
                .unwrap_or_default(),
            description: row.description.clone(),
            amount: if is_mixed && is_income {
                amount.with_plus()
            } else {
                amount
            },
            is_income,
            edit_href: self.action(&if user.role >= Role::Editor {
                EditPage::path(row.id)
            } else {
                HistoryPage::path(row.id)
            }),
            delete_action: self.action(&format!("/expenses/{}/delete", row.id)),
            just_changed: just_changed == Some(row.id),
            payer: payer(row, user, people),
        }
    }

    /// Rows, perhaps of both kinds, grouped by day; `sums` has each day's sum, `day_href` the address of its rows.
    pub fn days(
        &self,
        user: &CurrentUser,
        names: (&Categories, &People),
        (rows, are_mixed): (&[Expense], bool),
        sums: &[(Date, Sum)],
        page_state: &PageState,
        day_href: impl Fn(Date) -> String,
    ) -> Vec<DayGroup> {
        rows.chunk_by(|one, other| one.spent_on == other.spent_on)
            .map(|rows| {
                let day = rows[0].spent_on;
                let sum = sums
                    .iter()
                    .find(|(other, _)| *other == day)
                    .map(|(_, sum)| *sum)
                    .unwrap_or_default();
                DayGroup {
                    heading: user.preferences.day(day, user.today),
                    date: format_date(day),
                    href: day_href(day),
                    total: user.preferences.money(sum.amount),
                    rows: rows
                        .iter()
                        .map(|row| self.row(user, names, (row, are_mixed), page_state.just_changed))
                        .collect(),
                }
            })
            .collect()
    }
}
