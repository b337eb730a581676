//! Amounts as programs read them, in the API, the CSV and `data-amount`: `-12.50`.

use std::fmt;

use super::amount::Money;
use super::currency::Currency;

/// Nineteen digits, a minus, a dot, and a zero before the dot, with room to spare.
const MAX_BYTES: usize = 24;

/// An amount as ASCII text on the stack: an export writes a million of them.
#[derive(Clone, Copy)]
pub struct PlainAmount {
    bytes: [u8; MAX_BYTES],
    start: usize,
}

impl Money {
    /// `-12.50` (JPY `1250`, KWD `1.250`), without an allocation.
    pub fn plain(self, currency: Currency) -> PlainAmount {
        PlainAmount::new(self, currency)
    }

    /// [`Money::plain`] as a `String`.
    pub(crate) fn to_plain(self, currency: Currency) -> String {
        self.plain(currency).as_str().to_owned()
    }
}

impl PlainAmount {
    fn new(money: Money, currency: Currency) -> Self {
        let decimals = usize::from(currency.decimals());
        let mut plain = Self {
            bytes: [b'0'; MAX_BYTES],
            start: MAX_BYTES,
        };
        let mut rest = money.minor().unsigned_abs();
        let mut written = 0;
        // From the last digit to the first; at least one digit before the dot.
        while rest > 0 || written <= decimals {
            if written == decimals && decimals > 0 {
                plain.push_front(b'.');
            }
            plain.push_front(b'0' + u8::try_from(rest % 10).unwrap_or(0));
            rest /= 10;
            written += 1;
        }
        if money.is_negative() {
            plain.push_front(b'-');
        }
        plain
    }

    fn push_front(&mut self, byte: u8) {
        self.start -= 1;
        self.bytes[self.start] = byte;
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[self.start..]
    }

    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }
}

impl fmt::Display for PlainAmount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for PlainAmount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::{Currency, Money};

    fn currency(code: &str) -> Currency {
        Currency::from_code(code).unwrap()
    }

    #[test]
    fn printing_shows_exactly_the_currencys_decimals() {
        let table = [
            (0, "0", "0.00", "0.000"),
            (5, "5", "0.05", "0.005"),
            (-5, "-5", "-0.05", "-0.005"),
            (100, "100", "1.00", "0.100"),
            (1250, "1250", "12.50", "1.250"),
            (-123_456, "-123456", "-1234.56", "-123.456"),
            (
                i64::MAX,
                "9223372036854775807",
                "92233720368547758.07",
                "9223372036854775.807",
            ),
            (
                i64::MIN,
                "-9223372036854775808",
                "-92233720368547758.08",
                "-9223372036854775.808",
            ),
        ];
        for (minor, jpy, usd, kwd) in table {
            let money = Money::from_minor(minor);
            assert_eq!(money.to_plain(currency("JPY")), jpy);
            assert_eq!(money.to_plain(currency("USD")), usd);
            assert_eq!(money.to_plain(currency("KWD")), kwd);
        }
    }
}
