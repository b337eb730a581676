//! The parts of a description by which its earlier uses are found.

use crate::text;

/// Characters of a description that are compared, as in the index `expenses_by_description`.
const COMPARED: usize = 60;
/// Words of the longest beginning that is looked for.
const MOST_WORDS: usize = 6;

/// A description as the index has it.
pub(super) fn compared(description: &str) -> String {
    first_chars(&text::search_text(description.trim()), COMPARED).to_owned()
}

fn first_chars(text: &str, limit: usize) -> &str {
    text.char_indices()
        .nth(limit)
        .map_or(text, |(end, _)| &text[..end])
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
        assert_eq!(all("a b c d e f g h").last(), Some(&"a b c d e f"));
        for text in ["rewe markt", "a\tb"] {
            for beginning in beginnings(text) {
                assert!(beginning <= text && text < end(beginning).as_str(), "{beginning}");
            }
        }
        assert!("rewert" >= end("rewe").as_str());
    }

    #[test]
    fn a_long_description_is_compared_by_its_first_characters() {
        assert_eq!(compared(&format!(" {} ", "Ä".repeat(80))), "a".repeat(60));
        assert_eq!(as_typed(" REWE  Markt 12", "rewe  markt"), "REWE Markt");
    }
}
