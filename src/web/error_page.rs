//! The page that tells an error in the visitor's words and gives a way on.

use askama::Template;

use super::page::page;
use crate::web::fields::Fields;
use crate::web::view::{Chrome, Status};

/// Any answer of 4xx or 5xx that is not a form.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "error.html", blocks = ["view"])]
pub struct ErrorPage {
    /// The frame.
    pub chrome: Chrome,
    /// Always `None`; the frame asks for it.
    pub status: Option<Status>,
    /// The HTTP status.
    pub code: u16,
    /// What happened, as a short heading: "This page does not exist".
    pub heading: String,
    /// What to do about it, in one or two sentences.
    pub words: String,
    /// The request's id, for 5xx; `None` else.
    pub request_id: Option<String>,
    /// Whether trying the same again may help (429, 500, 503).
    pub retry_href: Option<String>,
    /// What was typed into a form that could not be saved.
    pub kept: Option<KeptForm>,
}

/// A form that could not be saved, ready to be sent again as it was.
#[derive(Debug, Clone)]
pub struct KeptForm {
    /// Where it was sent.
    pub action: String,
    /// Name and value of each field.
    pub fields: Vec<(String, String)>,
    /// The words of its button.
    pub button: String,
}

/// Fields that the page itself filled in.
const FILLED_IN: [&str; 3] = ["request_id", "form_for", "version"];

impl KeptForm {
    /// To be sent again as it is.
    pub fn again(action: String, fields: Vec<(String, String)>) -> Self {
        Self {
            action,
            fields,
            button: "Send it again".to_owned(),
        }
    }

    /// To be sent by another person than it was drawn for, who has this id and address.
    pub fn as_other(action: String, mut fields: Vec<(String, String)>, id: &str, email: &str) -> Self {
        for (name, value) in &mut fields {
            if name == "form_for" {
                id.clone_into(value);
            }
        }
        Self {
            action,
            fields,
            button: format!("Send it as {email}"),
        }
    }

    /// The form that was posted to `action`; `None` if there is a password in it, which is never written into a page.
    pub fn of(action: &str, form: &Fields) -> Option<Self> {
        let pairs = || form.pairs();
        let secret = pairs().any(|(name, _)| name.contains("password"));
        (!secret).then(|| {
            let fields = pairs().map(|(name, value)| (name.to_owned(), value.to_owned()));
            Self::again(action.to_owned(), fields.collect())
        })
    }

    /// The first value of `name`.
    pub fn value(&self, name: &str) -> Option<&String> {
        let mut fields = self.fields.iter();
        fields.find(|(other, _)| other == name).map(|(_, value)| value)
    }

    /// Whether a person typed a field, or the page itself filled it in.
    pub fn is_typed(name: &str, value: &str) -> bool {
        !FILLED_IN.contains(&name) && !value.is_empty()
    }

    /// Whether a person typed any of it.
    pub fn has_typed(&self) -> bool {
        self.fields
            .iter()
            .any(|(name, value)| Self::is_typed(name, value))
    }

    /// What a field is called: its name, to be read.
    pub fn label(name: &str) -> String {
        let mut label = name.replace('_', " ");
        if let Some(first) = label.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        label
    }
}

impl ErrorPage {
    /// Heading and words for a status, in the product's manner; the caller may put better ones in their place.
    pub fn words_for(code: u16) -> (&'static str, &'static str) {
        match code {
            400 => (
                "That address is not right",
                "Something in it has a value we cannot use. Check it, or start from the dashboard.",
            ),
            403 => (
                "That is not allowed",
                "The request came from another site or is not open to you. Start again from the dashboard.",
            ),
            404 => (
                "This page does not exist",
                "It may have been moved or deleted, or the address has a typing mistake.",
            ),
            405 => (
                "That does not work here",
                "This address does not answer such a request. Start again from the dashboard.",
            ),
            409 => (
                "This changed in the meantime",
                "Somebody else, or another window of yours, saved it first. Open it again to see how it stands now.",
            ),
            413 => (
                "That is too large",
                "The form holds more than we take in one go. Shorten it and try again.",
            ),
            415 => (
                "We cannot read that",
                "It came in a form we do not know. Send it from the page itself.",
            ),
            422 => (
                "We could not use what was sent",
                "Go back, check the form, and try again.",
            ),
            429 => (
                "Too many tries",
                "Wait a few minutes, then try again. Nothing you entered is lost.",
            ),
            503 => (
                "We will be back in a moment",
                "Your data is safe. The database does not answer right now; try again shortly.",
            ),
            _ => (
                "Something went wrong",
                "It is our fault, not yours, and nothing you saved is lost. Try again in a moment.",
            ),
        }
    }
}

page!(ErrorPage, "");
