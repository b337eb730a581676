//! Recognizes footers with totals.

use std::borrow::Cow;

use super::fold::fold;
use super::words::TOTALS;

/// Longer texts are descriptions.
const MAX_LENGTH: usize = 80;

/// Whether the first cell that is not empty names a total.
pub(super) fn begins_with_total(cells: &[Cow<'_, str>]) -> bool {
    let first = cells.iter().map(|cell| cell.trim()).find(|cell| !cell.is_empty());
    first.is_some_and(|cell| is_text(cell) && names_total(cell))
}

/// Whether the first text of a row names a total. A footer can begin with a date.
pub(super) fn is_total(cells: &[Cow<'_, str>], date: usize) -> bool {
    let texts = cells.iter().enumerate();
    let mut texts = texts.filter(|(at, cell)| *at == date || is_text(cell)).take(2);
    texts.any(|(_, cell)| names_total(cell))
}

fn is_text(cell: &str) -> bool {
    cell.len() <= MAX_LENGTH && cell.chars().any(char::is_alphabetic)
}

fn names_total(cell: &str) -> bool {
    let folded = fold(cell);
    let is_word = |word: &&str| {
        let rest = folded.strip_prefix(word);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    TOTALS.iter().any(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_total_is_named_first() {
        let cells = |line: &'static str| line.split(',').map(Cow::Borrowed).collect::<Vec<_>>();
        for (line, is_footer) in [
            ("Total,,9.00", true),
            (",Endsaldo,9.00", true),
            ("2025-11-24,Total balance,80.00", true),
            ("2025-11-24,Baker,Total of all", false),
            ("2025-11-24,Totally fine,1.00", false),
        ] {
            assert_eq!(is_total(&cells(line), 0), is_footer, "{line}");
        }
        assert!(begins_with_total(&cells(",Saldo:,9.00")));
        assert!(!begins_with_total(&cells("2025-11-24,Total,9.00")));
    }
}
