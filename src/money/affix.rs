//! The parts of a typed amount that are not the number: a plus or minus, the currency, invisible characters, and a dash where
//! there are no cents.

use super::currency::Currency;
use super::error::AmountError;
use crate::locale::Locale;
use crate::text;

/// What can stand before the decimals, also where there is nothing before or after it.
const DECIMAL_MARKS: [char; 3] = ['.', ',', '٫'];

/// The text with ASCII digits and marks, and without invisible characters.
pub(super) fn normalize(text: &str) -> String {
    let plain: String = text.chars().filter_map(to_ascii).collect();
    let is_persian = text.chars().any(|c| ('۰'..='۹').contains(&c));
    let plain = plain.trim();
    // In Iran the decimal mark is often written as a slash.
    if is_persian && plain.matches('/').count() == 1 {
        plain.replace('/', "٫")
    } else {
        plain.to_owned()
    }
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
    if let Some(mark) = lead.chars().next_back().filter(|c| DECIMAL_MARKS.contains(c))
        && !lead[..start - mark.len_utf8()].ends_with(char::is_alphabetic)
    {
        start -= mark.len_utf8();
    }
    let tail = &text[end..];
    let mut rest = end;
    if let Some((length, mark)) = no_cents(tail) {
        rest += length;
        end += mark;
    } else if let Some(mark) = tail.chars().next().filter(|c| DECIMAL_MARKS.contains(c))
        && !tail[mark.len_utf8()..].starts_with(char::is_alphabetic)
    {
        end += mark.len_utf8();
        rest = end;
    }

    let (negative, before) = strip_sign(text[..start].trim());
    let after = text[rest..].trim();
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
    const SIGNS: [char; 2] = ['-', '+'];
    let (sign, rest) = match (lead.chars().next(), lead.chars().next_back()) {
        (Some(sign), _) if SIGNS.contains(&sign) => (Some(sign), lead.strip_prefix(sign)),
        (_, Some(sign)) if SIGNS.contains(&sign) => (Some(sign), lead.strip_suffix(sign)),
        _ => (None, None),
    };
    (sign == Some('-'), rest.unwrap_or(lead).trim())
}

/// The length of what says "no cents" right after the digits, and how much of it is a decimal mark: `.-`, `,--`, `:-`, `/-`.
fn no_cents(tail: &str) -> Option<(usize, usize)> {
    let mark = tail
        .chars()
        .next()
        .filter(|mark| ['.', ',', ':', '/'].contains(mark))?;
    let dashes = tail[1..].chars().take_while(|c| *c == '-').count();
    let is_decimal_mark = mark == '.' || mark == ',';
    (1..=2)
        .contains(&dashes)
        .then_some((1 + dashes, usize::from(is_decimal_mark)))
}

/// The ASCII character for a digit or mark of another script or keyboard. `None` for invisible characters, which copied text
/// often contains.
fn to_ascii(character: char) -> Option<char> {
    if text::is_unseen(character) {
        return None;
    }
    Some(match character {
        // Hyphens, dashes, minus signs, and the long vowel mark, which is on the key of the minus in Japan.
        '\u{2010}'..='\u{2015}'
        | '\u{2212}'
        | '\u{2043}'
        | '\u{207b}'
        | '\u{208b}'
        | '\u{2796}'
        | '\u{fe58}'
        | '\u{fe63}'
        | '\u{ff0d}'
        | '\u{2d7}'
        | '\u{1806}'
        | '\u{30fc}'
        | '\u{ff70}' => '-',
        '\u{2795}' | '\u{fe62}' | '\u{207a}' => '+',
        '。' | '｡' | '\u{fe52}' => '.',
        '、' | '､' | '،' | '\u{fe50}' => ',',
        '￡' => '£',
        '￥' => '¥',
        '￦' => '₩',
        // The same characters in full width.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(character) - 0xfee0)?,
        other => text::ascii_digit(other).unwrap_or(other),
    })
}
