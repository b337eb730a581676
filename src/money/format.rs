//! Amounts as people read and type them, by their locale: `$1,284.20`, `1.284,20 €`.

use std::fmt;

use super::amount::Money;
use super::currency::Currency;
use crate::locale::{Locale, MINUS, MoneyPattern, NO_BREAK_SPACE};

/// A formatted amount in three parts, in reading order, so that a page can show the currency
/// lighter than the digits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MoneyParts {
    /// Minus, symbol and space before the digits, in the locale's order: `−$`, `€ −`.
    pub before: String,
    /// `1,284.20`
    pub digits: String,
    /// Space and symbol after the digits: ` €`.
    pub after: String,
}

impl fmt::Display for MoneyParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{}", self.before, self.digits, self.after)
    }
}

impl Money {
    /// `$1,284.20`, `1.284,20 €`, `−$4.50`.
    pub fn format(self, currency: Currency, locale: Locale) -> String {
        self.format_parts(currency, locale).to_string()
    }

    /// [`Money::format`] in parts.
    pub(crate) fn format_parts(self, currency: Currency, locale: Locale) -> MoneyParts {
        let symbol = currency.symbol_in(locale);
        let minus = if self.is_negative() { MINUS } else { "" };
        // CLDR: a space separates the digits from a symbol that ends in a letter.
        let tight_gap = if symbol.ends_with(char::is_alphabetic) {
            NO_BREAK_SPACE
        } else {
            ""
        };
        let gap = NO_BREAK_SPACE;
        let (before, after) = match locale.money_pattern() {
            MoneyPattern::First => (format!("{minus}{symbol}{tight_gap}"), String::new()),
            MoneyPattern::SpacedFirst => (format!("{minus}{symbol}{gap}"), String::new()),
            MoneyPattern::SpacedThenMinus => (format!("{symbol}{gap}{minus}"), String::new()),
            MoneyPattern::SpacedOrMinus if self.is_negative() => (format!("{symbol}{minus}"), String::new()),
            MoneyPattern::SpacedOrMinus => (format!("{symbol}{gap}"), String::new()),
            MoneyPattern::Last => (minus.to_owned(), format!("{gap}{symbol}")),
        };
        MoneyParts {
            before,
            digits: self.digits(currency, locale),
            after,
        }
    }

    /// The value of an edit form's Amount field: no symbol, no thousands marks, the locale's decimal
    /// mark, an ASCII minus. [`Money::parse_typed`] reads it as the same amount.
    pub(crate) fn format_input(self, currency: Currency, locale: Locale) -> String {
        let minus = if self.is_negative() { "-" } else { "" };
        let (whole, fraction) = self.whole_and_fraction(currency, locale);
        format!("{minus}{whole}{fraction}")
    }

    /// Like [`Money::format_input`], with thousands marks: where an amount is seldom changed and often read.
    pub(crate) fn format_grouped_input(self, currency: Currency, locale: Locale) -> String {
        let minus = if self.is_negative() { "-" } else { "" };
        format!("{minus}{}", self.digits(currency, locale))
    }

    /// `1,284.20`, without a minus.
    fn digits(self, currency: Currency, locale: Locale) -> String {
        let (whole, fraction) = self.whole_and_fraction(currency, locale);
        let mut digits = String::with_capacity(24);
        locale.push_grouped(&mut digits, &whole);
        digits.push_str(&fraction);
        digits
    }

    /// `1284` and `.20`, without a minus; the second is empty for a currency without decimals.
    fn whole_and_fraction(self, currency: Currency, locale: Locale) -> (String, String) {
        let decimals = usize::from(currency.decimals());
        let unit = 10_u64.pow(u32::from(currency.decimals()));
        let (whole, rest) = (
            self.minor().unsigned_abs() / unit,
            self.minor().unsigned_abs() % unit,
        );
        let fraction = match decimals {
            0 => String::new(),
            _ => format!("{}{rest:0decimals$}", locale.decimal_mark()),
        };
        (whole.to_string(), fraction)
    }
}

impl Currency {
    /// The symbol in use in the locale's country: in Canada `$` is the Canadian dollar, and the US
    /// dollar is `US$`.
    pub(crate) fn symbol_in(self, locale: Locale) -> &'static str {
        let (home_code, home_symbol) = locale.home_currency();
        match (self.code(), self.symbol()) {
            (code, _) if code == home_code => home_symbol,
            ("USD", symbol) if symbol == home_symbol => "US$",
            ("JPY", symbol) if symbol == home_symbol => "JP¥",
            (_, symbol) => symbol,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Currency, Locale, Money, MoneyParts};

    fn locale(tag: &str) -> Locale {
        Locale::from_tag(tag).unwrap()
    }

    fn currency(code: &str) -> Currency {
        Currency::from_code(code).unwrap()
    }

    /// `~` stands for a no-break space, `_` for a narrow one.
    fn shown(text: &str) -> String {
        text.replace('~', "\u{a0}").replace('_', "\u{202f}")
    }

