//! The invalid fields of a request.

/// An invalid field of a form, a query or a JSON body.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct FieldError {
    /// The name of the field, as it was sent.
    pub field: String,
    /// What to do, in a sentence.
    pub message: String,
}

/// All invalid fields of a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldErrors(pub Vec<FieldError>);

/// A response has at most this many errors, so that it stays small.
const MAX_ERRORS: usize = 100;

impl FieldErrors {
    pub(crate) fn one(field: &str, message: impl Into<String>) -> Self {
        let mut errors = Self::default();
        errors.add(field, message);
        errors
    }

    /// Ignored beyond `MAX_ERRORS`.
    pub(crate) fn add(&mut self, field: &str, message: impl Into<String>) {
        if self.0.len() >= MAX_ERRORS {
            return;
        }
        self.0.push(FieldError {
            field: field.to_owned(),
            message: message.into(),
        });
    }

    pub(crate) fn extend(&mut self, others: Self) {
        for error in others.0 {
            self.add(&error.field, error.message);
        }
    }

    /// The value, or `None` after its error was added for `field`.
    pub(crate) fn ok_or_add<T>(&mut self, field: &str, value: Result<T, impl Into<String>>) -> Option<T> {
        value.map_err(|message| self.add(field, message)).ok()
    }

    /// The message for `field`, if it is invalid.
    pub(crate) fn of(&self, field: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|error| error.field == field)
            .map(|error| error.message.as_str())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
