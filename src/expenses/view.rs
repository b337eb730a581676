//! The templates of the list and the edit page.

use askama::Template;

use super::expense_view::ExpenseView;
use super::fields::{ExpenseField, ExpenseFields, FormKind};
use crate::web::page::{Page as _, page};
use crate::web::view::{Choice, Chrome, Field, MoneyView, PeriodNav, Status};

/// The form for one expense, new or existing.
#[derive(Debug, Clone, Default)]
pub struct ExpenseForm {
    pub kind: FormKind,
    /// Complete address it posts to, with the filter and the view in its query.
    pub action: String,
    /// The currency's code, printed beside the amount.
    pub currency: String,
    /// As typed, with their messages.
    pub fields: ExpenseFields,
    /// Names of the known categories.
    pub suggestions: Vec<String>,
    /// Names of the categories that are used most, to be picked with one tap.
    pub picks: Vec<String>,
    /// Who may have paid; empty in a book of one person.
    pub payers: Vec<Choice>,
    /// The address of the view with the form for the other kind; `None` where that is not offered.
    pub switch_href: Option<String>,
    /// The address that suggests a category for a description; `None` where that is not offered.
    pub suggestion_href: Option<String>,
    /// Whether it was filled from one line, so that the next key can save it.
    pub has_focus: bool,
    /// What the date is called; empty for "Date".
    pub date_label: &'static str,
}

impl ExpenseForm {
    /// What the form for a new row is called, and its button.
    pub fn title(&self) -> &'static str {
        add_title(self.fields.are_income())
    }

    /// The name of the link to the form for the other kind.
    pub fn switch_title(&self) -> &'static str {
        add_title(!self.fields.are_income())
    }

    /// The text of the `<label>` of a field.
    pub fn label(&self, field: ExpenseField) -> &'static str {
        match field {
            ExpenseField::Date if !self.date_label.is_empty() => self.date_label,
            _ => field.label(),
        }
    }

    /// What the checkbox beside the amount is called.
    pub fn refund_label(&self) -> &'static str {
        if self.fields.are_income() {
            "Taken back"
        } else {
            "Refund"
        }
    }

    /// Whether any field is wrong.
    pub fn is_wrong(&self) -> bool {
        self.fields.first_wrong(self.kind).is_some()
    }

    /// Whether the field gets the focus: the first invalid one, or the first missing one of a form that was filled.
    pub fn has_focus(&self, field: ExpenseField) -> bool {
        self.fields.first_wrong(self.kind).or(self.missing()) == Some(field)
    }

    /// Whether the button gets the focus, because nothing is missing.
    pub fn button_has_focus(&self) -> bool {
        self.has_focus && !self.is_wrong() && self.missing().is_none()
    }

    fn missing(&self) -> Option<ExpenseField> {
        let needed = [ExpenseField::Amount, ExpenseField::Category];
        let is_missing = |field: &ExpenseField| self.fields[*field].value.is_empty();
        needed.into_iter().find(is_missing).filter(|_| self.has_focus)
    }
}

fn add_title(is_income: bool) -> &'static str {
    if is_income { "Add income" } else { "Add expense" }
}

/// One expense in a list.
#[derive(Debug, Clone, Default)]
pub struct RowView {
    pub expense: ExpenseView,
    /// Complete address of its edit page, with the filter and the view in its query; for those who may not edit, of its
    /// history.
    pub edit_href: String,
    /// Complete address to which its button "Delete" posts.
    pub delete_action: String,
    /// Whether the last change made or moved it: it fades in.
    pub just_changed: bool,
}

/// The expenses of one day.
#[derive(Debug, Clone, Default)]
pub struct DayGroup {
    /// "Today", "Yesterday", or the date in words.
    pub heading: String,
    /// The date, `YYYY-MM-DD`.
    pub date: String,
    /// Address of the rows that make up the sum.
    pub href: String,
    /// The sum of every row of the day that matches the filter, shown here or not.
    pub total: MoneyView,
    /// The rows, newest first.
    pub rows: Vec<RowView>,
}

impl DayGroup {
    /// Whether its sum is that of its only row, so that it says nothing.
    pub fn is_one_row(&self) -> bool {
        matches!(&*self.rows, [row] if row.expense.amount.plain == self.total.plain)
    }
}

/// An active part of the filter, and the address without it.
#[derive(Debug, Clone, Default)]
pub struct ActiveFilter {
    /// For example "Category: Coffee".
    pub label: String,
    /// The address with only this part taken away.
    pub clear_href: String,
}

/// The search and category filter of the list; a GET form.
#[derive(Debug, Clone, Default)]
pub struct FilterForm {
    /// The list's address without its query.
    pub action: String,
    /// The text searched for.
    pub q: Field,
    /// The categories; the first is "All categories" with an empty value.
    pub categories: Vec<Choice>,
    /// The kinds; the first has an empty value. Empty in a book without income.
    pub kinds: Vec<Choice>,
    /// Who has paid; the first is "Everybody". Empty in a book of one person.
    pub people: Vec<Choice>,
    /// Parameters that the filter keeps besides those of `RangeForm`: (name, value).
    pub kept: Vec<(String, String)>,
    /// The active parts.
    pub active: Vec<ActiveFilter>,
    /// Whether any of them is not the period.
    pub is_narrowed: bool,
    /// The address with all of it taken away; a period other than two dates is kept.
    pub clear_href: String,
}

