//! What a view shows besides the data: the notice after a change, or the form with its errors.

use actix_web::http::StatusCode;

use super::fields::ExpenseFields;
use super::return_to::ReturnPage;
use super::view::FilterForm;
use crate::ledger::filter::Filter;
use crate::web::fields::Fields;
use crate::web::flash::Notice;
use crate::web::view::{Field, RangeForm};

/// The default shows only the data.
#[derive(Debug, Clone, Default)]
pub struct PageState {
    /// The status of the response.
    pub code: StatusCode,
    /// About the last change.
    pub notice: Option<Notice>,
    /// The filter as it was entered, if it can't be: then the view shows its own period, and the form what was entered.
    pub wrong_filter: Option<WrongFilter>,
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
    /// Shows a filter that can't be as it was entered.
    pub fn show_entered(&self, range: &mut RangeForm, filter: Option<&mut FilterForm>) {
        if let Some(entered) = &self.wrong_filter {
            entered.show(range, filter);
        }
    }

    /// Whether the view shows only the data.
    pub fn is_plain(&self) -> bool {
        self.code == StatusCode::OK
            && self.notice.is_none()
            && self.wrong_filter.is_none()
            && self.form.is_none()
            && self.just_changed.is_none()
    }
}

/// A filter that can't be, with its messages.
#[derive(Debug, Clone)]
pub struct WrongFilter {
    from: Field,
    to: Field,
    q: Field,
}

impl WrongFilter {
    /// `None` if nothing is wrong with what was entered. Only the list has a field for a search.
    pub fn of(query: &Fields, view: ReturnPage) -> Option<Self> {
        let mut errors = Filter::check_entered(query);
        if view == ReturnPage::Dashboard {
            errors.0.retain(|error| error.field != "q");
        }
        let field = |name| Field::checked(name, query.get(name), &errors);
        (!errors.is_empty()).then(|| Self {
            from: field("from"),
            to: field("to"),
            q: field("q"),
        })
    }

    /// The parameters that are left out of the view: dates are read together.
    pub fn parameters(&self) -> Vec<&'static str> {
        let mut parameters = Vec::new();
        if self.from.is_wrong() || self.to.is_wrong() {
            parameters.extend(["from", "to"]);
        }
        if self.q.is_wrong() {
            parameters.push("q");
        }
        parameters
    }

    /// Shows what was entered.
    fn show(&self, range: &mut RangeForm, filter: Option<&mut FilterForm>) {
        if self.from.is_wrong() || self.to.is_wrong() {
            range.from = self.from.clone();
            range.to = self.to.clone();
        }
        if let Some(filter) = filter.filter(|_| self.q.is_wrong()) {
            filter.q = self.q.clone();
        }
    }
}