    #[test]
    fn money_is_written_as_in_the_country() {
        let table = [
            ("en-US", "USD", 128_420, "$1,284.20"),
            ("en-US", "USD", -450, "−$4.50"),
            ("en-US", "USD", 0, "$0.00"),
            ("en-US", "USD", -99_999_999_999, "−$999,999,999.99"),
            ("en-US", "JPY", 1250, "¥1,250"),
            ("en-US", "KWD", 1250, "KWD~1.250"),
            ("en-US", "CAD", 100, "CA$1.00"),
            ("en-CA", "CAD", 100, "$1.00"),
            ("en-CA", "USD", 100, "US$1.00"),
            ("en-GB", "USD", 100, "$1.00"),
            ("en-IN", "INR", 123_456_750, "₹12,34,567.50"),
            ("en-IN", "INR", 99_950, "₹999.50"),
            ("de-DE", "EUR", 128_420, "1.284,20~€"),
            ("de-DE", "EUR", -450, "−4,50~€"),
            ("de-AT", "EUR", -128_420, "−€~1.284,20"),
            ("de-CH", "CHF", 128_420, "CHF~1'284.20"),
            ("de-CH", "CHF", -128_420, "CHF−1'284.20"),
            ("fr-FR", "EUR", 123_456_750, "1_234_567,50~€"),
            ("fr-CH", "CHF", 123_450, "1_234.50~CHF"),
            ("es-ES", "EUR", 123_450, "1234,50~€"),
            ("es-ES", "EUR", 1_234_550, "12.345,50~€"),
            ("pl-PL", "PLN", -1_234_550, "−12~345,50~zł"),
            ("nl-NL", "EUR", -128_420, "€~−1.284,20"),
            ("pt-BR", "BRL", 128_420, "R$~1.284,20"),
            ("da-DK", "DKK", 128_420, "1.284,20~kr."),
            ("sv-SE", "SEK", 128_420, "1~284,20~kr"),
            ("sv-SE", "DKK", 128_420, "1~284,20~DKK"),
            ("tr-TR", "TRY", 128_420, "₺1.284,20"),
            ("id-ID", "IDR", 128_420, "Rp~1.284,20"),
            ("ja-JP", "JPY", 1250, "￥1,250"),
            ("zh-CN", "CNY", 128_420, "¥1,284.20"),
            ("zh-CN", "JPY", 1250, "JP¥1,250"),
        ];
        for (tag, code, minor, expected) in table {
            let text = Money::from_minor(minor).format(currency(code), locale(tag));
            assert_eq!(text, shown(expected), "{tag} {code}");
        }
    }

    #[test]
    fn minus_and_symbol_are_apart_from_the_digits() {
        let parts = |tag| Money::from_minor(-450).format_parts(Currency::USD, locale(tag));
        for (tag, before, digits, after) in [
            ("en-US", "−$", "4.50", ""),
            ("nl-NL", "$~−", "4,50", ""),
            ("de-CH", "$−", "4.50", ""),
            ("de-DE", "−", "4,50", "~$"),
        ] {
            let (before, after) = (shown(before), shown(after));
            let digits = digits.to_owned();
            assert_eq!(
                parts(tag),
                MoneyParts {
                    before,
                    digits,
                    after
                },
                "{tag}"
            );
        }
    }

    proptest! {
        #[test]
        fn formatted_amounts_parse_to_the_same_amount(
            minor in prop_oneof![-9_999_999..=9_999_999_i64, -99_999_999_999..=99_999_999_999_i64],
            code in prop::sample::select(vec!["USD", "EUR", "KWD", "CAD", "CHF", "INR", "SEK", "DKK", "BRL", "TND"]),
        ) {
            let (money, currency) = (Money::from_minor(minor), currency(code));
            for locale in Locale::all() {
                let input = money.format_input(currency, locale);
                prop_assert_eq!(Money::parse_typed_any(&input, currency, locale), Ok(money));
                let grouped = money.format_grouped_input(currency, locale);
                prop_assert_eq!(Money::parse_typed_any(&grouped, currency, locale), Ok(money), "{}", grouped);
                let shown = money.format(currency, locale);
                prop_assert_eq!(Money::parse_typed_any(&shown, currency, locale), Ok(money), "{}", shown);
            }
        }

        #[test]
        fn amounts_without_decimals_parse_to_the_same_amount(minor in -999_999_999..=999_999_999_i64) {
            for code in ["JPY", "KRW", "VND", "CLP"] {
                let (money, currency) = (Money::from_minor(minor), currency(code));
                for locale in Locale::all() {
                    let input = money.format_input(currency, locale);
                    prop_assert_eq!(Money::parse_typed_any(&input, currency, locale), Ok(money));
                    let grouped = money.format_grouped_input(currency, locale);
                    prop_assert_eq!(Money::parse_typed_any(&grouped, currency, locale), Ok(money));
                    let shown = money.format(currency, locale);
                    prop_assert_eq!(Money::parse_typed_any(&shown, currency, locale), Ok(money));
                }
            }
        }
    }

    #[test]
    fn only_the_middle_part_has_digits() {
        let is_digit = |c: char| c.is_numeric();
        for locale in Locale::all() {
            for &currency in Currency::all() {
                for money in [123_456, -7, 0].map(Money::from_minor) {
                    let parts = money.format_parts(currency, locale);
                    assert!(parts.digits.starts_with(is_digit) && parts.digits.ends_with(is_digit));
                    assert!(!parts.before.contains(is_digit) && !parts.after.contains(is_digit));
                }
            }
        }
    }

    #[test]
    fn every_currency_parses_in_every_locale() {
        for locale in Locale::all() {
            for &currency in Currency::all() {
                for money in [123_456, -7, 0].map(Money::from_minor) {
                    let shown = money.format(currency, locale);
                    assert_eq!(
                        Money::parse_typed_any(&shown, currency, locale),
                        Ok(money),
                        "{shown}"
                    );
                }
            }
        }
    }
}
