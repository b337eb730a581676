//! The result of a request that its view shows.

use actix_web::http::StatusCode;

use super::fields::ExpenseFields;
use crate::web::flash::Notice;

/// Empty for a view that shows only what is in the database.
#[derive(Debug, Clone, Default)]
pub struct PageState {
    /// The status the view is answered with.
    pub code: StatusCode,
    /// The words of the last change.
    pub notice: Option<Notice>,
    /// The form as typed, with its messages.
    pub form: Option<ExpenseFields>,
    /// The row that the last change made or moved.
    pub just_changed: Option<i64>,
    /// What the form is sent with, unless it comes back as it was typed.
    pub request_id: String,
}

impl PageState {
    /// Whether the view shows only data of the database.
    pub fn is_plain(&self) -> bool {
        self.code == StatusCode::OK
            && self.notice.is_none()
            && self.form.is_none()
            && self.just_changed.is_none()
    }
}
