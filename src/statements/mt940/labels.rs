//! Text that labels divide: `EREF+…SVWZ+…`, `/NAME/…/REMI/…`, `IBAN: … NAAM: …`.

use memchr::memchr;

/// The values behind `labels`, in order; what stands before the first label has none. All labels end in `last`.
pub fn divided<'a>(text: &'a str, labels: &[&'static str], last: u8) -> Vec<(&'static str, &'a str)> {
    let mut parts = Vec::new();
    let (mut label, mut start, mut at) = ("", 0, 0);
    let bytes = text.as_bytes();
    while let Some(next) = memchr(last, &bytes[at..]) {
        at += next + 1;
        let before = &bytes[start..at];
        let found = labels.iter().find(|label| {
            before.len() >= label.len()
                && before[before.len() - label.len()..].eq_ignore_ascii_case(label.as_bytes())
        });
        if let Some(found) = found {
            parts.push((label, &text[start..at - found.len()]));
            (label, start) = (found, at);
        }
    }
    parts.push((label, &text[start..]));
    if parts[0].0.is_empty() && parts[0].1.trim().is_empty() {
        parts.remove(0);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::divided;

    #[test]
    fn labels_divide_a_text() {
        assert_eq!(
            divided("aEREF+1 SVWZ+bé", &["EREF+", "SVWZ+"], b'+'),
            [("", "a"), ("EREF+", "1 "), ("SVWZ+", "bé")]
        );
        assert_eq!(
            divided("/ORDP//NAME/Jan/REMI/x", &["/ORDP/", "/NAME/", "/REMI/"], b'/'),
            [("/ORDP/", ""), ("/NAME/", "Jan"), ("/REMI/", "x")]
        );
        assert_eq!(divided("", &["A:"], b':'), []);
    }
}
