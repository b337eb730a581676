//! Binary data as text: hexadecimal, and base 62 for ids.

const BASE62_DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        use std::fmt::Write as _;
        // Writing to a `String` cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The digits of an id in base 62, without leading zeros.
pub(crate) fn base62(id: i64) -> String {
    let mut rest = id.unsigned_abs();
    let mut digits = Vec::new();
    while rest > 0 || digits.is_empty() {
        // A remainder of 62 is an index into 62 digits.
        digits.push(char::from(BASE62_DIGITS[usize::try_from(rest % 62).unwrap_or(0)]));
        rest /= 62;
    }
    digits.into_iter().rev().collect()
}

/// The positive id that [`base62`] writes as `text`; `None` for any other text.
pub(crate) fn from_base62(text: &str) -> Option<i64> {
    let digits = text
        .bytes()
        .map(|byte| BASE62_DIGITS.iter().position(|digit| *digit == byte));
    let id = digits.into_iter().try_fold(0_i64, |sum, digit| {
        sum.checked_mul(62)?.checked_add(i64::try_from(digit?).ok()?)
    })?;
    (id > 0 && base62(id) == text).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_written_with_two_digits_each() {
        assert_eq!(hex(&[0, 10, 255]), "000aff");
    }

    #[test]
    fn an_id_in_base_62_reads_back_and_no_other_text_does() {
        for id in [1, 61, 62, 3_843, 3_844, 250_322_420_353_732_608, i64::MAX] {
            assert_eq!(from_base62(&base62(id)), Some(id));
        }
        for text in ["", "0", "01", "-1", "é", "a b", "zzzzzzzzzzzz", "ZZZZZZZZZZZZZZ"] {
            assert_eq!(from_base62(text), None, "{text}");
        }
    }
}
