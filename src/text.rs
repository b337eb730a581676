//! What people write: which characters may come in, and how names and searches are compared.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// One line, trimmed, without control characters, of at most `most` characters; the error is a sentence.
pub fn line(text: &str, most: usize) -> Result<String, String> {
    checked(text.trim().to_owned(), most, |_| false)
}

/// Several lines, trimmed; line feeds and tabs may stay, and CRLF becomes LF.
pub fn lines(text: &str, most: usize) -> Result<String, String> {
    checked(text.replace("\r\n", "\n").trim().to_owned(), most, |c| {
        matches!(c, '\n' | '\t')
    })
}

fn checked(text: String, most: usize, allowed: impl Fn(char) -> bool) -> Result<String, String> {
    if text.chars().any(|c| c.is_control() && !allowed(c)) {
        return Err("Remove the control characters: they can't be shown.".to_owned());
    }
    match text.chars().count() {
        length if length > most => Err(format!("Use at most {most} characters; this has {length}.")),
        _ => Ok(text),
    }
}

/// The form in which two names are the same name: compatibility forms unified, case ignored, accents kept.
pub fn name_key(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.nfkc().flat_map(char::to_lowercase).nfkc().collect()
}

/// Longest form in which a description is searched, in characters: 500 syllables of Hangul have as many letters. Other
/// text that becomes longer, such as that of ligatures for whole phrases, is found by its beginning.
const MOST_SEARCHED: usize = 1_500;
/// Longest text that a search looks for once it is folded; a longer one is looked for by its beginning.
const MOST_WANTED: usize = 200;

/// A description in the form in which a search looks for it, see [`folded`].
pub fn searched(description: &str) -> String {
    cut(folded(description), MOST_SEARCHED)
}

/// What a search looks for, in the form in which descriptions are searched.
pub fn wanted(query: &str) -> String {
    cut(folded(query), MOST_WANTED)
}

fn cut(mut text: String, most: usize) -> String {
    if let Some((end, _)) = text.char_indices().nth(most) {
        text.truncate(end);
    }
    text
}

/// The form in which a search looks: case and accents ignored, so that `cafe` finds `Café`.
pub fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut rest = text;
    // Between two ASCII characters nothing depends on its neighbours, and most text is ASCII.
    while !rest.is_empty() {
        let plain = rest.find(|c: char| !c.is_ascii()).unwrap_or(rest.len());
        folded.extend(rest[..plain].chars().map(|c| c.to_ascii_lowercase()));
        rest = &rest[plain..];
        let other = rest.find(|c: char| c.is_ascii()).unwrap_or(rest.len());
        fold(&rest[..other], &mut folded);
        rest = &rest[other..];
    }
    folded
}

fn fold(text: &str, folded: &mut String) {
    let letters = text.nfkd().flat_map(char::to_lowercase).nfkd();
    for c in letters.filter(|c| !is_combining_mark(*c)) {
        // Letters that people type without their stroke, which no decomposition takes away.
        match c {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'đ' | 'ð' => folded.push('d'),
            'ł' => folded.push('l'),
            'ı' => folded.push('i'),
            other => folded.push(other),
        }
    }
}

/// `text` as a LIKE pattern that finds it anywhere, with `\` as the escape.
pub fn like_anywhere(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// At most `most` characters for a message, with an ellipsis where something was cut.
pub fn shortened(text: &str, most: usize) -> String {
    let mut chars = text.chars();
    let head: String = chars.by_ref().take(most).collect();
    if chars.next().is_some() {
        format!("{}…", head.trim_end())
    } else {
        head
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn text_is_folded_alike_in_pieces_and_whole(text in "([a-cA-C ,]|[éÉßİœŁ\u{301}\u{327}\u{345}Å各]|\\PC){0,20}") {
            let mut whole = String::new();
            fold(&text, &mut whole);
            prop_assert_eq!(folded(&text), whole);
        }
    }

    #[test]
    fn names_compare_without_case_but_with_accents() {
        assert_eq!(name_key("GROCERIES"), name_key("groceries"));
        assert_eq!(name_key("CAFÉ"), name_key("cafe\u{301}"));
        assert_ne!(name_key("Café"), name_key("Cafe"));
        assert_eq!(name_key("ΣΊΣΥΦΟΣ"), name_key("σίσυφοσ"));
    }

    #[test]
    fn a_search_ignores_case_and_accents() {
        for (written, searched) in [
            ("Café", "CAFE"),
            ("Straße", "strasse"),
            ("Łódź", "lodz"),
            ("İstanbul", "istanbul"),
            ("SMØRREBRØD", "smorrebrod"),
        ] {
            assert_eq!(folded(written), folded(searched), "{written}");
        }
    }

    #[test]
    fn what_grows_when_it_is_folded_is_cut() {
        let korean = "각".repeat(500);
        assert_eq!(
            searched(&korean),
            folded(&korean),
            "every letter of a description"
        );
        let phrase = "\u{fdfa}".repeat(500);
        assert_eq!(searched(&phrase).chars().count(), MOST_SEARCHED);
        assert_eq!(wanted(&phrase[..600]).chars().count(), MOST_WANTED);
        assert!(searched(&phrase).contains(&wanted(&phrase[..600])));
    }

    #[test]
    fn a_pattern_takes_every_character_as_itself() {
        assert_eq!(like_anywhere(r"100%_\"), r"%100\%\_\\%");
    }

    #[test]
    fn control_characters_are_refused_but_line_feeds_and_tabs_may_stay_in_several_lines() {
        assert!(line("a\u{0}b", 60).is_err());
        assert!(line("a\nb", 60).is_err());
        assert_eq!(lines(" a\r\n\tb ", 60).as_deref(), Ok("a\n\tb"));
        assert!(lines("a\rb", 60).is_err());
        assert!(lines("a\u{85}b", 60).is_err());
    }

    #[test]
    fn length_counts_characters_not_bytes() {
        assert!(line(&"é".repeat(60), 60).is_ok());
        assert!(line(&"é".repeat(61), 60).unwrap_err().contains("61"));
    }

    #[test]
    fn a_long_text_is_cut_with_an_ellipsis() {
        assert_eq!(shortened("abcdef", 3), "abc…");
        assert_eq!(shortened("abc", 3), "abc");
    }
}
