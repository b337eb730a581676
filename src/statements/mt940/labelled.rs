//! Details that labels divide, as Dutch banks write them: `/NAME/…/REMI/…`, `IBAN: … NAAM: …`.

use super::super::clean::{self, folded, present};
use super::labels::divided;
use super::parts::Details;

/// Labels of Dutch banks. The order counts: of two that fit, the first is found.
const SLASHES: [&str; 35] = [
    "/TRTP/", "/BUSP/", "/TRCD/", "/NAME/", "/REMI/", "/USTD/", "/STRD/", "/CNTP/", "/IBAN/", "/BIC/",
    "/EREF/", "/PREF/", "/KREF/", "/MARF/", "/CSID/", "/ORDP/", "/BENM/", "/ADDR/", "/ISDT/", "/PURP/",
    "/RTRN/", "/RTYP/", "/SVCL/", "/ULTD/", "/ULTC/", "/ULTB/", "/ID/", "/INIT/", "/ACCW/", "/EXCH/",
    "/CHGS/", "/OCMT/", "/RREF/", "/PT/", "/PY/",
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

/// Whether the text begins with a label between slashes.
pub fn has_slashes(text: &str) -> bool {
    SLASHES.iter().any(|label| starts_with(text, label))
}

/// Whether the text has a name behind a word.
pub fn has_words(text: &str) -> bool {
    starts_with(text, "SEPA ")
        && divided(text, &WORDS, b':')
            .iter()
            .any(|(label, _)| *label == "NAAM:")
}

pub fn slash_details(text: &str) -> Details {
    let mut details = Details {
        is_labelled: true,
        ..Details::default()
    };
    let mut texts = Vec::new();
    for (label, value) in divided(text, &SLASHES, b'/') {
        let value = value.trim_matches(['/', ' ']);
        match label {
            "/NAME/" if details.name.is_empty() => details.name = folded(value),
            // Account, bank, name, city; some banks have nothing there.
            "/CNTP/" | "/BENM/" | "/ORDP/" => {
                let mut parts = value.split('/');
                details.references.extend(parts.next().and_then(present));
                details.references.extend(parts.next().and_then(present));
                if let Some(name) = parts.next().filter(|_| details.name.is_empty()) {
                    details.name = folded(name);
                }
                details.references.extend(parts.filter_map(present));
            }
            "/TRTP/" | "/BUSP/" => details.posting = folded(value),
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

pub fn word_details(text: &str) -> Details {
    let mut details = Details {
        is_labelled: true,
        ..Details::default()
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

fn starts_with(text: &str, label: &str) -> bool {
    text.get(..label.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(label))
}
