//! Why a text is not an amount, as an error and as a message for the person who typed it.

use super::amount::Money;
use super::currency::Currency;
use crate::locale::Locale;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AmountError {
    /// Empty, or not a number at all.
    NotAnAmount,
    /// Not in the form that the API requires.
    NotPlain,
    /// A number with a currency that is not the account's.
    OtherCurrency,
    /// More decimals than the currency has; `typed` is the text for the message.
    TooManyDecimals { typed: String },
    /// Above `Money::LIMIT`, or below minus that.
    TooLarge,
    /// Zero, for an expense.
    Zero,
    /// Below zero, for a budget.
    Negative,
    /// Two readings are valid and the locale uses the mark for neither: first the amount if it is the
    /// decimal mark, then the amount if it is the thousands mark.
    Ambiguous { readings: [Money; 2] },
}

impl AmountError {
    /// One sentence for the field, with amounts as the locale writes them.
    pub(crate) fn message(&self, currency: Currency, locale: Locale) -> String {
        let code = currency.code();
        let shown = |money: Money| money.format(currency, locale);
        let as_input = |money: Money| money.format_input(currency, locale);
        let example = example(currency);
        match self {
            Self::NotAnAmount => format!("Enter an amount, for example {}.", as_input(example)),
            Self::NotPlain => format!(
                "Send the amount as a string of digits with a dot before the decimals, for example \"{}\".",
                example.plain(currency)
            ),
            Self::OtherCurrency => format!(
                "Your amounts are in {code}. Enter only the number, for example {}.",
                as_input(example)
            ),
            Self::TooManyDecimals { typed } => {
                let typed = if typed.len() > MAX_QUOTED {
                    "This amount"
                } else {
                    typed
                };
                match currency.decimals() {
                    0 => format!("{typed} has decimals, but {code} has none."),
                    has => format!("{typed} has more decimals than {code}, which has {has}."),
                }
            }
            Self::TooLarge => {
                let limit = Money::LIMIT;
                let lowest = Money::from_minor(-limit.minor());
                format!("Enter an amount between {} and {}.", shown(lowest), shown(limit))
            }
            Self::Zero => format!("Enter an amount other than 0, for example {}.", as_input(example)),
            Self::Negative => "Enter an amount of 0 or more.".to_owned(),
            Self::Ambiguous {
                readings: [decimal, grouped],
            } => format!(
                "This could mean {} or {}. Enter all the decimals: {} or {}.",
                shown(*decimal),
                shown(*grouped),
                as_input(*decimal),
                as_input(*grouped),
            ),
        }
    }
}

/// A message quotes what was typed up to this many bytes.
const MAX_QUOTED: usize = 40;

impl Money {
    /// [`AmountError::Zero`] for an amount of zero.
    pub(crate) fn non_zero(self) -> Result<Self, AmountError> {
        if self.is_zero() {
            Err(AmountError::Zero)
        } else {
            Ok(self)
        }
    }

    /// [`AmountError::Negative`] for an amount below zero.
    pub(crate) fn non_negative(self) -> Result<Self, AmountError> {
        if self.is_negative() {
            Err(AmountError::Negative)
        } else {
            Ok(self)
        }
    }
}

/// 12.50 of the currency, or 1250 where it has no decimals.
fn example(currency: Currency) -> Money {
    match currency.decimals() {
        0 => Money::from_minor(1250),
        decimals => Money::from_minor(125 * 10_i64.pow(u32::from(decimals) - 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::{AmountError, Currency, Locale, Money};

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
            ("", "USD", "en-US", "Enter an amount, for example 12.50."),
            ("abc", "EUR", "de-DE", "Enter an amount, for example 12,50."),
            ("abc", "JPY", "ja-JP", "Enter an amount, for example 1250."),
            ("x", "KWD", "en-GB", "Enter an amount, for example 12.500."),
            (
                "€5",
                "USD",
                "en-US",
                "Your amounts are in USD. Enter only the number, for example 12.50.",
            ),
            (
                "12.505",
                "USD",
                "en-US",
                "12.505 has more decimals than USD, which has 2.",
            ),
            (" 12.5 ", "JPY", "en-US", "12.5 has decimals, but JPY has none."),
            (
                "100000000000.01",
                "USD",
                "en-US",
                "Enter an amount between −$100,000,000,000.00 and $100,000,000,000.00.",
            ),
            (
                "0",
                "EUR",
                "fr-FR",
                "Enter an amount other than 0, for example 12,50.",
            ),
        ];
        for (text, code, tag, expected) in table {
            assert_eq!(message(text, code, tag), expected, "{text} {code} {tag}");
        }
        let long = format!("1.{}", "5".repeat(60));
        assert_eq!(
            message(&long, "USD", "en-US"),
            "This amount has more decimals than USD, which has 2."
        );
        let (usd, english) = (Currency::USD, Locale::default());
        assert_eq!(
            AmountError::Negative.message(usd, english),
            "Enter an amount of 0 or more."
        );
    }

    #[test]
    fn an_ambiguous_amount_shows_both_readings() {
        assert_eq!(
            message("1.234", "KWD", "fr-FR"),
            "This could mean 1,234\u{a0}KWD or 1\u{202f}234,000\u{a0}KWD. \
             Enter all the decimals: 1,234 or 1234,000."
        );
    }
}
