//! The machine's spelling of an amount, for the API, the CSV and `data-amount`: `-12.50`.

use std::fmt;

use super::digits::Digits;
use super::{AmountError, Currency, Money};

/// Nineteen digits, a sign and a dot fit, with room for the zero before the dot.
const LONGEST: usize = 24;

/// An amount as ASCII text on the stack, for writers that are called a million times.
#[derive(Clone, Copy)]
pub struct Plain {
    bytes: [u8; LONGEST],
    start: usize,
}

impl Plain {
    pub(super) fn new(money: Money, currency: Currency) -> Self {
        let decimals = usize::from(currency.decimals());
        let mut plain = Self {
            bytes: [b'0'; LONGEST],
            start: LONGEST,
        };
        let mut rest = money.minor().unsigned_abs();
        let mut written = 0;
        // One digit before the dot, whatever the amount.
        while rest > 0 || written <= decimals {
            if written == decimals && decimals > 0 {
                plain.push(b'.');
            }
            plain.push(b'0' + u8::try_from(rest % 10).unwrap_or(0));
            rest /= 10;
            written += 1;
        }
        if money.is_negative() {
            plain.push(b'-');
        }
        plain
    }

    fn push(&mut self, byte: u8) {
        self.start -= 1;
        self.bytes[self.start] = byte;
    }

    /// The text as bytes; always ASCII.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[self.start..]
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }
}

impl fmt::Display for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Reads `-?[0-9]+(\.[0-9]+)?` and nothing else.
pub(super) fn parse(text: &str, currency: Currency) -> Result<Money, AmountError> {
    let (negative, number) = match text.strip_prefix('-') {
        Some(number) => (true, number),
        None => (false, text),
    };
    let (whole, fraction) = match number.split_once('.') {
        Some((_, "")) => return Err(AmountError::NotPlain),
        Some(parts) => parts,
        None => (number, ""),
    };
    let digits_only = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits_only(whole) || !digits_only(fraction) {
        return Err(AmountError::NotPlain);
    }
    Digits {
        negative,
        whole,
        fraction,
        typed: text,
    }
    .money(currency)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{AmountError, Currency, Money};

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

    #[test]
    fn the_api_takes_one_form() {
        let table = [
            ("12.50", "USD", Ok(1250)),
            ("12.5", "USD", Ok(1250)),
            ("12", "USD", Ok(1200)),
            ("-12.50", "USD", Ok(-1250)),
            ("0", "USD", Ok(0)),
            ("-0", "USD", Ok(0)),
            ("0012", "USD", Ok(1200)),
            ("1.234", "KWD", Ok(1234)),
            ("1250", "JPY", Ok(1250)),
            ("100000000000.00", "USD", Ok(10_000_000_000_000)),
            ("-99999999999.99", "USD", Ok(-9_999_999_999_999)),
            ("100000000000.01", "USD", Err(AmountError::TooLarge)),
            ("10000000000.001", "KWD", Err(AmountError::TooLarge)),
            ("10000000000001", "JPY", Err(AmountError::TooLarge)),
            (
                "12.505",
                "USD",
                Err(AmountError::TooManyDecimals {
                    typed: "12.505".into(),
                }),
            ),
            (
                "12.500",
                "USD",
                Err(AmountError::TooManyDecimals {
                    typed: "12.500".into(),
                }),
            ),
            (
                "1.0",
                "JPY",
                Err(AmountError::TooManyDecimals { typed: "1.0".into() }),
            ),
        ];
        for (text, code, expected) in table {
            let read = Money::parse_plain_any(text, currency(code)).map(Money::minor);
            assert_eq!(read, expected, "{text} {code}");
        }
        for text in [
            "", "-", ".", "1.", ".5", "+1", "--1", "1,50", "1 000", " 1", "1 ", "1\n", "1e5", "0x1", "NaN",
            "inf", "１", "٣", "1.2.3", "−1", "1_000", "$1", "\0",
        ] {
            let read = Money::parse_plain_any(text, Currency::USD);
            assert_eq!(read, Err(AmountError::NotPlain), "{text:?}");
        }
        let huge = "9".repeat(100_000);
        assert_eq!(
            Money::parse_plain_any(&huge, Currency::USD),
            Err(AmountError::TooLarge)
        );
        assert_eq!(Money::parse_plain("0.00", Currency::USD), Err(AmountError::Zero));
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back(
            minor in -10_000_000_000_000..=10_000_000_000_000_i64,
            code in prop::sample::select(vec!["USD", "KWD", "EUR", "TND"]),
        ) {
            let (money, currency) = (Money::from_minor(minor), currency(code));
            prop_assert_eq!(Money::parse_plain_any(&money.to_plain(currency), currency), Ok(money));
        }

        #[test]
        fn no_text_makes_it_panic(text in any::<String>()) {
            let _ = Money::parse_plain(&text, Currency::USD);
        }
    }
}
