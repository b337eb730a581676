//! Subfields of `:86:`: a sign and a code of two digits before each.

/// The character before each code of two digits: `?` in Germany; Poland has others.
pub fn separator(text: &str) -> Option<char> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &text[digits..];
    let separator = rest.chars().next()?;
    let is_code = |code: &str| matches!(code.as_bytes(), [tens, ones, ..] if tens.is_ascii_digit() && ones.is_ascii_digit());
    let after = &rest[separator.len_utf8()..];
    let codes = rest.split(separator).skip(1).filter(|part| is_code(part)).count();
    // A code of three digits before one of the usual signs settles it; else the order of the fields does.
    let is_usual = digits == 3 && "?~^<>|§".contains(separator);
    let is_in_order = digits <= 3 && codes > 1 && after.starts_with(['0', '1', '2']);
    let is_sign = "?~^<>|§*@&+#!".contains(separator);
    (is_sign && is_code(after) && (is_usual || is_in_order)).then_some(separator)
}

/// The fields with their codes. What follows the separator but is no code belongs to the text.
pub fn subfields(text: &str, separator: char) -> Vec<(u8, &str)> {
    let mut fields: Vec<(u8, usize, usize)> = Vec::new();
    for (at, _) in text.match_indices(separator) {
        let start = at + separator.len_utf8();
        let code = text
            .get(start..start + 2)
            .filter(|code| code.bytes().all(|byte| byte.is_ascii_digit()));
        let Some(code) = code.and_then(|code| code.parse().ok()) else {
            continue;
        };
        if !matches!(code, 0..=39 | 60..=65) {
            continue;
        }
        if let Some(last) = fields.last_mut() {
            last.2 = at;
        }
        fields.push((code, start + 2, text.len()));
    }
    fields
        .into_iter()
        .map(|(code, start, end)| (code, &text[start..end.max(start)]))
        .collect()
}
