//! Folds words of headers and cells to the form of the tables of words.

use unicode_normalization::UnicodeNormalization as _;

use crate::text;

/// Lower case without accents. Words are separated at every character that is no letter or digit, and before a capital
/// inside a word (`ValutaDate` is `valuta date`).
pub(super) fn fold(cell: &str) -> String {
    let mut split = String::with_capacity(cell.len() + 4);
    let mut was_small = false;
    for c in cell.chars() {
        if was_small && c.is_uppercase() {
            split.push(' ');
        }
        was_small = c.is_lowercase();
        split.push(if c.is_alphanumeric() { c } else { ' ' });
    }
    // Folding decomposes Korean letters as well.
    let folded: String = text::folded(&split).nfc().collect();
    let mut words = String::with_capacity(folded.len());
    for word in folded.split_whitespace() {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
    }
    words
}

/// The text without parts in brackets: `Betrag (€)` is `Betrag`.
pub(super) fn without_brackets(cell: &str) -> String {
    let (mut depth, mut text) = (0_u32, String::new());
    for c in cell.chars() {
        match c {
            '(' | '（' | '[' => depth += 1,
            ')' | '）' | ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => text.push(c),
            _ => {}
        }
    }
    text
}

/// Replaces white space by single spaces and trims the text.
pub(super) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// The trimmed text of a cell, without the formula `="…"` that prevents a spreadsheet from reading a number.
pub(super) fn cell_text(cell: &str) -> &str {
    let cell = cell.trim();
    match cell.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')) {
        Some(inner) => inner.trim(),
        None => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_compared_without_what_differs_between_files() {
        for (cell, folded) in [
            (" Währung ", "wahrung"),
            ("Name / Omschrijving", "name omschrijving"),
            ("ValutaDate", "valuta date"),
            ("IBAN/BBAN", "iban bban"),
            ("N° de transaction", "n de transaction"),
            ("currency_code", "currency code"),
            ("收/支     ", "收 支"),
            ("Débit", "debit"),
        ] {
            assert_eq!(fold(cell), folded);
        }
        assert_eq!(fold(&without_brackets("金额（元）")), "金额");
        assert_eq!(fold(&without_brackets("Withdrawal (-)")), "withdrawal");
        assert_eq!(one_line(" a \t b\n c"), "a b c");
        assert_eq!(cell_text(" =\"00123\" "), "00123");
    }
}
