//! What a view shows besides the data: the notice after a change, or the form with its errors.

use actix_web::http::StatusCode;

use super::fields::ExpenseFields;
use crate::web::flash::Notice;

/// The default shows only the data.
#[derive(Debug, Clone, Default)]
pub struct PageState {
    /// The status of the response.
    pub code: StatusCode,
    /// About the last change.
    pub notice: Option<Notice>,
    /// The form as typed, with its messages.
    pub form: Option<ExpenseFields>,
    /// Whether the form was filled from one line, so that it gets the focus.
    pub is_filled: bool,
    /// The id of the expense that was added, edited or restored.
    pub just_changed: Option<i64>,
    /// The id of the form "Add expense", for [`NewExpense::request_key`](crate::ledger::expense::NewExpense::request_key). A
    /// form with errors keeps its own.
    pub request_id: String,
}

impl PageState {
    /// Whether the view shows only the data.
    pub fn is_plain(&self) -> bool {
        self.code == StatusCode::OK
            && self.notice.is_none()
            && self.form.is_none()
            && self.just_changed.is_none()
    }
}
