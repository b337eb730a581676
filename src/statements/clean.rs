//! Text of a file, cleaned of what no one should store.

/// A field longer than this is no text that a bank writes.
pub const LONGEST_TEXT: usize = 64 * 1024;

/// A rejected row is shown up to this length.
const LONGEST_RAW: usize = 64 * 1024;

/// White space and control characters are one space; what could not be decoded is a question mark.
pub fn folded(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut is_apart = false;
    for c in text.chars() {
        match c {
            '\u{feff}' => {}
            c if c.is_whitespace() || c.is_control() => is_apart = !clean.is_empty(),
            c => {
                if is_apart {
                    clean.push(' ');
                    is_apart = false;
                }
                clean.push(if c == char::REPLACEMENT_CHARACTER { '?' } else { c });
            }
        }
    }
    clean
}

/// The same, where nothing is left: none.
pub fn present(text: &str) -> Option<String> {
    Some(folded(text)).filter(|text| !text.is_empty())
}

/// Several texts as one; each text once.
pub fn joined<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut all = String::new();
    let mut seen = Vec::new();
    for text in texts.into_iter().map(folded) {
        if text.is_empty() || seen.contains(&text) {
            continue;
        }
        if !all.is_empty() {
            all.push_str("; ");
        }
        all.push_str(&text);
        seen.push(text);
    }
    all
}

/// A part of the file for the list of rejected rows.
pub fn raw(text: &str) -> String {
    let end = text.floor_char_boundary(LONGEST_RAW);
    text[..end]
        .trim_matches(['\r', '\n'])
        // PostgreSQL stores no zero.
        .replace([char::REPLACEMENT_CHARACTER, '\0'], "?")
}

#[cfg(test)]
mod tests {
    use super::{folded, joined};

    #[test]
    fn white_space_is_one_space_and_nothing_undecoded_stays() {
        assert_eq!(folded("  a \t\r\n b\u{a0}c\u{1}\u{fffd} "), "a b c ?");
        assert_eq!(joined(["a", "", " b ", "a"]), "a; b");
    }
}
