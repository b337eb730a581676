//! What the page "History" shows.

use askama::Template;

use super::field_values::Names;
use super::fields::ExpenseField;
use crate::ledger::history::read::Step;
use crate::ledger::history::record::What;
use crate::ledger::history::state::ExpenseState;
use crate::web::page::{Page as _, page};
use crate::web::view::{Chrome, Status};

/// `GET /expenses/{id}/history`, and the 422 of "Put back".
#[derive(Debug, Clone, Default, Template)]
#[template(path = "expenses/history.html", blocks = ["view"])]
pub struct HistoryPage {
    pub chrome: Chrome,
    pub status: Option<Status>,
    /// Why a state could not be put back.
    pub problem: Option<String>,
    /// What the expense is called: its description or its category.
    pub name: String,
    /// What it is now.
    pub now: Vec<Fact>,
    /// Newest first.
    pub steps: Vec<StepView>,
    /// When it was added; `None` on a page without the end of the history.
    pub added: Option<String>,
    /// Who added it.
    pub added_by: String,
    /// The address of the page with older changes.
    pub older: Option<String>,
    /// The view the person came from, with its filter.
    pub back_href: String,
}

impl HistoryPage {
    /// The path of the page of one expense, below the base of the book.
    pub fn path(id: i64) -> String {
        Self::PATH.replace("{id}", &id.to_string())
    }
}

/// A field and its value, as text. The value is empty where the field is not shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fact {
    pub label: &'static str,
    pub value: String,
}

/// A field that a change has changed.
#[derive(Debug, Clone, Default)]
pub struct FieldChange {
    pub label: &'static str,
    pub before: String,
    pub after: String,
}

/// One change.
#[derive(Debug, Clone, Default)]
pub struct StepView {
    pub id: String,
    /// "Edited".
    pub what: &'static str,
    /// A name.
    pub by: String,
    /// "Nov 22, 2026, 2:02 PM".
    pub at: String,
    /// UTC, for `datetime`.
    pub datetime: String,
    pub fields: Vec<FieldChange>,
    /// The state before the change, in one line.
    pub before: String,
    /// Complete address to which "Put back" posts.
    pub put_back_action: String,
}

impl StepView {
    pub fn new(step: &Step, put_back_action: String, names: &Names<'_>) -> Self {
        let (before, after) = (&step.before, &step.after);
        let edited = ExpenseField::ALL
            .into_iter()
            .filter(|field| field.differs(before, after))
            .map(|field| FieldChange {
                label: field.label(),
                before: field.in_words(before, names),
                after: field.in_words(after, names),
            });
        let moved = (before.is_deleted != after.is_deleted).then(|| FieldChange {
            label: PLACE,
            before: place(before).to_owned(),
            after: place(after).to_owned(),
        });
        Self {
            id: step.id.to_string(),
            what: match step.what {
                What::Edited => "Edited",
                What::Deleted => "Deleted",
                What::Restored => "Restored",
                What::Merged => "Category merged",
                What::PutBack => "Put back",
            },
            by: names.people.name(step.by).to_owned(),
            at: names.preferences.moment(step.at),
            datetime: format!(
                "{}T{:02}:{:02}Z",
                step.at.date(),
                step.at.hour(),
                step.at.minute()
            ),
            fields: edited.chain(moved).collect(),
            before: in_one_line(before, names),
            put_back_action,
        }
    }
}

/// The label of the place of an expense: the list or the trash.
const PLACE: &str = "In";

fn place(state: &ExpenseState) -> &'static str {
    if state.is_deleted {
        "Recently deleted"
    } else {
        "Expenses"
    }
}

/// Every field of a state and its place, in the order of the page.
pub fn facts(state: &ExpenseState, names: &Names<'_>) -> Vec<Fact> {
    let fields = ExpenseField::ALL.map(|field| Fact {
        label: field.label(),
        value: field.in_words(state, names),
    });
    let place = Fact {
        label: PLACE,
        value: place(state).to_owned(),
    };
    fields.into_iter().chain([place]).collect()
}

/// Every value of a state; that it is in the list goes without saying.
fn in_one_line(state: &ExpenseState, names: &Names<'_>) -> String {
    let values = ExpenseField::ALL.map(|field| field.in_words(state, names));
    let place = state.is_deleted.then(|| place(state).to_owned());
    let shown = values.into_iter().chain(place).filter(|value| !value.is_empty());
    shown.collect::<Vec<String>>().join(", ")
}

page!(HistoryPage, "/expenses/{id}/history");
