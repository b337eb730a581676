//! What the templates of recurring entries print.

use askama::Template;

use crate::expenses::view::ExpenseForm;
use crate::web::page::page;
use crate::web::view::{Choice, Chrome, Field, MoneyView, Status};

/// The form for a schedule, new or existing.
#[derive(Debug, Clone, Default)]
pub struct ScheduleForm {
    /// "New recurring entry" or "Edit recurring entry".
    pub title: &'static str,
    /// Its fields of an expense, and the address it posts to.
    pub form: ExpenseForm,
    pub every: Field,
    pub unit: Field,
    pub units: Vec<Choice>,
    pub until: Field,
    pub times: Field,
    pub mode: Field,
    pub modes: Vec<Choice>,
    /// The kinds of a category with a new name; empty in a book without income.
    pub kinds: Vec<Choice>,
    /// The version that the form was filled from; `None` for a new one.
    pub version: Option<i32>,
    /// Whether many dates of the past were asked about.
    pub is_confirmed: bool,
    /// The dates that these fields mean; empty while they are wrong.
    pub next_dates: Vec<String>,
    /// "3 dates until today are entered at once."
    pub dates_note: Option<String>,
}

/// A date that is due or to come.
#[derive(Debug, Clone, Default)]
pub struct DateView {
    /// "Dec 1", and the same as `YYYY-MM-DD`.
    pub day: String,
    pub date: String,
    pub name: String,
    pub category: String,
    pub color: String,
    pub amount: MoneyView,
    /// The address of its page, to which its buttons post.
    pub href: String,
    /// "waits for you", "was $9.99 until June".
    pub notes: Vec<String>,
}

impl DateView {
    /// What its buttons call it: "Rent, Dec 1".
    pub fn full_name(&self) -> String {
        format!("{}, {}", self.name, self.day)
    }
}

/// The dates of one month.
#[derive(Debug, Clone, Default)]
pub struct MonthGroup {
    /// "December 2026".
    pub heading: String,
    /// The sum of spending.
    pub total: MoneyView,
    /// That of income; `None` where there is none.
    pub income: Option<MoneyView>,
    pub dates: Vec<DateView>,
}

/// A schedule in the list.
#[derive(Debug, Clone, Default)]
pub struct ScheduleLine {
    pub name: String,
    pub category: String,
    pub color: String,
    pub amount: MoneyView,
    pub href: String,
    /// "Every month, next on Dec 1".
    pub rhythm: String,
    /// "$14,400.00 a year".
    pub yearly: String,
    /// "Paused", "Asks first", "was $9.99 until June 2026".
    pub notes: Vec<String>,
}

/// A schedule that the history suggests.
#[derive(Debug, Clone, Default)]
pub struct SuggestionView {
    pub name: String,
    pub amount: MoneyView,
    /// "Every month, 7 times, last on Nov 1".
    pub reason: String,
    /// The address of the form, filled.
    pub href: String,
    /// What the form "Dismiss" sends.
    pub key: String,
}

/// `GET {base}/recurring`, and the 422 of its POST.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "recurring/index.html", blocks = ["view"])]
pub struct RecurringPage {
    pub chrome: Chrome,
    pub status: Option<Status>,
    pub due: Vec<DateView>,
    pub months: Vec<MonthGroup>,
    /// Says that not all are shown; `None` if they are.
    pub more: Option<String>,
    pub schedules: Vec<ScheduleLine>,
    /// "$23,400.00 a year", of spending.
    pub yearly: Option<String>,
    pub ended: Vec<ScheduleLine>,
    pub suggestions: Vec<SuggestionView>,
    /// `None` for those who may not edit.
    pub new: Option<ScheduleForm>,
}

/// `GET {base}/recurring/new`: only the form.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "recurring/new.html", blocks = ["view"])]
pub struct NewPage {
    pub chrome: Chrome,
    pub status: Option<Status>,
    pub schedule: ScheduleForm,
    pub back_href: String,
}

/// A date that was posted or skipped.
#[derive(Debug, Clone, Default)]
pub struct PastDate {
    pub day: String,
    /// `YYYY-MM-DD`.
    pub date: String,
    /// `None` for a skipped one.
    pub amount: Option<MoneyView>,
    /// That of its expense; `None` if it was deleted.
    pub expense_href: Option<String>,
    /// "Skipped", "Deleted since", "was $9.99 before".
    pub note: String,
    /// The address to which "Restore" posts; `None` unless it was skipped and can come back.
    pub restore_action: Option<String>,
}

/// `GET {base}/recurring/{id}`, and the 409 and 422 of its POST.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "recurring/schedule.html", blocks = ["view"])]
pub struct SchedulePage {
    pub chrome: Chrome,
    pub status: Option<Status>,
    pub line: ScheduleLine,
    /// Why the form could not be saved as a whole.
    pub problem: Option<String>,
    /// `None` for those who may not edit, and for an ended one.
    pub schedule: Option<ScheduleForm>,
    pub is_paused: bool,
    pub is_ended: bool,
    /// The form for a new entry like an ended one; `None` where it is not offered.
    pub again_href: Option<String>,
    pub coming: Vec<DateView>,
    pub past: Vec<PastDate>,
    pub back_href: String,
}

/// `GET {base}/recurring/{id}/{date}`, and the 409 and 422 of its POST.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "recurring/date.html", blocks = ["view"])]
pub struct DatePage {
    pub chrome: Chrome,
    pub status: Option<Status>,
    pub date: DateView,
    /// Why the action could not be done.
    pub problem: Option<String>,
    /// Whether it is still to be decided.
    pub is_open: bool,
    /// Whether it differs from its schedule.
    pub is_changed: bool,
    /// "This date was skipped."; empty while it is to be decided.
    pub state: &'static str,
    /// The page of the expense that was entered, if it is not deleted.
    pub expense_href: Option<String>,
    /// Whether it was skipped and can come back.
    pub can_return: bool,
    pub amount: Field,
    pub description: Field,
    pub day: Field,
    pub currency: String,
    pub back_href: String,
}

page!(RecurringPage, "/recurring");
page!(NewPage, "/recurring/new");
page!(SchedulePage, "/recurring/{id}");
page!(DatePage, "/recurring/{id}/{date}");
