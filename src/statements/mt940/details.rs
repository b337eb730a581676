//! Field `:86:`, which every country structures in its own way, or not at all.

use super::super::clean::{folded, present};
use super::labelled;
use super::parts::Details;
use super::subfields::{separator, subfield_details};

/// A line of `:86:` has at most this many characters; a full one may end inside a word.
const FULL_LINE: usize = 65;

/// Reads the lines of the field, without its tag.
pub fn details(lines: &[&str]) -> Details {
    let together: String = lines.concat();
    let start = together.trim_start();
    if let Some(separator) = separator(start) {
        return subfield_details(start, separator);
    }
    if labelled::has_slashes(start) {
        return labelled::slash_details(start);
    }
    let free = free_text(lines);
    if labelled::has_words(start) {
        return labelled::word_details(&free);
    }
    let mut details = Details::default();
    if together.contains("SVWZ+") {
        details.add_sepa(&together);
        return details;
    }
    let (code, text) = leading_code(free.trim_start());
    details.references.extend(code.and_then(present));
    details.text = folded(text);
    details
}

/// French banks put a letter and a number before the text: `A44?Librairie`.
fn leading_code(text: &str) -> (Option<&str>, &str) {
    match text.as_bytes() {
        [letter, tens, ones, b'?', ..]
            if letter.is_ascii_uppercase() && tens.is_ascii_digit() && ones.is_ascii_digit() =>
        {
            (Some(&text[..3]), &text[4..])
        }
        _ => (None, text),
    }
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
    use super::details;

    fn read(lines: &[&str]) -> (String, String, String) {
        let details = details(lines);
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
            read(&[
                "/BUSP/Incasso/eenmalig//BENM/NL50INGB0001234567/INGBNL2A/Bank N.V. inzake WeB///REMI///EV4/"
            ]),
            parts("Bank N.V. inzake WeB", "EV4", "Incasso/eenmalig")
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
        assert_eq!(
            read(&["A44?Librairie Gibert", "Virement"]),
            parts("", "Librairie Gibert Virement", "")
        );
        assert_eq!(read(&["EREF+1SVWZ+Rate"]), parts("", "Rate", ""));
    }
}
