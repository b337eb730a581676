//! What the templates of the import pages print.

use askama::Template;

use crate::web::page::page;
use crate::web::view::{Choice, Chrome, Field, MoneyView, Status};

/// `GET {base}/import`, and the 422 of its POST.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "imports/index.html", blocks = ["view"])]
pub struct ImportsPage {
    pub chrome: Chrome,
    pub status: Option<Status>,
    pub file: Field,
    /// Pasted text.
    pub text: Field,
    pub imports: Vec<ImportLine>,
}

/// One of the imports so far.
#[derive(Debug, Clone, Default)]
pub struct ImportLine {
    pub name: String,
    pub href: String,
    /// "Imported October 3, 2026: 118 expenses".
    pub words: String,
}

/// `GET {base}/import/{id}`, and the answers to its forms.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "imports/show.html", blocks = ["view"])]
pub struct ImportPage {
    pub chrome: Chrome,
    pub status: Option<Status>,
    pub name: String,
    /// The address of this import, to which its forms are relative.
    pub href: String,
    pub state: &'static str,
    /// What is wrong with the whole.
    pub problem: Option<String>,
    /// The form "Read as", and its preview.
    pub read_as: Option<ReadAsForm>,
    /// The review, or the ledger of a done import.
    pub review: Option<Review>,
    pub done: Option<DoneView>,
    /// A step that is running: then the page shows nothing else, and loads itself again.
    pub progress: Option<ProgressView>,
}

/// How far a step is.
#[derive(Debug, Clone, Default)]
pub struct ProgressView {
    /// "34,000 of 100,000 rows".
    pub words: String,
    pub rows: i64,
    pub all: i64,
}

/// How a file is read.
#[derive(Debug, Clone, Default)]
pub struct ReadAsForm {
    /// Whether it is shown unfolded, because something is asked.
    pub is_open: bool,
    pub error: Option<String>,
    /// Whether the choices are those of an earlier file.
    pub is_remembered: bool,
    /// "CSV, UTF-8, semicolons".
    pub summary: String,
    pub formats: Vec<Choice>,
    pub is_csv: bool,
    pub selects: Vec<SelectView>,
    pub header_line: Field,
    /// Rows as they will be.
    pub preview: Vec<PreviewRow>,
}

impl ReadAsForm {
    /// Whether one of the first rows can't be read or is left out.
    pub fn has_notes(&self) -> bool {
        self.preview.iter().any(|row| !row.note.is_empty())
    }
}

/// A select of the form, with the question that it answers.
#[derive(Debug, Clone, Default)]
pub struct SelectView {
    pub name: &'static str,
    pub label: &'static str,
    pub question: Option<String>,
    pub choices: Vec<Choice>,
}

/// One of the first rows of the file.
#[derive(Debug, Clone, Default)]
pub struct PreviewRow {
    pub date: String,
    pub description: String,
    pub amount: Option<MoneyView>,
    /// Why it can't be read or is left out.
    pub note: String,
}

/// The rows of an import with their verdicts.
#[derive(Debug, Clone, Default)]
pub struct Review {
    pub counts: Vec<CountView>,
    pub balances: Option<&'static str>,
    /// Whether rows can still be chosen.
    pub is_open: bool,
    /// Name and value of the shown filter.
    pub filter: &'static str,
    /// The address to which choices are posted, with the filter and the page.
    pub action: String,
    /// The same for the button that imports.
    pub confirm_action: String,
    pub groups: Vec<RowGroup>,
    /// The numbers of the rows on this page, separated by commas.
    pub shown: String,
    pub previous: Option<String>,
    pub next: Option<String>,
    /// "Rows 101–200 of 1,204".
    pub range: String,
    /// "Import 12 rows".
    pub confirm_label: String,
    /// The names of the categories, for suggestions.
    pub categories: Vec<String>,
    pub category: Field,
    /// The income category of money in; empty leaves it out.
    pub money_in: Field,
    pub has_money_in: bool,
    pub like: Option<LikeView>,
}

/// Rows like one whose category was just chosen.
#[derive(Debug, Clone, Default)]
pub struct LikeView {
    pub row: i32,
    pub category: String,
    /// "the 12 others like it".
    pub words: String,
}

/// How many rows have a verdict; a link to them.
#[derive(Debug, Clone, Default)]
pub struct CountView {
    /// As in `data-verdict`.
    pub verdict: &'static str,
    pub label: &'static str,
    pub count: i64,
    /// As people read it.
    pub number: String,
    pub href: String,
    pub is_current: bool,
}

/// Rows under one heading.
#[derive(Debug, Clone, Default)]
pub struct RowGroup {
    pub title: &'static str,
    pub rows: Vec<RowView>,
}

/// A row of the file.
#[derive(Debug, Clone, Default)]
pub struct RowView {
    pub number: i32,
    pub date: String,
    /// In one line.
    pub description: String,
    /// As it is typed.
    pub description_field: Field,
    pub memo: String,
    pub amount: Option<MoneyView>,
    /// As it is typed, where it can be chosen.
    pub category: Field,
    /// Why the category was suggested: "as the last 9 times".
    pub category_reason: Option<String>,
    pub verdict: &'static str,
    /// "Maybe there: same amount, at most 3 days apart".
    pub words: String,
    /// The expense that it is, or may be.
    pub expense: Option<ExpenseLink>,
    pub can_be_taken: bool,
    pub take: bool,
    /// Whether the expense is in the trash and this row can bring it back.
    pub can_be_restored: bool,
}

impl RowView {
    /// What people call it.
    pub fn name(&self) -> &str {
        match self.description.as_str() {
            "" => "the row",
            description => description,
        }
    }

    pub fn description_id(&self) -> String {
        format!("description_{}", self.number)
    }

    /// The `id` of the reason of its category; empty without one.
    pub fn reason_id(&self) -> String {
        match self.category_reason {
            Some(_) => format!("reason-{}", self.number),
            None => String::new(),
        }
    }

    pub fn category_id(&self) -> String {
        format!("category_{}", self.number)
    }

    /// The amount in words.
    pub fn amount_text(&self) -> String {
        self.amount.as_ref().map(MoneyView::text).unwrap_or_default()
    }
}

/// An expense of the ledger beside a row.
#[derive(Debug, Clone, Default)]
pub struct ExpenseLink {
    pub href: String,
    /// "Lunch, October 3, Groceries".
    pub words: String,
}

/// A confirmed import.
#[derive(Debug, Clone, Default)]
pub struct DoneView {
    pub is_undone: bool,
    /// "118 expenses were added."
    pub words: String,
    /// The list of these expenses.
    pub list_href: Option<String>,
    /// Expenses that somebody has changed since.
    pub changed: Vec<ExpenseLink>,
    pub has_rejected: bool,
}

/// A description in one line, as a field for it holds it.
pub fn one_line(description: &str) -> String {
    description.replace(['\n', '\t'], " ")
}

page!(ImportsPage, "/import");
page!(ImportPage, "/import/{id}");
