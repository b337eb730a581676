//! A refused form of the page of an import.

use crate::error::FieldErrors;
use crate::web::fields::Fields;

/// What is wrong with a posted form.
#[derive(Debug, Clone, Default)]
pub(super) struct Refused {
    pub(super) errors: FieldErrors,
    /// A sentence about the whole.
    pub(super) problem: Option<String>,
    /// The fields of the rows as they were typed.
    pub(super) typed: Fields,
}
