//! The fields of an expense that people fill in: the one list of their names, their order on each form, and their messages.

use std::ops::Index;

use time::Date;

use crate::error::FieldErrors;
use crate::ledger::category_kind::CategoryKind;
use crate::period::format_date;
use crate::web::view::Field;

/// The name of what a form sends besides its fields, and of the member of JSON: see [`ExpenseFields::kind`].
pub const KIND: &str = "kind";

/// The name of the checkbox beside the amount: see [`ExpenseFields::refund`].
pub const REFUND: &str = "refund";

/// The name of the hidden field beside the date: see [`ExpenseFields::was_date`].
pub const WAS_DATE: &str = "was_date";

/// The name of the radio buttons with the most used categories. One that is picked counts where the category is empty.
pub const CATEGORY_PICK: &str = "category_pick";

/// A field that a person fills in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExpenseField {
    Amount,
    Category,
    Date,
    Description,
    /// The id of a member. Only a book with several members has it on its forms.
    PaidBy,
}

impl ExpenseField {
    /// In the order of their declaration.
    pub const ALL: [Self; 5] = [
        Self::Amount,
        Self::Category,
        Self::Date,
        Self::Description,
        Self::PaidBy,
    ];

    /// The name in forms and JSON, and after a prefix in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Amount => "amount",
            Self::Category => "category",
            Self::Date => "date",
            Self::Description => "description",
            Self::PaidBy => "paid_by",
        }
    }

    /// The text of the `<label>`.
    pub fn label(self) -> &'static str {
        match self {
            Self::Amount => "Amount",
            Self::Category => "Category",
            Self::Date => "Date",
            Self::Description => "Description",
            Self::PaidBy => "Paid by",
        }
    }
}

/// Which form of an expense: each has its own order of the fields.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum FormKind {
    /// "Add expense".
    #[default]
    Add,
    /// "Edit expense".
    Edit,
    /// A recurring entry, new or existing.
    Recurring,
}

/// Fields in one element of the form.
#[derive(Debug)]
pub struct FieldGroup {
    /// The class of the element; empty if there is no element around them.
    pub class: &'static str,
    pub fields: &'static [ExpenseField],
}

impl FormKind {
    /// All fields, in the order of the page.
    pub fn groups(self) -> &'static [FieldGroup] {
        use ExpenseField::{Amount, Category, Date, Description, PaidBy};
        const ADD: &[FieldGroup] = &[FieldGroup {
            class: "add-fields",
            fields: &[Amount, Category, Date, Description, PaidBy],
        }];
        const EDIT: &[FieldGroup] = &[
            FieldGroup {
                class: "pair",
                fields: &[Amount, Date],
            },
            FieldGroup {
                class: "",
                fields: &[Category, Description, PaidBy],
            },
        ];
        match self {
            Self::Add => ADD,
            Self::Edit | Self::Recurring => EDIT,
        }
    }

    /// The `id` of an element on the page: `add-amount`.
    pub fn id(self, name: &str) -> String {
        format!("{}-{name}", self.prefix())
    }

    /// The parameter of an address that fills a field: `add_amount`.
    pub fn parameter(self, name: &str) -> String {
        format!("{}_{name}", self.prefix())
    }

    pub fn is_edit(self) -> bool {
        self == Self::Edit
    }

    /// Whether its description has several lines.
    pub fn has_lines(self) -> bool {
        self != Self::Add
    }

    fn prefix(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Edit => "edit",
            Self::Recurring => "recurring",
        }
    }
}

/// The texts of all fields as they were typed or sent, unchecked, and what is wrong with each.
#[derive(Debug, Clone, Default)]
pub struct ExpenseFields {
    /// In the order of [`ExpenseField::ALL`].
    fields: [Field; ExpenseField::ALL.len()],
    /// Identifies the submit; empty for none. The app fills it in, not the person.
    pub request_id: String,
    /// The kind of a category that is new, as it was sent. The form has it, not the person.
    pub kind: Option<String>,
    /// Whether the amount is a refund, also without a minus.
    pub refund: bool,
    /// The date of the form as it was drawn, if the app has filled in today's; empty if it has not. A date that nobody has
    /// changed means the day on which the form is sent.
    pub was_date: String,
    /// Why the app has filled in the category; empty if it has not.
    pub reason: String,
}

