//! Splits an SQL script of PostgreSQL into its statements.

/// The statements of `script` in their order, without the `;` at their end. Comments stay with the statement that
/// follows them; a part with nothing but comments is left out.
///
/// Quoted text, quoted names, `$tag$` bodies and comments may contain `;`. Function bodies written as `BEGIN ATOMIC`
/// are not supported: quote them with `$$`.
pub(super) fn statements(script: &str) -> Vec<&str> {
    let (mut found, mut start, mut at, mut has_code) = (Vec::new(), 0, 0, false);
    while let Some(first) = script[at..].chars().next() {
        let rest = &script[at..];
        if first == ';' {
            if has_code {
                found.push(script[start..at].trim());
            }
            (start, has_code) = (at + 1, false);
        } else {
            has_code |= !(first.is_whitespace() || rest.starts_with("--") || rest.starts_with("/*"));
        }
        at += token_length(rest, first);
    }
    if has_code {
        found.push(script[start..].trim());
    }
    found
}

/// The length of the comment, quoted text, name or single character that `rest` begins with.
fn token_length(rest: &str, first: char) -> usize {
    let until = |opening: usize, closing: &str| {
        rest[opening..]
            .find(closing)
            .map_or(rest.len(), |at| opening + at + closing.len())
    };
    match first {
        '-' if rest.starts_with("--") => until(2, "\n"),
        '/' if rest.starts_with("/*") => comment_length(rest),
        // A doubled quote ends one text and begins the next, which comes to the same.
        '\'' => until(1, "'"),
        '"' => until(1, "\""),
        'e' | 'E' if rest[1..].starts_with('\'') => escaped_length(rest),
        '$' => dollar_tag(rest).map_or(1, |tag| until(tag.len(), tag)),
        _ if is_of_name(first) => rest.find(|c| !is_of_name(c) && c != '$').unwrap_or(rest.len()),
        _ => first.len_utf8(),
    }
}

fn is_of_name(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// Block comments nest.
fn comment_length(rest: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(found) = rest[at..].find(['/', '*']) {
        at += found;
        if rest[at..].starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if rest[at..].starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    rest.len()
}

/// `E'…'`, in which a backslash escapes the next character.
fn escaped_length(rest: &str) -> usize {
    let mut is_escaped = false;
    for (at, c) in rest.char_indices().skip(2) {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '\'' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// `$$` or `$tag$`; a parameter such as `$1` is none.
fn dollar_tag(rest: &str) -> Option<&str> {
    let end = rest[1..].find('$')? + 1;
    let name = &rest[1..end];
    let is_tag = name.chars().all(is_of_name) && !name.starts_with(|c: char| c.is_ascii_digit());
    is_tag.then_some(&rest[..=end])
}

#[cfg(test)]
mod tests {
    use super::statements;

    #[test]
    fn each_statement_stands_for_itself() {
        for (script, expected) in [
            ("", &[][..]),
            (" ;; -- nothing; at all\n /* nor; /* here; */ ; */ ;", &[]),
            ("SELECT 1", &["SELECT 1"]),
            ("SELECT 1;\nSELECT 2;\n", &["SELECT 1", "SELECT 2"]),
            ("SELECT 1; -- why; not\n", &["SELECT 1"]),
            ("-- why; not\nSELECT 1;", &["-- why; not\nSELECT 1"]),
            (
                "SELECT 1 /* a; /* b; */ c; */; SELECT 2",
                &["SELECT 1 /* a; /* b; */ c; */", "SELECT 2"],
            ),
            (
                "SELECT ';' || 'it''s; so'; SELECT 2",
                &["SELECT ';' || 'it''s; so'", "SELECT 2"],
            ),
            (
                r"SELECT E'\';' || e'\\'; SELECT 2",
                &[r"SELECT E'\';' || e'\\'", "SELECT 2"],
            ),
            (r"SELECT '\'; SELECT 2", &[r"SELECT '\'", "SELECT 2"]),
            (r#"SELECT "a;b"; SELECT 2"#, &[r#"SELECT "a;b""#, "SELECT 2"]),
            (
                "DO $$ BEGIN a; END $$; SELECT 2",
                &["DO $$ BEGIN a; END $$", "SELECT 2"],
            ),
            (
                "DO $f$ a; $$ b; $$ $f$; SELECT 2",
                &["DO $f$ a; $$ b; $$ $f$", "SELECT 2"],
            ),
            (
                "SELECT $1; SELECT $2; SELECT 3",
                &["SELECT $1", "SELECT $2", "SELECT 3"],
            ),
            (
                "SELECT a$b$ FROM t; SELECT c$b$",
                &["SELECT a$b$ FROM t", "SELECT c$b$"],
            ),
            (
                "SELECT 4 / 2 - 1 * 3; SELECT 'é;ü'",
                &["SELECT 4 / 2 - 1 * 3", "SELECT 'é;ü'"],
            ),
            ("SELECT 'open; SELECT 2", &["SELECT 'open; SELECT 2"]),
        ] {
            assert_eq!(statements(script), expected, "{script}");
        }
    }
}
