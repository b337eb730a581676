//! Text that people enter: the characters it may have, and the keys by which names and searches match.
//!
//! More than 300 lines, because half of the file is its tests.

use icu_properties::CodePointSetData;
use icu_properties::props::{DefaultIgnorableCodePoint, EnumeratedProperty as _, GeneralCategory};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Trims one line. Errors, as a sentence for the field: control characters, or more than `max_chars` characters.
pub(crate) fn line(text: &str, max_chars: usize) -> Result<String, String> {
    if text.trim().contains(['\u{2028}', '\u{2029}']) {
        return Err("Remove the line breaks.".to_owned());
    }
    checked(text.trim().to_owned(), max_chars, |_| false)
}

/// A name of a person or a book, which others see: one line. It may be empty, but not of nothing visible, and must not
/// change the direction of the text around it.
pub(crate) fn name(text: &str, max_chars: usize) -> Result<String, String> {
    let name = line(text, max_chars)?;
    let turns = |c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if name.chars().any(turns) {
        return Err("Remove the invisible characters that change the direction of text.".to_owned());
    }
    if !name.is_empty() && name.chars().all(is_invisible) {
        return Err("Enter at least one visible character.".to_owned());
    }
    Ok(name)
}

/// A name in the form in which a person sees it on a page, to compare it with what they type: runs of white space are one
/// space, and letters with accents are composed.
pub(crate) fn as_seen(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").nfc().collect()
}

/// Whether nothing of a character shows by itself.
fn is_invisible(c: char) -> bool {
    /// Braille without dots, which Unicode counts as a symbol.
    const NO_DOTS: char = '\u{2800}';
    c == NO_DOTS || c.is_whitespace() || c.is_control() || is_unseen(c)
}

/// Whether a character takes no room: zero-width spaces and joiners, marks of the direction, selectors of variants. They come
/// along with copied text. White space and control characters do not count.
pub(crate) fn is_unseen(c: char) -> bool {
    !c.is_ascii()
        && (CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
            || GeneralCategory::for_char(c) == GeneralCategory::Format)
}

/// The ASCII digit for a decimal digit of any script.
pub(crate) fn ascii_digit(c: char) -> Option<char> {
    if c.is_ascii() {
        return c.is_ascii_digit().then_some(c);
    }
    let is_digit = |code: u32| {
        char::from_u32(code).is_some_and(|c| GeneralCategory::for_char(c) == GeneralCategory::DecimalNumber)
    };
    let code = u32::from(c);
    if !is_digit(code) {
        return None;
    }
    // Unicode has the ten digits of a script in a row, and some of these rows next to each other.
    let before = (1..=code).take_while(|back| is_digit(code - back)).count();
    char::from_digit(u32::try_from(before % 10).ok()?, 10)
}

/// A whole number that people type, for `parse`: trimmed, without invisible characters, with ASCII digits.
pub(crate) fn number(text: &str) -> String {
    let seen = text.chars().filter(|c| !is_unseen(*c));
    let plain: String = seen.map(|c| ascii_digit(c).unwrap_or(c)).collect();
    plain.trim().to_owned()
}

/// Like [`line`], but line feeds and tabs are allowed, and CRLF becomes LF.
pub(crate) fn lines(text: &str, max_chars: usize) -> Result<String, String> {
    checked(text.replace("\r\n", "\n").trim().to_owned(), max_chars, |c| {
        matches!(c, '\n' | '\t')
    })
}

fn checked(text: String, max_chars: usize, is_allowed: impl Fn(char) -> bool) -> Result<String, String> {
    if text.chars().any(|c| c.is_control() && !is_allowed(c)) {
        return Err("Remove the control characters; they can't be displayed.".to_owned());
    }
    match text.chars().count() {
        length if length > max_chars => Err(format!("Use {max_chars} characters or fewer (now {length}).")),
        _ => Ok(text),
    }
}

