//! What a person reads of a booking.

use super::super::clean::{folded, present};
use super::labels::divided;

/// Labels in the text of SEPA payments.
const SEPA: [&str; 16] = [
    "EREF+", "KREF+", "MREF+", "CRED+", "DEBT+", "COAM+", "OAMT+", "SVWZ+", "ABWA+", "ABWE+", "PURP+",
    "ANAM+", "IBAN+", "BIC+", "RTRN+", "BREF+",
];

/// What a person reads of a booking, each perhaps empty.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Details {
    /// The other party.
    pub name: String,
    /// What the payment is for.
    pub text: String,
    /// The bank's word for the kind of booking.
    pub posting: String,
    /// Whether `text` is labelled as the text for people.
    pub is_labelled: bool,
    pub references: Vec<String>,
}

impl Details {
    /// The text of a SEPA payment: `SVWZ+` is for people, the rest are references.
    pub fn add_sepa(&mut self, text: &str) {
        let parts = divided(text, &SEPA, b'+');
        let mut free = String::new();
        for (label, value) in parts {
            match label {
                "" | "SVWZ+" => {
                    self.is_labelled |= !label.is_empty();
                    free.push(' ');
                    free.push_str(value);
                }
                "ANAM+" if self.name.is_empty() => self.name = folded(value),
                label => self
                    .references
                    .extend(present(value).map(|value| format!("{label}{value}"))),
            }
        }
        self.text = folded(&free);
    }

    /// Some banks repeat the name of the other party, and nothing else, in the second line of `:61:`.
    pub fn find_name(&mut self, supplement: &str) {
        let name = folded(supplement);
        let is_name = name.len() > 2 && name.chars().any(char::is_alphabetic);
        if self.name.is_empty() && is_name && self.text.contains(&name) {
            self.name = name;
        }
    }
}
