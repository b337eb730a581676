//! Field `:86:`, which every country structures in its own way, or not at all.

use super::super::clean::{self, folded, present};
use super::labels::divided;
use super::subfields::{separator, subfields};

/// Labels in the text of SEPA payments.
const SEPA: [&str; 16] = [
    "EREF+", "KREF+", "MREF+", "CRED+", "DEBT+", "COAM+", "OAMT+", "SVWZ+", "ABWA+", "ABWE+", "PURP+",
    "ANAM+", "IBAN+", "BIC+", "RTRN+", "BREF+",
];

/// Labels of Dutch banks. The order counts: of two that fit, the first is found.
const SLASHES: [&str; 34] = [
    "/TRTP/", "/TRCD/", "/NAME/", "/REMI/", "/USTD/", "/STRD/", "/CNTP/", "/IBAN/", "/BIC/", "/EREF/",
    "/PREF/", "/KREF/", "/MARF/", "/CSID/", "/ORDP/", "/BENM/", "/ADDR/", "/ISDT/", "/PURP/", "/RTRN/",
    "/RTYP/", "/SVCL/", "/ULTD/", "/ULTC/", "/ULTB/", "/ID/", "/INIT/", "/ACCW/", "/EXCH/", "/CHGS/",
    "/OCMT/", "/RREF/", "/PT/", "/PY/",
];

/// Labels in the free text of other Dutch bookings.
const WORDS: [&str; 8] = [
    "IBAN:",
    "BIC:",
    "NAAM:",
    "OMSCHRIJVING:",
    "KENMERK:",
    "MACHTIGING:",
    "INCASSANT:",
    "VOOR:",
];

/// A line of `:86:` has at most this many characters; a full one may end inside a word.
const FULL_LINE: usize = 65;

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
    pub fn of(lines: &[&str]) -> Self {
        let together: String = lines.concat();
        let start = together.trim_start();
        if let Some(separator) = separator(start) {
            return Self::of_subfields(start, separator);
        }
        if SLASHES.iter().any(|label| starts_with(start, label)) {
            return Self::of_slashes(start);
        }
        let free = free_text(lines);
        if together.contains("SVWZ+") {
            let mut details = Self::default();
            details.add_sepa(&together);
            return details;
        }
        if starts_with(start, "SEPA ")
            && divided(&together, &WORDS, b':')
                .iter()
                .any(|(label, _)| *label == "NAAM:")
        {
            return Self::of_words(&free);
        }
        Self {
            text: folded(&free),
            ..Self::default()
        }
    }

    /// Field `:NS:`, whose lines begin with a number each.
    pub fn of_numbered(lines: &[&str]) -> Self {
        let mut details = Self::default();
        let (mut name, mut text) = (Vec::new(), Vec::new());
        for line in lines {
            let number = line.get(..2).and_then(|number| number.parse::<u8>().ok());
            let value = line.get(2..).unwrap_or_default();
            match number {
                Some(1..=14) => text.push(value),
                Some(15 | 16) => name.push(value),
                Some(17) => details.posting = folded(value),
                _ => details.references.extend(present(line)),
            }
        }
        details.name = folded(&name.join(" "));
        details.text = folded(&text.join(" "));
        details
    }

    /// Some banks repeat the name of the other party, and nothing else, in the second line of `:61:`.
    pub fn find_name(&mut self, supplement: &str) {
        let name = folded(supplement);
        let is_name = name.len() > 2 && name.chars().any(char::is_alphabetic);
        if self.name.is_empty() && is_name && self.text.contains(&name) {
            self.name = name;
        }
    }

    /// `159?00RETOURE?20EREF+…?21…?32name?33…`: the first digits are a code, and lines are cut inside words.
    fn of_subfields(text: &str, separator: char) -> Self {
        let (mut name, mut remittance, mut bank) =
            (String::new(), String::new(), [String::new(), String::new()]);
        let mut details = Self::default();
        for (code, value) in subfields(text, separator) {
            match code {
                0 => details.posting.push_str(value),
                20..=29 | 60..=65 => remittance.push_str(value),
                32 | 33 => name.push_str(value),
                30 | 31 => bank[usize::from(code - 30)].push_str(value),
                // Batch numbers and return codes of the banks among themselves.
                10 | 34 => {}
                _ => details.references.extend(present(value)),
            }
        }
        details.posting = folded(&details.posting);
        details.name = folded(&name);
        details.add_sepa(&remittance);
        details
            .references
            .extend(bank.iter().rev().filter_map(|value| present(value)));
        details
    }

    /// The text of a SEPA payment: `SVWZ+` is for people, the rest are references.
    fn add_sepa(&mut self, text: &str) {
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

    fn of_slashes(text: &str) -> Self {
        let mut details = Self {
            is_labelled: true,
            ..Self::default()
        };
        let mut texts = Vec::new();
        for (label, value) in divided(text, &SLASHES, b'/') {
            let value = value.trim_matches(['/', ' ']);
            match label {
                "/NAME/" if details.name.is_empty() => details.name = folded(value),
                // Account, bank, name, city.
                "/CNTP/" => {
                    let mut parts = value.split('/');
                    details.references.extend(parts.next().and_then(present));
                    details.references.extend(parts.next().and_then(present));
                    if let Some(name) = parts.next().filter(|_| details.name.is_empty()) {
                        details.name = folded(name);
                    }
                    details.references.extend(parts.filter_map(present));
                }
                "/TRTP/" => details.posting = folded(value),
                "" | "/REMI/" | "/USTD/" | "/STRD/" | "/PY/" => {
                    texts.push(value.strip_prefix("USTD/").unwrap_or(value).trim_matches('/'));
                }
                label => details
                    .references
                    .extend(present(value).map(|value| format!("{label}{value}"))),
            }
        }
        details.text = clean::joined(texts);
        details
    }

    fn of_words(text: &str) -> Self {
        let mut details = Self {
            is_labelled: true,
            ..Self::default()
        };
        for (label, value) in divided(text, &WORDS, b':') {
            let value = folded(value);
            match label {
                "" => details.posting = value,
                "NAAM:" if details.name.is_empty() => details.name = value,
                "OMSCHRIJVING:" => details.text = value,
                label => details.references.push(format!("{label} {value}")),
            }
        }
        details
    }
}

