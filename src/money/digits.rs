//! From the digits of a text to minor units: the one place where an amount meets its limits.

use super::{AmountError, Currency, Money};

/// A number taken apart: ASCII digits or nothing on either side of the decimal mark.
pub(super) struct Digits<'a> {
    pub negative: bool,
    pub whole: &'a str,
    pub fraction: &'a str,
    /// The whole text, for the message.
    pub typed: &'a str,
}

impl Digits<'_> {
    /// The amount; fails when it has more decimals than the currency or is beyond the limit.
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
            // Checked at each digit, and ten times the limit fits: this cannot overflow.
            minor = minor * 10 + i64::from(digit.saturating_sub(b'0'));
            if minor > Money::LIMIT.minor() {
                return Err(AmountError::TooLarge);
            }
        }
        Ok(Money::from_minor(if self.negative { -minor } else { minor }))
    }
}
