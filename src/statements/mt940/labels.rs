//! Text that labels divide: `EREF+…SVWZ+…`, `/NAME/…/REMI/…`, `IBAN: … NAAM: …`.

/// The values behind `labels`, in order; what stands before the first label has none.
pub fn divided<'a>(text: &'a str, labels: &[&'static str]) -> Vec<(&'static str, &'a str)> {
    let mut parts = Vec::new();
    let (mut label, mut start, mut at) = ("", 0, 0);
    let bytes = text.as_bytes();
    while at < bytes.len() {
        let found = labels.iter().find(|label| {
            bytes
                .get(at..at + label.len())
                .is_some_and(|part| part.eq_ignore_ascii_case(label.as_bytes()))
        });
        let Some(found) = found else {
            at += 1;
            continue;
        };
        parts.push((label, &text[start..at]));
        (label, start) = (found, at + found.len());
        at = start;
    }
    parts.push((label, &text[start..]));
    if parts[0].1.trim().is_empty() && parts[0].0.is_empty() {
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
            divided("aEREF+1 SVWZ+bé", &["EREF+", "SVWZ+"]),
            [("", "a"), ("EREF+", "1 "), ("SVWZ+", "bé")]
        );
        assert_eq!(
            divided("/ORDP//NAME/Jan/REMI/x", &["/ORDP/", "/NAME/", "/REMI/"]),
            [("/ORDP/", ""), ("/NAME/", "Jan"), ("/REMI/", "x")]
        );
        assert_eq!(divided("", &["A"]), []);
    }
}