impl ExpenseFields {
    /// Each field with its `text`.
    pub fn new(mut text: impl FnMut(ExpenseField) -> String) -> Self {
        Self {
            fields: ExpenseField::ALL.map(|field| Field::new(text(field))),
            request_id: String::new(),
            kind: None,
            refund: false,
            was_date: String::new(),
            reason: String::new(),
        }
    }

    /// The same with a message at each field that has one in `errors`, and without an invalid `request_id`.
    #[must_use]
    pub fn with_errors(mut self, errors: &FieldErrors) -> Self {
        for field in ExpenseField::ALL {
            self.fields[field as usize].error = errors.of(field.name()).map(str::to_owned);
        }
        // The form has no visible field for it.
        if let Some(message) = errors.of(KIND) {
            self.fields[ExpenseField::Category as usize].error = Some(message.to_owned());
        }
        if errors.of("request_id").is_some() {
            self.request_id.clear();
        }
        self
    }

    /// Whether a new category becomes one of income.
    pub fn are_income(&self) -> bool {
        self.kind.as_deref() == Some(CategoryKind::Income.name())
    }

    /// Each field with its text.
    pub fn texts(&self) -> impl Iterator<Item = (ExpenseField, &str)> {
        ExpenseField::ALL
            .into_iter()
            .map(|field| (field, self[field].value.as_str()))
    }

    pub fn set_text(&mut self, field: ExpenseField, text: String) {
        self.fields[field as usize].value = text;
    }

    pub fn set_error(&mut self, field: ExpenseField, message: String) {
        self.fields[field as usize].error = Some(message);
    }

    /// Fills in today as a date that nobody has chosen.
    pub fn fill_today(&mut self, today: Date) {
        self.was_date = format_date(today);
        self.set_text(ExpenseField::Date, self.was_date.clone());
    }

    /// Whether the date is the one that the app has filled in.
    pub fn has_drawn_date(&self) -> bool {
        !self.was_date.is_empty() && self[ExpenseField::Date].value.trim() == self.was_date
    }

    pub fn is_empty(&self) -> bool {
        self.texts().all(|(_, text)| text.is_empty())
    }

    /// The first wrong field in the order of the page.
    pub fn first_wrong(&self, kind: FormKind) -> Option<ExpenseField> {
        let fields = kind.groups().iter().flat_map(|group| group.fields);
        fields.copied().find(|field| self[*field].is_wrong())
    }
}

impl Index<ExpenseField> for ExpenseFields {
    type Output = Field;

    fn index(&self, field: ExpenseField) -> &Field {
        &self.fields[field as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_has_every_field_once() {
        for kind in [FormKind::Add, FormKind::Edit, FormKind::Recurring] {
            let groups = kind.groups().iter().flat_map(|group| group.fields);
            let mut names: Vec<&str> = groups.map(|field| field.name()).collect();
            let mut all = ExpenseField::ALL.map(ExpenseField::name);
            names.sort_unstable();
            all.sort_unstable();
            assert_eq!(names, all, "{kind:?}");
        }
        for (place, field) in ExpenseField::ALL.into_iter().enumerate() {
            assert_eq!(field as usize, place);
        }
    }

    #[test]
    fn the_first_wrong_field_is_the_first_on_the_page() {
        let mut errors = FieldErrors::default();
        errors.add("category", "Enter a category.");
        errors.add("date", "Choose a date.");
        let fields = ExpenseFields::default().with_errors(&errors);
        assert_eq!(fields.first_wrong(FormKind::Add), Some(ExpenseField::Category));
        assert_eq!(fields.first_wrong(FormKind::Edit), Some(ExpenseField::Date));
    }
}
