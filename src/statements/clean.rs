//! Cleans text of a file before it is stored.

/// No bank writes a longer field.
pub const LONGEST_TEXT: usize = 64 * 1024;

/// The part of a rejected row that is shown.
const LONGEST_RAW: usize = 64 * 1024;

/// Replaces white space and control characters by single spaces, and undecodable characters by question marks.
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

/// Like [`folded`]; `None` if the result is empty.
pub fn present(text: &str) -> Option<String> {
    Some(folded(text)).filter(|text| !text.is_empty())
}

/// Joins distinct texts.
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
        // PostgreSQL can't store NUL.
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
