//! A form of an expense that is sent after the session has ended: the address of its page carries what was typed through
//! signing in.

use actix_web::HttpRequest;

use super::fields::{ExpenseField, ExpenseFields, FormKind, KIND, REFUND};
use super::return_to::ReturnTo;
use super::view::EditPage;
use crate::accounts::access::Editor;
use crate::accounts::current::FORM_FOR;
use crate::error::AppError;
use crate::ledger::category_kind::CategoryKind;
use crate::state::State;
use crate::web::fields::{self, Fields};
use crate::web::path_id::parse_id;

/// The hidden field of the edit form with the version that it was filled from.
pub const VERSION: &str = "version";

/// Who is signed in; one who is not comes to `next` after signing in.
pub fn signed_in(
    user: Result<Editor, AppError>,
    next: impl FnOnce() -> Option<String>,
) -> Result<Editor, AppError> {
    user.map_err(|error| match error {
        AppError::SignedOut { .. } => AppError::SignedOut { next: next() },
        other => other,
    })
}

/// The view with what was typed into its form "Add expense".
pub fn add_address(return_to: &ReturnTo, fields: &ExpenseFields) -> String {
    carried(&return_to.address(), FormKind::Add, fields, [])
}

/// The edit page with what was typed into its form; `None` for a script, which has no page to come back to.
pub fn edit_address(req: &HttpRequest, state: &State, id: &str, form: &Fields) -> Option<String> {
    form.non_empty(FORM_FOR)?;
    let id = parse_id(id).ok()?;
    let return_to = ReturnTo::of_change(req, state).ok()?;
    let page = return_to.action(&EditPage::path(id));
    let fields = ExpenseFields::of_form(form);
    let version = (VERSION, form.get(VERSION));
    Some(carried(&page, FormKind::Edit, &fields, [version]))
}

/// What was typed into the form "Edit expense" before the session ended, and the version that the form was filled from;
/// `None` if `query` has nothing of it.
pub fn typed_edit(query: &Fields) -> Option<(ExpenseFields, Option<i32>)> {
    let fields = ExpenseFields::of_address(query, FormKind::Edit);
    let version = query.get(&FormKind::Edit.parameter(VERSION)).parse().ok();
    (!fields.is_empty()).then_some((fields, version))
}

/// A page's address with parameters for the fields and `others` that are not empty.
fn carried<'a, const N: usize>(
    address: &str,
    kind: FormKind,
    fields: &'a ExpenseFields,
    others: [(&'a str, &'a str); N],
) -> String {
    // A date that nobody has chosen is that of the day on which the form is sent.
    let is_chosen = |field: &ExpenseField| *field != ExpenseField::Date || !fields.has_drawn_date();
    let texts = fields.texts().filter(|(field, _)| is_chosen(field));
    let texts = texts.map(|(field, text)| (field.name(), text));
    let texts = texts.chain(fields.are_income().then_some((KIND, CategoryKind::Income.name())));
    let texts = texts.chain(fields.refund.then_some((REFUND, "1")));
    let sent = texts.chain(others).filter(|(_, text)| !text.is_empty());
    sent.fold(address.to_owned(), |address, (name, text)| {
        let mark = if address.contains('?') { '&' } else { '?' };
        let text = fields::encode(text);
        format!("{address}{mark}{}={text}", kind.parameter(name))
    })
}
