//! Why a text is no amount, and how to say so to the person who typed it.

use super::{Currency, Money};
use crate::locale::Locale;

/// What is wrong with an amount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AmountError {
    /// Empty, or not a number at all.
    NotAnAmount,
    /// Not the API's one form.
    NotPlain,
    /// A number marked with a currency that is not the account's.
    OtherCurrency,
    /// More decimals than the currency has.
    TooManyDecimals {
        /// The text as typed, for the message.
        typed: String,
    },
    /// Beyond [`Money::LIMIT`], either way.
    TooLarge,
    /// Exactly zero, where that means nothing.
    Zero,
    /// Below zero, where that means nothing.
    Negative,
    /// Both readings are legal and the locale decides neither: with decimals first, grouped second.
    Ambiguous {
        /// The two amounts it may mean.
        readings: [Money; 2],
    },
}

impl AmountError {
    /// One sentence for the field, in the locale's numbers.
    pub fn message(&self, currency: Currency, locale: Locale) -> String {
        let code = currency.code();
        match self {
            Self::NotAnAmount => format!(
                "Type an amount, for example {}.",
                locale.format_plain_typed(example(currency), currency)
            ),
            Self::NotPlain => format!(
                "An amount is a string of digits, with a dot before the decimals, for example \"{}\".",
                example(currency).plain(currency)
            ),
            Self::OtherCurrency => format!(
                "Your amounts are in {code}: type the number alone, for example {}.",
                locale.format_plain_typed(example(currency), currency)
            ),
            Self::TooManyDecimals { typed } => {
                let typed = if typed.len() > LONGEST_ECHO { "That" } else { typed };
                match currency.decimals() {
                    0 => format!("{typed} has decimals, and {code} has none."),
                    has => format!("{typed} has more decimals than {code}, which has {has}."),
                }
            }
            Self::TooLarge => format!(
                "An amount can be at most {}, either way.",
                locale.format_money(Money::LIMIT, currency)
            ),
            Self::Zero => format!(
                "Type an amount other than 0, for example {}.",
                locale.format_plain_typed(example(currency), currency)
            ),
            Self::Negative => "Type an amount of 0 or more.".to_owned(),
            Self::Ambiguous {
                readings: [decimal, grouped],
            } => format!(
                "That could be {} or {}: type it with all its decimals, like {} or {}.",
                locale.format_money(*decimal, currency),
                locale.format_money(*grouped, currency),
                locale.format_plain_typed(*decimal, currency),
                locale.format_plain_typed(*grouped, currency),
            ),
        }
    }
}

/// Longer texts (bytes) are not repeated in a message.
const LONGEST_ECHO: usize = 40;

/// 12.50 of the currency, or 1250 where it has no decimals.
fn example(currency: Currency) -> Money {
    match currency.decimals() {
        0 => Money::from_minor(1250),
        decimals => Money::from_minor(125 * 10_i64.pow(u32::from(decimals) - 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::AmountError;
    use crate::locale::Locale;
    use crate::money::{Currency, Money};

    fn message(text: &str, code: &str, tag: &str) -> String {
        let currency = Currency::from_code(code).unwrap();
        let locale = Locale::from_tag(tag).unwrap();
        Money::parse_typed(text, currency, locale)
            .unwrap_err()
            .message(currency, locale)
    }

    #[test]
    fn every_message_says_what_to_do() {
        let table = [
            ("", "USD", "en-US", "Type an amount, for example 12.50."),
            ("abc", "EUR", "de-DE", "Type an amount, for example 12,50."),
            ("abc", "JPY", "ja-JP", "Type an amount, for example 1250."),
            ("x", "KWD", "en-GB", "Type an amount, for example 12.500."),
            (
                "€5",
                "USD",
                "en-US",
                "Your amounts are in USD: type the number alone, for example 12.50.",
            ),
            (
                "12.505",
                "USD",
                "en-US",
                "12.505 has more decimals than USD, which has 2.",
            ),
            (" 12.5 ", "JPY", "en-US", "12.5 has decimals, and JPY has none."),
            (
                "100000000000.01",
                "USD",
                "en-US",
                "An amount can be at most $100,000,000,000.00, either way.",
            ),
            (
                "0",
                "EUR",
                "fr-FR",
                "Type an amount other than 0, for example 12,50.",
            ),
        ];
        for (text, code, tag, expected) in table {
            assert_eq!(message(text, code, tag), expected, "{text} {code} {tag}");
        }
        let long = format!("1.{}", "5".repeat(60));
        assert_eq!(
            message(&long, "USD", "en-US"),
            "That has more decimals than USD, which has 2."
        );
        let (usd, english) = (Currency::USD, Locale::default());
        assert_eq!(
            AmountError::Negative.message(usd, english),
            "Type an amount of 0 or more."
        );
    }

    #[test]
    fn an_ambiguous_amount_shows_both_readings() {
        assert_eq!(
            message("1.234", "KWD", "fr-FR"),
            "That could be 1,234\u{a0}KWD or 1\u{202f}234,000\u{a0}KWD: \
             type it with all its decimals, like 1,234 or 1234,000."
        );
    }
}
