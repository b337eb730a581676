//! Numbers as bank files write them. A number that could mean two amounts is none.

use super::decimal::Decimal;

/// More digits after the mark than any file has; sums of such numbers fit into 128 bits.
const MOST_DECIMALS: usize = 18;

/// `12`, `-12.50`, `+1250,00`: at most one of `marks`, and no separator of thousands.
pub fn plain(text: &str, marks: &[char]) -> Option<Decimal> {
    let (negative, digits) = signed(text)?;
    let (whole, fraction) = digits.split_once(marks).unwrap_or((digits, ""));
    number(negative, whole, fraction)
}

/// A number whose decimal mark is known; other marks may separate thousands.
pub fn with_mark(text: &str, mark: char) -> Option<Decimal> {
    let (negative, digits) = signed(text)?;
    let (whole, fraction) = digits.rsplit_once(mark).unwrap_or((digits, ""));
    let Some(separator) = whole.chars().find(|c| !c.is_ascii_digit()) else {
        return number(negative, whole, fraction);
    };
    if separator == mark || !matches!(separator, ',' | '.' | '\'' | '’' | ' ' | '\u{a0}' | '\u{202f}') {
        return None;
    }
    let groups: Vec<&str> = whole.split(separator).collect();
    let (first, rest) = groups.split_first()?;
    let (last, between) = rest.split_last()?;
    // India groups by two digits but for the last three.
    let is_grouped = (1..=3).contains(&first.len())
        && last.len() == 3
        && between.iter().all(|group| matches!(group.len(), 2 | 3));
    if !is_grouped {
        return None;
    }
    number(negative, &groups.concat(), fraction)
}

/// A number that may have either mark: what it says about its mark decides.
pub fn either_mark(text: &str) -> Option<Decimal> {
    match mark_of(text) {
        Mark::None => plain(text, &[]),
        Mark::Decimal(mark) => with_mark(text, mark),
        Mark::Thousands(',') => with_mark(text, '.'),
        Mark::Thousands(_) => with_mark(text, ','),
        Mark::Unclear(_) => None,
    }
}

/// What one number says about the marks of its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    None,
    Decimal(char),
    Thousands(char),
    /// One mark with three digits behind it: `1,234`.
    Unclear(char),
}

pub fn mark_of(text: &str) -> Mark {
    let Some(last) = text.rfind(['.', ',']) else {
        return Mark::None;
    };
    let mark = if text[last..].starts_with('.') { '.' } else { ',' };
    let before = &text[..last];
    if before.contains(mark) {
        return Mark::Thousands(mark);
    }
    let is_grouped_already = before.contains(|c: char| !c.is_ascii_digit() && !matches!(c, '+' | '-'));
    let whole = before.trim_start_matches(['+', '-']);
    if text.len() - last - 1 != 3 || is_grouped_already || whole.len() > 3 || whole.starts_with('0') {
        return Mark::Decimal(mark);
    }
    if whole.is_empty() {
        Mark::Decimal(mark)
    } else {
        Mark::Unclear(mark)
    }
}

fn signed(text: &str) -> Option<(bool, &str)> {
    let text = text.trim();
    let (negative, digits) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    digits
        .starts_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | ','))
        .then_some((negative, digits))
}

fn number(negative: bool, whole: &str, fraction: &str) -> Option<Decimal> {
    if fraction.len() > MOST_DECIMALS || (whole.is_empty() && fraction.is_empty()) {
        return None;
    }
    let mut units: i64 = 0;
    for digit in whole.chars().chain(fraction.chars()) {
        units = units
            .checked_mul(10)?
            .checked_add(i64::from(digit.to_digit(10)?))?;
    }
    Some(Decimal {
        units: if negative { -units } else { units },
        scale: u8::try_from(fraction.len()).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::{Decimal, either_mark, plain, with_mark};

    fn parts(number: Option<Decimal>) -> Option<(i64, u8)> {
        number.map(|number| (number.units, number.scale))
    }

    #[test]
    fn a_number_means_one_amount_or_none() {
        for (text, expected) in [
            ("-200,00", Some((-20000, 2))),
            ("12.5", Some((125, 1))),
            ("+80", Some((80, 0))),
            (".5", Some((5, 1))),
            ("11,", Some((11, 0))),
            ("-0000012.3400", Some((-123_400, 4))),
            ("1,234.56", Some((123_456, 2))),
            ("1.234,56", Some((123_456, 2))),
            ("1,234,567", Some((1_234_567, 0))),
            ("0,125", Some((125, 3))),
            ("1,234", None),
            ("12,34,567.89", Some((123_456_789, 2))),
            ("1,23.45", None),
            ("$120", None),
            ("120 EUR", None),
            ("", None),
            ("-", None),
            (".", None),
            ("--1", None),
            ("1e3", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(parts(either_mark(text)), expected, "{text}");
        }
    }

    #[test]
    fn a_known_mark_settles_what_the_other_means() {
        assert_eq!(parts(with_mark("1,234", '.')), Some((1234, 0)));
        assert_eq!(parts(with_mark("1,234", ',')), Some((1234, 3)));
        assert_eq!(parts(with_mark("1'234.50", '.')), Some((123_450, 2)));
        assert_eq!(parts(with_mark("1.5", ',')), None);
        assert_eq!(parts(plain("11,8", &[','])), Some((118, 1)));
        assert_eq!(parts(plain("11.8", &[','])), None);
    }
}
