//! A link to an expense beside a row of a file.

use crate::accounts::access::Access;
use crate::accounts::request::Request;
use crate::imports::view::ExpenseLink;
use crate::ledger::category::Categories;
use crate::ledger::expense::Expense;

/// A link to an expense, with what tells it apart.
pub(super) fn expense_link<A: Access>(
    request: &Request<A>,
    expense: &Expense,
    categories: &Categories,
) -> ExpenseLink {
    let locale = request.user.user().preferences.locale;
    let category = categories.name(expense.category_id);
    let name = if expense.description.is_empty() {
        category.to_owned()
    } else {
        format!("{}, {category}", expense.description)
    };
    ExpenseLink {
        href: if expense.is_live() {
            request.book_address(&format!("/expenses/{}/edit", expense.id))
        } else {
            request.book_address("/expenses/trash")
        },
        words: format!("{name}, {}", locale.date_medium(expense.spent_on)),
    }
}
