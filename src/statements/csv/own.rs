//! Recognizes the CSV files of this app and removes the apostrophes that protect against formulas.

use std::borrow::Cow;

use super::fold::fold;
use super::read_as::AmountAs;

/// The header of the column that the file of rejected rows has in addition. It is never read.
pub const REJECTED_BECAUSE: &str = "rejected because";

/// The headers of the export, current and former.
const HEADERS: [&[&str]; 2] = [
    &["id", "date", "amount", "currency", "category", "description"],
    &[
        "date",
        "amount",
        "currency",
        "category",
        "description",
        "kind",
        "paid by",
        "id",
    ],
];

/// Whether these are the columns of an export of this app.
pub fn is_own(header: &[String]) -> bool {
    let folded: Vec<String> = header.iter().map(|cell| fold(cell)).collect();
    HEADERS.iter().any(|known| folded == *known)
}

/// The column of the kinds of categories.
pub(super) fn kind(header: &[String]) -> Option<usize> {
    let position = header.iter().position(|cell| fold(cell) == "kind");
    position.filter(|_| is_own(header))
}

/// The direction of amounts in an export: spending is positive, and so is income if a column distinguishes the two.
pub(super) fn amount(header: &[String]) -> AmountAs {
    let column = "amount".to_owned();
    if header.iter().any(|cell| fold(cell) == "kind") {
        AmountAs::Indicator {
            column,
            indicator: "kind".to_owned(),
            out: vec!["spending".to_owned()],
            into: vec!["income".to_owned()],
        }
    } else {
        AmountAs::SpentPositive { column }
    }
}

/// A position in a cell where the export puts an apostrophe before a sign.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CellBegins {
    Never,
    AfterSpace,
    Always,
}

impl CellBegins {
    fn after(self, c: char) -> Self {
        match c {
            ';' | '|' | '\t' | '\n' | '\r' => Self::Always,
            '"' | '\'' => self,
            _ if c.is_whitespace() && self == Self::Never => Self::AfterSpace,
            _ if c.is_whitespace() => self,
            _ => Self::Never,
        }
    }
}

fn begins_formula(c: char) -> bool {
    matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠')
}

/// The original text of a cell, without the apostrophes of the export.
pub(super) fn unguarded(cell: &str) -> Cow<'_, str> {
    if !cell.contains('\'') {
        return Cow::Borrowed(cell);
    }
    let mut text = String::with_capacity(cell.len());
    let (mut begins, mut only_quotes) = (CellBegins::Always, true);
    let mut rest = cell.chars();
    while let Some(c) = rest.next() {
        let mut next = rest.clone();
        let sign = next.next();
        let is_alone = begins == CellBegins::AfterSpace && next.next() == Some(' ');
        let is_guarded = sign.is_some_and(begins_formula) && begins != CellBegins::Never && !is_alone
            || only_quotes && matches!(sign, Some('\t' | '\r'));
        if c != '\'' || !is_guarded {
            text.push(c);
        }
        only_quotes &= matches!(c, '"' | '\'');
        begins = begins.after(c);
    }
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_apostrophes_of_the_export_come_off() {
        for (cell, text) in [
            ("'=1+1", "=1+1"),
            ("'-1", "-1"),
            ("''=1", "'=1"),
            ("'q", "'q"),
            ("'\tx", "\tx"),
            ("lunch;'=1+2", "lunch;=1+2"),
            ("a '=1", "a =1"),
            ("rock 'n' roll", "rock 'n' roll"),
        ] {
            assert_eq!(unguarded(cell), text, "{cell}");
        }
    }
}
