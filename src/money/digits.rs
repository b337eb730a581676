//! From digits to minor units. Both parsers end here, so the limits are checked in one place.

use super::amount::Money;
use super::currency::Currency;
use super::error::AmountError;

/// A number split at its decimal mark; both parts are ASCII digits or empty.
pub(super) struct Digits<'a> {
    pub negative: bool,
    pub whole: &'a str,
    pub fraction: &'a str,
    /// The text as it was typed, for the error message.
    pub typed: &'a str,
}

impl Digits<'_> {
    /// Errors: more decimals than the currency has, or an amount beyond [`Money::LIMIT`].
    pub(super) fn money(&self, currency: Currency) -> Result<Money, AmountError> {
        let decimals = usize::from(currency.decimals());
        let Some(missing) = decimals.checked_sub(self.fraction.len()) else {
            return Err(AmountError::TooManyDecimals {
                typed: self.typed.to_owned(),
            });
        };
        let padding = std::iter::repeat_n(b'0', missing);
        let mut minor = 0_i64;
        for digit in self.whole.bytes().chain(self.fraction.bytes()).chain(padding) {
            // Cannot overflow: the limit is 10^13 and is checked at each digit.
            minor = minor * 10 + i64::from(digit.saturating_sub(b'0'));
            if minor > Money::LIMIT.minor() {
                return Err(AmountError::TooLarge);
            }
        }
        Ok(Money::from_minor(if self.negative { -minor } else { minor }))
    }
}
