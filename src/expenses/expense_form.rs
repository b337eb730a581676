//! The forms "Add expense" and "Edit expense", filled.

use super::field_values::read_date;
use super::fields::{ExpenseField, ExpenseFields, FormKind};
use super::page_state::PageState;
use super::return_to::ReturnTo;
use super::view::ExpenseForm;
use crate::accounts::current::CurrentUser;
use crate::books::people::People;
use crate::ledger::category::Categories;
use crate::ledger::category_kind::CategoryKind;
use crate::period::parse_date;
use crate::text;
use crate::web::fields::Fields;
use crate::web::view::{Choice, Field};

/// The categories that can be picked instead of typed.
const MOST_PICKS: usize = 8;

impl ReturnTo {
    /// The form "Add expense" of this view: as it was sent, else filled from the address.
    pub fn add_form(
        &self,
        user: &CurrentUser,
        (categories, frequent): (&Categories, &[i64]),
        people: &People,
        page_state: &PageState,
    ) -> ExpenseForm {
        let sent = page_state.form.clone();
        let mut fields = sent.unwrap_or_else(|| ExpenseFields::of_address(&self.query, FormKind::Add));
        if page_state.form.is_none() && parse_date(&fields[ExpenseField::Date].value).is_none() {
            match page_state.notice.as_ref().and_then(|notice| notice.date.as_ref()) {
                // People enter the receipts of one day together.
                Some(date) => fields.set_text(ExpenseField::Date, date.clone()),
                None => fields.fill_today(user.today),
            }
        }
        // An address may name a person who is not in the book, or has left it.
        let payer = &fields[ExpenseField::PaidBy].value;
        let is_member = people.members().any(|person| person.id.0.to_string() == *payer);
        if page_state.form.is_none() && !is_member || payer.is_empty() {
            fields.set_text(ExpenseField::PaidBy, user.id.0.to_string());
        }
        if fields.request_id.is_empty() {
            fields.request_id.clone_from(&page_state.request_id);
        }
        // After it was added, the view has the form for an expense again.
        let action = self.with_add_kind(false).action("/expenses");
        let is_income = fields.are_income();
        let picks = picks(categories, frequent, is_income);
        let form = form(FormKind::Add, action, fields, user, (categories, people));
        let mut suggestions = form.suggestions;
        // Of the same use they keep their order.
        suggestions.sort_by_key(|name| picks.iter().position(|used| used == name).unwrap_or(usize::MAX));
        ExpenseForm {
            picks: picks.into_iter().take(MOST_PICKS).collect(),
            suggestions,
            switch_href: Some(self.with_add_kind(!is_income).address()),
            suggestion_href: Some(self.plain_address("/expenses/suggestion")),
            has_focus: page_state.is_filled,
            ..form
        }
    }

    /// The form "Edit expense" of the expense `id`.
    pub fn edit_form(
        &self,
        id: i64,
        fields: ExpenseFields,
        user: &CurrentUser,
        categories: &Categories,
        people: &People,
    ) -> ExpenseForm {
        let action = self.action(&format!("/expenses/{id}"));
        form(FormKind::Edit, action, fields, user, (categories, people))
    }
}

/// What to say about a date for the form "Add expense" in an address, if it can't be read: then the form has today's.
pub fn unreadable_date(query: &Fields) -> Option<String> {
    let text = query.get(&FormKind::Add.parameter(ExpenseField::Date.name()));
    let shown = || text::truncated(&text.replace(char::is_control, " "), 40);
    let is_wrong = !text.trim().is_empty() && read_date(text).is_none();
    is_wrong.then(|| format!("“{}” isn't a date, so the date is today's", shown()))
}

/// A form without what only the form "Add expense" has.
pub fn form(
    kind: FormKind,
    action: String,
    fields: ExpenseFields,
    user: &CurrentUser,
    (categories, people): (&Categories, &People),
) -> ExpenseForm {
    ExpenseForm {
        payers: payers(people, &fields[ExpenseField::PaidBy]),
        kind,
        action,
        currency: user.preferences.currency.code().to_owned(),
        suggestions: suggestions(categories, kind, fields.are_income()),
        fields,
        switch_href: None,
        suggestion_href: None,
        picks: Vec::new(),
        has_focus: false,
        date_label: "",
    }
}

/// The names of the `frequent` categories of the form's kind.
fn picks(categories: &Categories, frequent: &[i64], is_income: bool) -> Vec<String> {
    let used = frequent.iter().filter_map(|id| categories.get(*id));
    let of_kind = used.filter(|category| category.kind.is_income() == is_income);
    of_kind.map(|category| category.name.clone()).collect()
}

/// The categories of the kind that the form is for, then the others; the form "Add income" has no others.
fn suggestions(categories: &Categories, form: FormKind, is_income: bool) -> Vec<String> {
    let of_kind = |kind| categories.of_kind(kind).map(|category| category.name.clone());
    let (first, others) = if is_income {
        (CategoryKind::Income, CategoryKind::Spending)
    } else {
        (CategoryKind::Spending, CategoryKind::Income)
    };
    let has_others = form != FormKind::Add || !is_income;
    let others = of_kind(others).filter(|_| has_others);
    of_kind(first).chain(others).collect()
}

/// The members, and the person in the field if they have left. None while there is only one member, unless the field is
/// wrong: then its message needs the field.
fn payers(people: &People, field: &Field) -> Vec<Choice> {
    if people.members().next().is_none() && !field.is_wrong() {
        return Vec::new();
    }
    let choices = people.all().iter().map(|person| {
        let value = person.id.0.to_string();
        Choice {
            label: person.name.clone(),
            selected: value == field.value,
            value,
        }
    });
    let offered = choices.zip(people.all());
    let offered = offered.filter(|(choice, person)| person.is_member || choice.selected);
    offered.map(|(choice, _)| choice).collect()
}
