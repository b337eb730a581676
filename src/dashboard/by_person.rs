//! The table "By person" of the dashboard.

use super::view::PersonTotal;
use crate::accounts::current::CurrentUser;
use crate::books::people::People;
use crate::ledger::filter::Filter;
use crate::ledger::paid_by::{self, PaidBy};
use crate::ledger::sum::Sum;

/// A row for each person who has paid, the largest sum first. `list` is the path of the list.
pub fn rows(
    sums: &[(PaidBy, Sum)],
    people: &People,
    filter: &Filter,
    user: &CurrentUser,
    list: &str,
) -> Vec<PersonTotal> {
    let maker = user.book_context.made_by;
    let mut sums = sums.to_vec();
    sums.sort_by_key(|(_, sum)| std::cmp::Reverse(sum.amount));
    let row = |(payer, sum): (PaidBy, Sum)| {
        let person = paid_by::person(payer.stored(), maker);
        PersonTotal {
            name: people.name(person).to_owned(),
            href: filter.with_payer(person, maker).address(list),
            total: user.preferences.money(sum.amount),
            count: user.preferences.expenses(sum.count),
        }
    };
    sums.into_iter().map(row).collect()
}