/// The key by which names are compared: names that differ only in case, in compatibility characters or in what can't be seen
/// are the same; accents count.
///
/// Case is that of Unicode's full case folding: `ΦΌΡΟΣ` is `Φόρος`, `STRASSE` is `Straße`. The members of a book can have
/// several languages, so the letters i of Turkish and Azeri are the same with and without their dot: `ISINMA` is `ısınma`.
pub(crate) fn name_key(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let seen = without_unseen(text);
    let mut key = String::with_capacity(seen.len());
    let lower = seen.nfkc().flat_map(char::to_lowercase);
    // The capitals of a letter that has several small ones (ς and σ), or of one that has two (ß), decide.
    for c in lower.flat_map(char::to_uppercase).flat_map(char::to_lowercase) {
        if c != DOT_ABOVE || !key.ends_with('i') {
            key.push(c);
        }
    }
    key.nfkc().collect()
}

/// What is left of `İ` in lower case, besides the i.
const DOT_ABOVE: char = '\u{307}';

/// The text without what can't be seen, but for joiners between letters or emoji that look different with them, and the tags of
/// a flag.
fn without_unseen(text: &str) -> String {
    const FLAG: char = '\u{1f3f4}';
    let is_tag = |c: char| ('\u{e0020}'..='\u{e007f}').contains(&c);
    // Latin, Greek and Cyrillic letters are not joined.
    let joins = |c: char| c > '\u{590}' && !c.is_whitespace() && !is_unseen(c);
    let mut seen = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let before = seen.chars().next_back();
        let is_joiner = matches!(c, '\u{200c}' | '\u{200d}');
        let is_between = before.is_some_and(joins) && chars.peek().copied().is_some_and(joins);
        let is_flag = is_tag(c) && before.is_some_and(|before| before == FLAG || is_tag(before));
        if !is_unseen(c) || is_joiner && is_between || is_flag {
            seen.push(c);
        }
    }
    seen
}

/// Longest form in which a description is searched, in characters: 500 syllables of Hangul have as many letters. Other
/// text that becomes longer, such as that of ligatures for whole phrases, is found by its beginning.
const MAX_SEARCH_TEXT: usize = 1_500;
/// Longest text that a search looks for once it is folded; a longer one is looked for by its beginning.
const MAX_SEARCH_QUERY: usize = 200;

/// A description in the form in which it is searched, see [`folded`].
pub fn search_text(description: &str) -> String {
    first_chars(folded(description), MAX_SEARCH_TEXT)
}

/// What a search looks for, in the form in which descriptions are searched.
pub fn search_query(query: &str) -> String {
    first_chars(folded(query), MAX_SEARCH_QUERY)
}

fn first_chars(mut text: String, limit: usize) -> String {
    if let Some((end, _)) = text.char_indices().nth(limit) {
        text.truncate(end);
    }
    text
}

/// Text without case and accents, so that `cafe` finds `Café`.
pub fn folded(text: &str) -> String {
    let mut searched = String::with_capacity(text.len());
    let mut rest = text;
    // Most text is ASCII, which needs no normalization. Only a run of other characters must be normalized as a whole.
    while !rest.is_empty() {
        let (ascii, tail) = rest.split_at(rest.find(|c: char| !c.is_ascii()).unwrap_or(rest.len()));
        searched.extend(ascii.chars().map(|c| c.to_ascii_lowercase()));
        let (other, tail) = tail.split_at(tail.find(|c: char| c.is_ascii()).unwrap_or(tail.len()));
        push_normalized(&mut searched, other);
        rest = tail;
    }
    searched
}

