//! The forms "Add expense" and "Edit expense", filled.

use super::fields::{ExpenseField, ExpenseFields, FormKind};
use super::page_state::PageState;
use super::return_to::ReturnTo;
use super::view::ExpenseForm;
use crate::accounts::current::CurrentUser;
use crate::ledger::category::Categories;
use crate::period::format_date;

impl ReturnTo {
    /// The form "Add expense" of this view: as it was sent, else filled from the address.
    pub fn add_form(
        &self,
        user: &CurrentUser,
        categories: &Categories,
        page_state: &PageState,
    ) -> ExpenseForm {
        let sent = page_state.form.clone();
        let mut fields = sent.unwrap_or_else(|| ExpenseFields::of_address(&self.query, FormKind::Add));
        if page_state.form.is_none() && fields[ExpenseField::Date].value.is_empty() {
            fields.set_text(ExpenseField::Date, format_date(user.today));
        }
        if fields.request_id.is_empty() {
            fields.request_id.clone_from(&page_state.request_id);
        }
        self.form(FormKind::Add, "/expenses", fields, user, categories)
    }

    /// The form "Edit expense" of the expense `id`.
    pub fn edit_form(
        &self,
        id: i64,
        fields: ExpenseFields,
        user: &CurrentUser,
        categories: &Categories,
    ) -> ExpenseForm {
        let path = format!("/expenses/{id}");
        self.form(FormKind::Edit, &path, fields, user, categories)
    }

    fn form(
        &self,
        kind: FormKind,
        path: &str,
        fields: ExpenseFields,
        user: &CurrentUser,
        categories: &Categories,
    ) -> ExpenseForm {
        ExpenseForm {
            kind,
            action: self.action(path),
            currency: user.preferences.currency.code().to_owned(),
            fields,
            suggestions: categories.iter().map(|category| category.name.clone()).collect(),
        }
    }
}
