//! The page that shows an error and offers what to do next.

use askama::Template;

use super::page::page;
use crate::web::fields::{self, Fields};
use crate::web::view::{Chrome, Status};

/// Any 4xx or 5xx response that is not a form.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "error.html", blocks = ["view"])]
pub struct ErrorPage {
    pub chrome: Chrome,
    /// Always `None`; `_status.html` needs it.
    pub status: Option<Status>,
    /// The HTTP status.
    pub code: u16,
    /// What happened: "Page not found".
    pub heading: String,
    /// What to do, in one or two sentences.
    pub detail: String,
    /// For 5xx.
    pub request_id: Option<String>,
    /// The same address, if the error can be temporary (429, 500, 503).
    pub retry_href: Option<String>,
    /// The posted form that could not be saved.
    pub kept: Option<KeptForm>,
}

/// A form that could not be saved and can be sent again.
#[derive(Debug, Clone)]
pub struct KeptForm {
    pub action: String,
    /// Names and values.
    pub fields: Vec<(String, String)>,
    /// The label of the button.
    pub button: String,
}

/// Fields that the app fills in, not the person.
const APP_FIELDS: [&str; 3] = ["request_id", "form_for", "version"];

impl KeptForm {
    /// To send it unchanged.
    pub fn again(action: String, fields: Vec<(String, String)>) -> Self {
        Self {
            action,
            fields,
            button: "Try again".to_owned(),
        }
    }

    /// To send it as another account than the one it was rendered for.
    pub fn as_other(action: String, mut fields: Vec<(String, String)>, id: &str, email: &str) -> Self {
        for (name, value) in &mut fields {
            if name == "form_for" {
                id.clone_into(value);
            }
        }
        Self {
            action,
            fields,
            button: format!("Send as {email}"),
        }
    }

    /// The form that was posted to `action`; `None` if it has a password, which is never written into a page.
    pub fn of(action: &str, form: &Fields) -> Option<Self> {
        let pairs = || form.pairs();
        let has_password = pairs().any(|(name, _)| name.contains("password"));
        (!has_password).then(|| {
            let fields = pairs().map(|(name, value)| (name.to_owned(), value.to_owned()));
            Self::again(action.to_owned(), fields.collect())
        })
    }

    /// The first value of `name`.
    pub fn value(&self, name: &str) -> Option<&String> {
        let mut fields = self.fields.iter();
        fields.find(|(other, _)| other == name).map(|(_, value)| value)
    }

    /// Whether a person typed this field.
    pub fn is_typed(name: &str, value: &str) -> bool {
        !APP_FIELDS.contains(&name) && !name.starts_with(fields::WAS) && !value.is_empty()
    }

    /// Whether a person typed any field.
    pub fn has_typed(&self) -> bool {
        self.fields
            .iter()
            .any(|(name, value)| Self::is_typed(name, value))
    }

    /// "Add amount" for `add_amount`.
    pub fn label(name: &str) -> String {
        let mut label = name.replace('_', " ");
        if let Some(first) = label.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        label
    }
}

page!(ErrorPage, "");