fn push_normalized(searched: &mut String, text: &str) {
    let letters = text.nfkd().flat_map(char::to_lowercase).nfkd();
    for c in letters.filter(|c| !is_combining_mark(*c)) {
        // Letters that Unicode does not decompose, as people type them without a special keyboard.
        match c {
            'ß' => searched.push_str("ss"),
            'æ' => searched.push_str("ae"),
            'œ' => searched.push_str("oe"),
            'ø' => searched.push('o'),
            'đ' | 'ð' => searched.push('d'),
            'ł' => searched.push('l'),
            'ı' => searched.push('i'),
            other => searched.push(other),
        }
    }
}

/// A LIKE pattern that matches text containing `text`; the escape character is `\`.
#[cfg(any(feature = "_postgres", test))]
pub(crate) fn like_containing(text: &str) -> String {
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

/// At most `max_chars` characters for a message, and an ellipsis if the text is longer.
pub(crate) fn truncated(text: &str, max_chars: usize) -> String {
    let mut chars = text.chars();
    let head: String = chars.by_ref().take(max_chars).collect();
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
        fn a_name_is_the_same_in_every_case(name in "([a-zäßşığİςΣΌфИ☕ ]|\\PC){0,20}", unseen in "[\u{200b}\u{2060}\u{feff}\u{200e}]") {
            let key = name_key(&name);
            prop_assert_eq!(name_key(&key), key.clone());
            prop_assert_eq!(name_key(&name.to_lowercase()), key.clone());
            prop_assert_eq!(name_key(&name.to_uppercase()), key.clone());
            prop_assert_eq!(name_key(&format!("{unseen}{name}{unseen}")), key);
        }

        #[test]
        fn mixed_text_is_normalized_like_one_run(text in "([a-cA-C ,]|[éÉßİœŁ\u{301}\u{327}\u{345}Å各]|\\PC){0,20}") {
            let mut whole = String::new();
            push_normalized(&mut whole, &text);
            prop_assert_eq!(folded(&text), whole);
        }
    }

    #[test]
    fn names_compare_without_case_but_with_accents() {
        assert_eq!(name_key("GROCERIES"), name_key("groceries"));
        assert_eq!(name_key("CAFÉ"), name_key("cafe\u{301}"));
        assert_ne!(name_key("Café"), name_key("Cafe"));
        assert_eq!(name_key("ΣΊΣΥΦΟΣ"), name_key("σίσυφοσ"));
        for same in [
            ["Φόρος", "ΦΌΡΟΣ"],
            ["Straße", "STRASSE"],
            ["Straße", "STRAẞE"],
            ["Isınma", "ISINMA"],
            ["İnternet", "internet"],
            ["ﬁsh", "FISH"],
            ["ᾳ", "ΑΙ"],
            ["Հաց և կաթ", "ՀԱՑ ԵՒ ԿԱԹ"],
            ["ЁЛКА", "ёлка"],
        ] {
            assert_eq!(name_key(same[0]), name_key(same[1]), "{same:?}");
        }
        for different in [["ДЕД", "ДЕТ"], ["ä", "a"], ["ΦΟΡΟΣ", "ΦΌΡΟΣ"], ["ё", "е"]] {
            assert_ne!(name_key(different[0]), name_key(different[1]), "{different:?}");
        }
    }

    #[test]
    fn names_compare_by_what_can_be_seen() {
        for same in [
            ["☕", "☕\u{fe0f}"],
            ["☕\u{fe0e}", "☕\u{fe0f}"],
            ["Food", "Fo\u{200b}od"],
            ["Food", "\u{feff}Food\u{2060}"],
            ["Food", "\u{200e}Food\u{200f}"],
            ["Food", "Fo\u{ad}od\u{200d}"],
            ["❤\u{fe0f}\u{200d}🔥", "❤\u{200d}🔥"],
        ] {
            assert_eq!(name_key(same[0]), name_key(same[1]), "{same:?}");
        }
        for different in [
            ["👩\u{200d}🚀", "👩🚀"],
            ["می\u{200c}روم", "میروم"],
            ["👍🏽", "👍"],
            ["🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}", "🏴"],
        ] {
            assert_ne!(name_key(different[0]), name_key(different[1]), "{different:?}");
        }
    }

    #[test]
    fn a_decimal_digit_of_any_script_is_a_digit() {
        for zero in [
            '0',
            '٠',
            '۰',
            '߀',
            '०',
            '๐',
            '０',
            '\u{1d7ce}',
            '\u{1d7d8}',
            '\u{1d7f6}',
            '\u{1e950}',
            '\u{a9f0}',
        ] {
            for digit in 0..10 {
                let c = char::from_u32(u32::from(zero) + digit).unwrap();
                assert_eq!(ascii_digit(c), char::from_digit(digit, 10), "{c}");
            }
        }
        for other in ['a', '½', '²', '①', 'Ⅻ', '五', '٫', ' '] {
            assert_eq!(ascii_digit(other), None, "{other}");
        }
        assert_eq!(number(" \u{200f}١٢\u{200b} "), "12");
        assert_eq!(number("1 2"), "1 2");
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
            assert_eq!(search_text(written), search_text(searched), "{written}");
        }
    }

    #[test]
    fn a_long_folded_text_is_truncated() {
        let korean = "각".repeat(500);
        assert_eq!(
            search_text(&korean),
            folded(&korean),
            "every letter of a description"
        );
        let phrase = "\u{fdfa}".repeat(500);
        assert_eq!(search_text(&phrase).chars().count(), MAX_SEARCH_TEXT);
        assert_eq!(search_query(&phrase[..600]).chars().count(), MAX_SEARCH_QUERY);
        assert!(search_text(&phrase).contains(&search_query(&phrase[..600])));
    }

    #[test]
    fn a_pattern_escapes_its_special_characters() {
        assert_eq!(like_containing(r"100%_\"), r"%100\%\_\\%");
    }

    #[test]
    fn control_characters_are_errors_except_line_feeds_and_tabs_in_several_lines() {
        assert!(line("a\u{0}b", 60).is_err());
        assert!(line("a\nb", 60).is_err());
        assert_eq!(lines(" a\r\n\tb ", 60).as_deref(), Ok("a\n\tb"));
        assert!(lines("a\rb", 60).is_err());
        assert!(lines("a\u{85}b", 60).is_err());
    }

    #[test]
    fn a_name_of_nothing_visible_is_refused() {
        for invisible in [
            "\u{200b}",
            "\u{2061}\u{2065}",
            "\u{1d173}",
            "\u{e0041}\u{e0100}",
            "\u{180b}",
            "\u{17b4}",
            "\u{fff9}",
            "\u{2800}",
            "\u{61c}",
            "\u{3164}",
        ] {
            assert!(
                name(invisible, 60).is_err(),
                "{:?}",
                invisible.escape_unicode().to_string()
            );
        }
        for visible in ["a", "\u{200b}a", "é", "👩\u{200d}🚀", "\u{e000}", "日"] {
            assert_eq!(name(visible, 60).as_deref(), Ok(visible));
        }
        assert_eq!(name("", 60).as_deref(), Ok(""));
        assert!(line("a\u{2028}b", 60).is_err() && line("a\u{2029}b", 60).is_err());
    }

    #[test]
    fn a_name_is_compared_as_it_is_seen() {
        assert_eq!(as_seen(" Home  sweet\u{a0}home "), as_seen("Home sweet home"));
        assert_eq!(as_seen("Cafe\u{301}"), as_seen("Café"));
        assert_ne!(as_seen("home"), as_seen("Home"));
    }

    #[test]
    fn the_limit_counts_characters_not_bytes() {
        assert!(line(&"é".repeat(60), 60).is_ok());
        assert!(line(&"é".repeat(61), 60).unwrap_err().contains("61"));
    }

    #[test]
    fn a_truncated_text_ends_in_an_ellipsis() {
        assert_eq!(truncated("abcdef", 3), "abc…");
        assert_eq!(truncated("abc", 3), "abc");
    }
}
