//! Numbers in cells: `1.234,56`, `($4556.29)`, `- $220.00`, `11'373.94`, `12,50 S`.
//!
//! More than 300 lines, because a third of the file is its tables of tests.

use crate::money::Currency;
use crate::statements::decimal::Decimal;

/// The decimal mark and the thousands mark of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Marks {
    pub decimal: char,
    /// Spaces and apostrophes are thousands marks in any column.
    pub thousands: Option<char>,
}

pub(super) const POINT: Marks = Marks {
    decimal: '.',
    thousands: Some(','),
};
pub(super) const COMMA: Marks = Marks {
    decimal: ',',
    thousands: Some('.'),
};

/// The sign in a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    None,
    Plus,
    Minus,
}

/// The parts of a cell that holds one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Parts<'a> {
    pub sign: Sign,
    /// From the first to the last digit, with the marks between; can begin or end with a mark.
    pub digits: &'a str,
}

/// Abbreviations of currencies other than the ISO 4217 codes.
const TEXT_SIGNS: [&str; 20] = [
    "kr", "rs", "fr", "sfr", "r", "rp", "rm", "zl", "ft", "lei", "tl", "bs", "din", "kn", "kc", "p", "rmb",
    "ntd", "dhs", "sar",
];
/// Longest text before or after the digits.
const MAX_AFFIX: usize = 24;

/// The number in `cell`; `None` if there is none or if it does not fit these marks.
pub(super) fn parse(cell: &str, marks: Marks) -> Option<Decimal> {
    value(parts(cell)?, marks)
}

/// Whether a cell stands for no number: empty, or only a dash.
pub(super) fn is_blank(cell: &str) -> bool {
    cell.trim().chars().all(|c| is_minus(c) || c.is_whitespace())
}

fn is_minus(c: char) -> bool {
    matches!(c, '-' | '−' | '–' | '－')
}

fn is_mark(c: char) -> bool {
    matches!(c, '.' | ',' | '\'' | '’' | '´' | '`') || is_space(c)
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}')
}

/// Splits a cell into sign and digits, without interpreting the marks.
pub(super) fn parts(cell: &str) -> Option<Parts<'_>> {
    let cell = cell.trim();
    let first = cell.find(|c: char| c.is_ascii_digit())?;
    let last = cell.rfind(|c: char| c.is_ascii_digit())?;
    let (mut before, mut digits, mut after) = (&cell[..first], &cell[first..=last], &cell[last + 1..]);
    if before.len() > MAX_AFFIX || after.len() > MAX_AFFIX {
        return None;
    }
    if !digits.chars().all(|c| c.is_ascii_digit() || is_mark(c)) {
        return None;
    }
    // `.50` begins with a mark; the dot of an abbreviation (`Rs.500`) belongs to the abbreviation.
    if let Some(rest) = before.strip_suffix(['.', ','])
        && !rest.ends_with(char::is_alphabetic)
    {
        before = rest;
        digits = &cell[before.len()..=last];
    }
    // `12.` and `300,`
    if let Some(rest) = after.strip_prefix(['.', ',']) {
        digits = &cell[before.len()..cell.len() - rest.len()];
        after = rest;
        // The rest of a sentence is no number.
        if digits.starts_with(['.', ',']) {
            return None;
        }
    }
    let is_bracketed = before.contains('(') && after.contains(')');
    if before.contains('(') != after.contains(')') {
        return None;
    }
    let before = affix(before)?;
    let after = affix(after)?;
    let sign = match (before, after, is_bracketed) {
        (Sign::None, Sign::None, true) => Sign::Minus,
        (sign, Sign::None, false) | (Sign::None, sign, false) => sign,
        _ => return None,
    };
    Some(Parts { sign, digits })
}

/// The sign in the text before or after the digits; `None` if there is text that is no currency.
fn affix(text: &str) -> Option<Sign> {
    let (mut sign, mut word_start) = (Sign::None, None);
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        if c.is_alphabetic() || word_start.is_some() && c == '.' {
            word_start.get_or_insert(at);
            continue;
        }
        if let Some(start) = word_start.take() {
            match word(text[start..at].trim_end_matches('.'), is_currency_sign(c))? {
                Sign::None => {}
                found if sign == Sign::None => sign = found,
                _ => return None,
            }
        }
        match c {
            '+' | '＋' if sign == Sign::None => sign = Sign::Plus,
            _ if is_minus(c) && sign == Sign::None => sign = Sign::Minus,
            '(' | ')' | '*' | '\'' | '’' => {}
            _ if is_space(c) || is_currency_sign(c) => {}
            _ => return None,
        }
    }
    Some(sign)
}

fn is_currency_sign(c: char) -> bool {
    matches!(
        c,
        '$' | '¢' | '£' | '¤' | '¥' | '֏' | '؋' | '৳' | '฿' | '៛' | '￠' | '￡' | '￥' | '￦' | '＄'
    ) || ('\u{20a0}'..='\u{20cf}').contains(&c)
}

