//! The rows that the list and the dashboard show, grouped by day.

use time::Date;

use super::expense_view::ExpenseView;
use super::history_view::HistoryPage;
use super::page_state::PageState;
use super::return_to::ReturnTo;
use super::view::{DayGroup, EditPage, RowView};
use crate::accounts::current::CurrentUser;
use crate::books::people::People;
use crate::books::role::Role;
use crate::ledger::category::Categories;
use crate::ledger::expense::Expense;
use crate::ledger::sum::Sum;
use crate::period::format_date;

impl ReturnTo {
    /// One row with its addresses; `query` leads back to the view, see [`ReturnTo::action`].
    fn row(
        &self,
        user: &CurrentUser,
        names: (&Categories, &People),
        (row, is_mixed): (&Expense, bool),
        query: &str,
        just_changed: Option<i64>,
    ) -> RowView {
        let page = if user.role >= Role::Editor {
            EditPage::path(row.id)
        } else {
            HistoryPage::path(row.id)
        };
        RowView {
            edit_href: self.plain_address(&page) + query,
            delete_action: self.plain_address(&format!("/expenses/{}/delete", row.id)) + query,
            just_changed: just_changed == Some(row.id),
            expense: ExpenseView::new(row, user, names, is_mixed),
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
        // The same for each row, so it is encoded once.
        let query = self.action_query();
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
                        .map(|row| self.row(user, names, (row, are_mixed), &query, page_state.just_changed))
                        .collect(),
                }
            })
            .collect()
    }
}