fn starts_with(text: &str, label: &str) -> bool {
    text.get(..label.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(label))
}

/// Lines without a structure: only a full line may end inside a word.
fn free_text(lines: &[&str]) -> String {
    let mut text = String::new();
    let mut is_full = true;
    for line in lines {
        if !is_full {
            text.push(' ');
        }
        text.push_str(line);
        is_full = line.chars().count() >= FULL_LINE;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::Details;

    fn read(lines: &[&str]) -> (String, String, String) {
        let details = Details::of(lines);
        (details.name, details.text, details.posting)
    }

    fn parts(name: &str, text: &str, posting: &str) -> (String, String, String) {
        (name.to_owned(), text.to_owned(), posting.to_owned())
    }

    #[test]
    fn german_subfields_are_joined_inside_words() {
        assert_eq!(
            read(&[
                "105?00Lastschrift?20EREF+1?21SVWZ+Beitrag M",
                "ai?22 2025?30BIC?31DE1?32Vere",
                "?33in e.V.?60 Rest"
            ]),
            parts("Verein e.V.", "Beitrag Mai 2025 Rest", "Lastschrift")
        );
        assert_eq!(
            read(&["166?00Gutschrift?20Warum?99 nicht?"]),
            parts("", "Warum?99 nicht?", "Gutschrift")
        );
    }

    #[test]
    fn other_separators_are_found() {
        assert_eq!(
            read(&["020~00Przelew~20czynsz~32Jan~33 Nowak"]),
            parts("Jan Nowak", "czynsz", "Przelew")
        );
        assert_eq!(
            read(&["<00Przelew<10123<20czynsz<27Jan"]),
            parts("", "czynszJan", "Przelew")
        );
        assert_eq!(read(&["12+34 Street"]), parts("", "12+34 Street", ""));
    }

    #[test]
    fn dutch_labels_are_read() {
        assert_eq!(
            read(&[
                "/TRTP/SEPA OVERBOEKING/IBAN/NL12/BIC/X/NAME/J. Ja",
                "nsen/REMI/Huur mei/EREF/N"
            ]),
            parts("J. Jansen", "Huur mei", "SEPA OVERBOEKING")
        );
        assert_eq!(
            read(&["/EREF/1//CNTP/NL32INGB0000012345/INGBNL2A/Bank N.V.///REMI/USTD//Kosten/"]),
            parts("Bank N.V.", "Kosten", "")
        );
        assert_eq!(
            read(&["/ORDP//NAME/Jan/REMI/Etentje"]),
            parts("Jan", "Etentje", "")
        );
        assert_eq!(
            read(&[
                "SEPA IDEAL                       IBAN: NL12        BIC: X",
                "NAAM: Station  OMSCHRIJVING: Kaartje"
            ]),
            parts("Station", "Kaartje", "SEPA IDEAL")
        );
    }

    #[test]
    fn free_text_keeps_its_words() {
        assert_eq!(read(&["BEA 12:30", "Shop"]), parts("", "BEA 12:30 Shop", ""));
        let full = "x".repeat(65);
        assert_eq!(read(&[&full, "y"]), parts("", &format!("{full}y"), ""));
        assert_eq!(read(&["EREF+1SVWZ+Rate"]), parts("", "Rate", ""));
    }
}
