//! What the rows of the list, the dashboard and the trash show of an expense.

use crate::accounts::current::CurrentUser;
use crate::books::people::People;
use crate::ledger::category::Categories;
use crate::ledger::expense::Expense;
use crate::ledger::paid_by;
use crate::web::view::MoneyView;

#[derive(Debug, Clone, Default)]
pub struct ExpenseView {
    /// Part of the id of its element.
    pub id: String,
    /// The category's name.
    pub category: String,
    /// The category's colour, `#rrggbb`.
    pub color: String,
    /// May be empty.
    pub description: String,
    pub amount: MoneyView,
    /// Whether it is money in.
    pub is_income: bool,
    /// Who paid; `None` in a book of one person.
    pub payer: Option<String>,
}

impl ExpenseView {
    /// Among rows of both kinds income has a plus sign.
    pub fn new(
        row: &Expense,
        user: &CurrentUser,
        (categories, people): (&Categories, &People),
        is_mixed: bool,
    ) -> Self {
        let category = categories.get(row.category_id);
        let is_income = categories.kind(row.category_id).is_income();
        let amount = user.preferences.money(row.amount);
        let payer = paid_by::person(row.paid_by, user.book_context.made_by);
        Self {
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
            payer: people.are_named().then(|| people.name(payer).to_owned()),
        }
    }

    /// What a negative amount is called.
    pub fn negative_tag(&self) -> &'static str {
        if self.is_income { "Taken back" } else { "Refund" }
    }

    /// What its link and buttons call it: the description, or the category where there is none.
    pub fn name(&self) -> &str {
        if self.description.is_empty() {
            &self.category
        } else {
            &self.description
        }
    }

    /// Whether the description says more than the category does.
    pub fn has_description(&self) -> bool {
        !self.description.is_empty()
    }
}
