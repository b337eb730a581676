//! The page that tells an error in the visitor's words and gives a way on.

use askama::Template;

use super::page::page;
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
}

impl KeptForm {
    /// What a person typed, with a label for each; the fields that the page itself filled in are left out.
    pub fn shown(&self) -> Vec<(String, &str)> {
        let typed = self
            .fields
            .iter()
            .filter(|(name, value)| name != "request_id" && !value.is_empty());
        typed
            .map(|(name, value)| {
                let mut label = name.replace('_', " ");
                if let Some(first) = label.get_mut(..1) {
                    first.make_ascii_uppercase();
                }
                (label, value.as_str())
            })
            .collect()
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