/// A word beside a number: a direction, a currency code or an abbreviation.
fn word(text: &str, is_before_sign: bool) -> Option<Sign> {
    match text {
        "CR" | "Cr" | "cr" | "H" => return Some(Sign::Plus),
        "DR" | "Dr" | "dr" | "DB" | "S" => return Some(Sign::Minus),
        _ => {}
    }
    // `US$`, `A$`
    if is_before_sign && text.len() <= 3 {
        return Some(Sign::None);
    }
    let is_code = text.len() == 3 && Currency::from_code(text).is_some();
    let is_foreign = !text.is_ascii() && text.chars().count() <= 6;
    let is_sign = TEXT_SIGNS.contains(&text.to_ascii_lowercase().as_str());
    (is_code || is_foreign || is_sign).then_some(Sign::None)
}

/// The number with these marks.
pub(super) fn value(parts: Parts<'_>, marks: Marks) -> Option<Decimal> {
    let (whole, fraction) = match parts.digits.rsplit_once(marks.decimal) {
        Some((whole, fraction)) => (whole, fraction),
        None => (parts.digits, ""),
    };
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) || !is_grouped(whole, marks.thousands) {
        return None;
    }
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    // Drops zeros at the end.
    let fraction = if fraction.len() > 6 {
        fraction.trim_end_matches('0')
    } else {
        fraction
    };
    let mut units: i64 = 0;
    for c in whole.chars().chain(fraction.chars()) {
        if let Some(digit) = c.to_digit(10) {
            units = units.checked_mul(10)?.checked_add(i64::from(digit))?;
        }
    }
    let scale = u8::try_from(fraction.len()).ok()?;
    let number = Decimal { units, scale };
    Some(if parts.sign == Sign::Minus {
        number.negated()
    } else {
        number
    })
}

/// Whether the whole part is digits, or groups of three (in India of two before the last) with the same mark between.
fn is_grouped(whole: &str, thousands: Option<char>) -> bool {
    let Some(mark) = whole.chars().find(|c| !c.is_ascii_digit()) else {
        return true;
    };
    if !(Some(mark) == thousands || is_space(mark) || matches!(mark, '\'' | '’' | '´' | '`')) {
        return false;
    }
    let count = whole.split(mark).count();
    whole.split(mark).enumerate().all(|(at, group)| {
        let length = match at {
            0 => !group.starts_with('0') && (1..=3).contains(&group.len()),
            _ if at + 1 == count => group.len() == 3,
            _ => (2..=3).contains(&group.len()),
        };
        length && group.bytes().all(|byte| byte.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cell: &str, marks: Marks) -> Option<(i64, u8)> {
        parse(cell, marks).map(|number| (number.units, number.scale))
    }

    #[test]
    fn numbers_with_a_decimal_point() {
        for (cell, expected) in [
            ("0", (0, 0)),
            ("-7", (-7, 0)),
            ("1,234.56", (123_456, 2)),
            ("1'234.56", (123_456, 2)),
            ("11’373.94", (1_137_394, 2)),
            ("1 234.5", (12_345, 1)),
            ("1,00,000.00", (10_000_000, 2)),
            ("29.000", (29_000, 3)),
            ("-123.450000000000", (-12_345, 2)),
            ("($4556.29)", (-455_629, 2)),
            ("$(4.00)", (-400, 2)),
            ("- $220.00", (-22_000, 2)),
            ("+ $1,150.00", (115_000, 2)),
            ("$-5.00", (-500, 2)),
            ("-$5.00", (-500, 2)),
            ("5.00-", (-500, 2)),
            ("−5.00", (-500, 2)),
            ("5.00 DR", (-500, 2)),
            ("5.00CR", (500, 2)),
            ("USD 5.00", (500, 2)),
            ("US$5.00", (500, 2)),
            ("EUR 5.00 DR", (-500, 2)),
            ("Rs.500", (500, 0)),
            ("د.ا.4.750", (4_750, 3)),
            ("￥12.00", (1_200, 2)),
            (".50", (50, 2)),
            ("12.", (12, 0)),
        ] {
            assert_eq!(read(cell, POINT), Some(expected), "{cell}");
        }
    }

    #[test]
    fn numbers_with_a_decimal_comma() {
        for (cell, expected) in [
            ("1.234,56", (123_456, 2)),
            ("-1 200,00", (-120_000, 2)),
            ("-1\u{a0}200,00 €", (-120_000, 2)),
            ("+2500,00", (250_000, 2)),
            ("12,50 S", (-1_250, 2)),
            ("12,50 H", (1_250, 2)),
            ("300,", (300, 0)),
            ("kr -5,00", (-500, 2)),
            ("5,00 zł", (500, 2)),
        ] {
            assert_eq!(read(cell, COMMA), Some(expected), "{cell}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for cell in [
            "",
            "-",
            "abc",
            "12 Main Street",
            "1,5",
            "12,34,5",
            "0,123",
            "1.2.3",
            "--5",
            "-5-",
            "(5",
            "5)",
            "+(5)",
            "1e5",
            "TRX2025",
            "03.11.2025",
            "1 2",
            "12345678901234567890",
            "A 12 B",
        ] {
            assert_eq!(read(cell, POINT), None, "{cell}");
        }
        assert_eq!(read("1.5", COMMA), None);
        let strict = Marks {
            decimal: '.',
            thousands: None,
        };
        assert_eq!(read("1,234.50", strict), None);
        assert_eq!(read("1234.50", strict), Some((123_450, 2)));
        assert!(is_blank(" - ") && is_blank("") && !is_blank("0"));
    }
}