/// The way to the pages of the list beside this one.
#[derive(Debug, Clone, Default)]
pub struct Pager {
    /// Address of the page with newer rows.
    pub newer: Option<String>,
    /// Address of the page with older rows.
    pub older: Option<String>,
}

impl Pager {
    /// Whether there is more than this page.
    pub fn is_needed(&self) -> bool {
        self.newer.is_some() || self.older.is_some()
    }
}

/// The sums of the two kinds, and what is left.
#[derive(Debug, Clone, Default)]
pub struct KindParts {
    pub spending: MoneyView,
    pub spending_href: String,
    pub income: MoneyView,
    pub income_href: String,
    /// Income less spending.
    pub net: MoneyView,
}

/// `GET /expenses`, and what a POST with `view=list` answers.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "expenses/list.html", blocks = ["view"])]
pub struct ListPage {
    pub chrome: Chrome,
    pub status: Option<Status>,
    pub period: PeriodNav,
    /// The form "Add expense".
    pub add: ExpenseForm,
    /// Whether the part with the form stands open though nothing is wrong in it (it was prefilled).
    pub add_open: bool,
    pub filter: FilterForm,
    /// The sum of all rows that match the address.
    pub total: MoneyView,
    /// What it consists of where the rows are of both kinds.
    pub parts: Option<KindParts>,
    /// How many there are: "58 expenses".
    pub count: String,
    /// The address of exactly these rows, without a cursor.
    pub list_href: String,
    /// The CSV of exactly these rows.
    pub export_href: String,
    /// The same for a spreadsheet; `None` where that is the same file.
    pub spreadsheet_href: Option<String>,
    pub trash_href: String,
    /// Where the filter names a category.
    pub year: Option<CategoryYearCard>,
    /// The rows of this page, by day.
    pub days: Vec<DayGroup>,
    /// The pages beside it.
    pub pager: Pager,
    /// Whether the book has no expense at all, in any period.
    pub is_new_account: bool,
}

impl ListPage {
    /// Whether the part with the form stands open.
    pub fn shows_add(&self) -> bool {
        self.add_open || self.add.is_wrong()
    }
}

/// A category over twelve months.
#[derive(Debug, Clone, Default)]
pub struct CategoryYearCard {
    /// Its name.
    pub category: String,
    /// "December 2025 – November 2026".
    pub months: String,
    /// Of all columns.
    pub total: MoneyView,
    /// "12% more than the year before"; `None` if nothing was spent then. A year that is not over is compared until today.
    pub change: Option<String>,
    pub columns: Vec<MonthColumn>,
}

/// One month of a [`CategoryYearCard`].
#[derive(Debug, Clone, Default)]
pub struct MonthColumn {
    /// "Nov".
    pub short: String,
    /// "November 2026: $45.00".
    pub label: String,
    /// What follows `short` for a screen reader: "2026: $45.00".
    pub rest: String,
    /// The address of its rows.
    pub href: String,
    /// In percent of the highest one.
    pub height: u8,
    /// Whether the list shows this month.
    pub is_shown: bool,
}

impl MonthColumn {
    /// Where the column begins, in percent from above.
    pub fn top(&self) -> u8 {
        100_u8.saturating_sub(self.height)
    }
}

/// The stored expense, shown above the form that would overwrite it.
#[derive(Debug, Clone, Default)]
pub struct Saved {
    /// Who has saved it and when, as a sentence.
    pub who: String,
    /// The label and the value of each field; the value is empty where the field is not shown.
    pub fields: Vec<(&'static str, String)>,
}

/// `GET /expenses/{id}/edit`, and the 422 and 409 of `POST /expenses/{id}`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "expenses/edit.html", blocks = ["view"])]
pub struct EditPage {
    /// The frame; its `nav` is the view the person came from.
    pub chrome: Chrome,
    pub status: Option<Status>,
    /// The form "Edit expense".
    pub form: ExpenseForm,
    /// The version that the form was filled from; it saves that one and no later.
    pub version: i32,
    /// The expense as it was saved after that version; `None` if it was not.
    pub saved: Option<Saved>,
    /// What the expense is called: its description or its category.
    pub name: String,
    /// The view the person came from, with its filter.
    pub back_href: String,
    /// Complete address of its history.
    pub history_href: String,
    /// The recurring entry that has entered it; `None` if none has.
    pub schedule_href: Option<String>,
    /// The form for a recurring entry, filled from it.
    pub repeat_href: String,
    /// Complete address to which "Delete" posts.
    pub delete_action: String,
}

impl EditPage {
    /// The path of the page of one expense, below that of the app.
    pub fn path(id: i64) -> String {
        Self::PATH.replace("{id}", &id.to_string())
    }
}

page!(ListPage, "/expenses");
page!(EditPage, "/expenses/{id}/edit");
