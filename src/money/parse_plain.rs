//! Reading amounts in the one form of the API: `-12.50`.

use super::amount::Money;
use super::currency::Currency;
use super::digits::Digits;
use super::error::AmountError;

impl Money {
    /// Reads `-?[0-9]+(\.[0-9]+)?` for an expense: zero is an error.
    ///
    /// Fewer decimals than the currency has are accepted, more are an error.
    pub(crate) fn parse_plain(text: &str, currency: Currency) -> Result<Self, AmountError> {
        Self::parse_plain_any(text, currency)?.non_zero()
    }

    /// Like [`Money::parse_plain`], but zero is accepted: a budget may be zero.
    pub(crate) fn parse_plain_any(text: &str, currency: Currency) -> Result<Self, AmountError> {
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
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{AmountError, Currency, Money};

    fn currency(code: &str) -> Currency {
        Currency::from_code(code).unwrap()
    }

    #[test]
    fn only_the_plain_form_is_read() {
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
            ("-100000000000.00", "USD", Ok(-10_000_000_000_000)),
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
            minor in -99_999_999_999..=99_999_999_999_i64,
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
