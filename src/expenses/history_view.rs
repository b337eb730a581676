//! What the page "History" shows.

use askama::Template;

use crate::accounts::preferences::Preferences;
use crate::books::people::People;
use crate::db::UserId;
use crate::ledger::history::read::Step;
use crate::ledger::history::record::What;
use crate::ledger::history::state::ExpenseState;
use crate::ledger::paid_by;
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

/// How the texts of a history are formatted, and whom it may name.
pub struct Names<'a> {
    pub preferences: &'a Preferences,
    pub people: &'a People,
    /// Who made the book.
    pub maker: UserId,
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
        let (before, after) = (facts(&step.before, names), facts(&step.after, names));
        let is_changed = changed(&step.before, &step.after);
        let fields = before.iter().zip(after).zip(is_changed);
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
            fields: fields
                .filter(|(_, is_changed)| *is_changed)
                .map(|((before, after), _)| FieldChange {
                    label: before.label,
                    before: before.value.clone(),
                    after: after.value,
                })
                .collect(),
            before: in_one_line(&before, step.before.is_deleted),
            put_back_action,
        }
    }
}

/// Every field of a state, in the order of the page.
pub fn facts(state: &ExpenseState, names: &Names<'_>) -> Vec<Fact> {
    let preferences = names.preferences;
    let fact = |label, value| Fact { label, value };
    let description = match state.description.as_str() {
        "" => "No description".to_owned(),
        text => text.to_owned(),
    };
    let place = if state.is_deleted {
        "Recently deleted"
    } else {
        "Expenses"
    };
    let payer = paid_by::person(state.paid_by, names.maker);
    let payer = names
        .people
        .are_named()
        .then(|| names.people.name(payer).to_owned());
    vec![
        fact("Amount", preferences.words(state.amount)),
        fact("Category", state.category.name.clone()),
        fact("Date", preferences.locale.date_medium(state.date)),
        fact("Description", description),
        fact("Paid by", payer.unwrap_or_default()),
        fact("In", place.to_owned()),
    ]
}

/// All facts; that it is in the list goes without saying.
fn in_one_line(facts: &[Fact], is_deleted: bool) -> String {
    let count = facts.len() - usize::from(!is_deleted);
    let values = facts[..count].iter().map(|fact| fact.value.as_str());
    let values: Vec<&str> = values.filter(|value| !value.is_empty()).collect();
    values.join(", ")
}

/// Whether each of the [`facts`] differs. A category that only has another name now is the same.
fn changed(before: &ExpenseState, after: &ExpenseState) -> [bool; 6] {
    [
        before.amount != after.amount,
        before.category.id != after.category.id,
        before.date != after.date,
        before.description != after.description,
        before.paid_by != after.paid_by,
        before.is_deleted != after.is_deleted,
    ]
}

page!(HistoryPage, "/expenses/{id}/history");
