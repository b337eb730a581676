//! The parts of a description by which its earlier uses are found.

use crate::text;

/// The longest text with suggestions, in bytes, as in the index `expenses_by_description`.
const LONGEST: usize = 2_000;
/// Words of the longest beginning that is looked for.
const MOST_WORDS: usize = 12;

/// A description as the index has it; `None` for one without suggestions.
pub(super) fn compared(description: &str) -> Option<String> {
    Some(text::search_text(description.trim())).filter(|text| has_suggestions(text))
}

pub(super) fn has_suggestions(text: &str) -> bool {
    (1..=LONGEST).contains(&text.len())
}

/// The beginnings of a text that end with a word, shortest first; the last is all of it if it has few words.
pub(super) fn beginnings(compared: &str) -> impl DoubleEndedIterator<Item = &str> {
    let is_space = |c: char| c <= ' ';
    let ends = compared
        .char_indices()
        .filter(move |(at, c)| is_space(*c) && !compared[..*at].ends_with(is_space))
        .map(|(at, _)| at);
    let ends: Vec<usize> = ends.chain([compared.len()]).take(MOST_WORDS).collect();
    ends.into_iter().map(|end| &compared[..end])
}

/// The least text that is greater than `beginning` and all texts that have more words after it, in the order of their
/// bytes: `!` follows the space.
pub(super) fn end(beginning: &str) -> String {
    format!("{beginning}!")
}

/// The first `words` words of a description, as it was typed.
pub(super) fn as_typed(description: &str, beginning: &str) -> String {
    let words = beginning
        .split(|c: char| c <= ' ')
        .filter(|word| !word.is_empty())
        .count();
    let typed: Vec<&str> = description.split_whitespace().take(words).collect();
    typed.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginnings_are_whole_words() {
        let all = |text| beginnings(text).collect::<Vec<_>>();
        assert_eq!(all("rewe markt 12"), ["rewe", "rewe markt", "rewe markt 12"]);
        assert_eq!(all("a  b"), ["a", "a  b"]);
        assert_eq!(all(&"a ".repeat(20)).last(), Some(&"a a a a a a a a a a a a"));
        for text in ["rewe markt", "a\tb"] {
            for beginning in beginnings(text) {
                assert!(beginning <= text && text < end(beginning).as_str(), "{beginning}");
            }
        }
        assert!("rewert" >= end("rewe").as_str());
    }

    #[test]
    fn descriptions_are_compared_without_case_and_accents() {
        assert_eq!(compared(" Café 7 ").as_deref(), Some("cafe 7"));
        assert_eq!(compared(" "), None);
        assert_eq!(compared(&"語".repeat(700)), None);
        assert_eq!(as_typed(" REWE  Markt 12", "rewe  markt"), "REWE Markt");
    }
}
