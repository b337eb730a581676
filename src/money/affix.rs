//! The parts of a typed amount that are not the number: a plus or minus, the currency, invisible characters.

use super::currency::Currency;
use super::error::AmountError;
use crate::locale::Locale;

/// The text with ASCII digits and marks, and without invisible characters.
pub(super) fn normalize(text: &str) -> String {
    let text: String = text.chars().filter_map(to_ascii).collect();
    text.trim().to_owned()
}

/// Removes a plus or minus and the account's currency, before or after the number. Returns whether the
/// amount is negative, and the number.
pub(super) fn strip(text: &str, currency: Currency, locale: Locale) -> Result<(bool, &str), AmountError> {
    let is_digit = |character: char| character.is_ascii_digit();
    let (Some(mut start), Some(last)) = (text.find(is_digit), text.rfind(is_digit)) else {
        return Err(AmountError::NotAnAmount);
    };
    let mut end = last + 1;
    // `.5` and `12.` keep their mark; the dot of `kr.5` belongs to the symbol.
    let lead = &text[..start];
    if lead.ends_with(['.', ',']) && !lead[..start - 1].ends_with(char::is_alphabetic) {
        start -= 1;
    }
    let tail = &text[end..];
    if tail.starts_with(['.', ',']) && !tail[1..].starts_with(char::is_alphabetic) {
        end += 1;
    }

    let (negative, before) = strip_sign(text[..start].trim());
    let after = text[end..].trim();
    let (("", mark) | (mark, "")) = (before, after) else {
        return Err(AmountError::NotAnAmount);
    };
    let is_own = mark.is_empty() || mark == currency.symbol_in(locale) || currency.is_written(mark);
    if is_own {
        Ok((negative, &text[start..end]))
    } else if Currency::all().iter().any(|other| other.is_written(mark)) {
        Err(AmountError::OtherCurrency)
    } else {
        Err(AmountError::NotAnAmount)
    }
}

/// Removes one plus or minus from the text before the number: `-$` or `$-`.
fn strip_sign(lead: &str) -> (bool, &str) {
    const SIGNS: [char; 3] = ['-', '\u{2212}', '+'];
    let (sign, rest) = match (lead.chars().next(), lead.chars().next_back()) {
        (Some(sign), _) if SIGNS.contains(&sign) => (Some(sign), lead.strip_prefix(sign)),
        (_, Some(sign)) if SIGNS.contains(&sign) => (Some(sign), lead.strip_suffix(sign)),
        _ => (None, None),
    };
    (sign.is_some_and(|sign| sign != '+'), rest.unwrap_or(lead).trim())
}

/// The ASCII character for a digit or mark of another script or keyboard. `None` for invisible
/// direction marks, which copied text often contains.
fn to_ascii(character: char) -> Option<char> {
    let digit = |zero: char| u32::from(character).checked_sub(u32::from(zero));
    match character {
        '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{2066}'..='\u{2069}' => None,
        '٠'..='٩' => digit('٠'),
        '۰'..='۹' => digit('۰'),
        '०'..='९' => digit('०'),
        '０'..='９' => digit('０'),
        '．' => return Some('.'),
        '，' => return Some(','),
        '－' => return Some('-'),
        '￥' => return Some('¥'),
        other => return Some(other),
    }
    .and_then(|digit| char::from_digit(digit, 10))
}
