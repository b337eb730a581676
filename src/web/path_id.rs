//! Ids in addresses and form fields.

use crate::error::AppError;

/// Fails with [`AppError::NotFound`] unless `text` is a positive number in its canonical form: not `007` or `+7`.
pub fn parse_id(text: &str) -> Result<i64, AppError> {
    text.parse()
        .ok()
        .filter(|id: &i64| *id > 0 && id.to_string() == text)
        .ok_or(AppError::NotFound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_spelling() {
        assert_eq!(parse_id("7").ok(), Some(7));
        for text in ["", "0", "-7", "+7", "007", " 7", "7x", "9223372036854775808"] {
            assert!(parse_id(text).is_err(), "{text:?}");
        }
    }
}
