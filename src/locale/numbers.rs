//! Numbers, money and percentages as the locale writes them; a shown minus is U+2212.

use std::fmt;

use super::Locale;
use super::table::{MoneyOrder, PercentOrder};
use crate::money::{Currency, Money};

const MINUS: &str = "\u{2212}";
const NBSP: &str = "\u{a0}";

/// A formatted amount in four pieces, in reading order, so that a page can draw the currency sign
/// lighter than the digits. `Display` joins them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoneyParts {
    /// `−` where it leads; empty when positive, or when it stands in `digits` (`€ −4,50`).
    pub minus: &'static str,
    /// The sign before the digits, with its space: `$`, `€ `.
    pub prefix: String,
    /// `1,284.20`
    pub digits: String,
    /// The sign after the digits, with its space: ` €`.
    pub suffix: String,
}

impl fmt::Display for MoneyParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{}{}", self.minus, self.prefix, self.digits, self.suffix)
    }
}

impl Locale {
    /// The mark before the decimals, `.` or `,`.
    pub fn decimal_mark(self) -> char {
        self.0.style.decimal
    }

    /// The thousands mark.
    pub fn group_mark(self) -> char {
        self.0.style.group
    }

    /// What people here write for a currency: `$` for their own dollar, and then `US$` for the
    /// other one.
    pub fn sign(self, currency: Currency) -> &'static str {
        let (home, home_sign) = self.0.home;
        match (currency.code(), currency.symbol()) {
            (code, _) if code == home => home_sign,
            ("USD", sign) if sign == home_sign => "US$",
            ("JPY", sign) if sign == home_sign => "JP¥",
            (_, sign) => sign,
        }
    }

    /// `$1,284.20`, `1.284,20 €`, `−$4.50`.
    pub fn format_money(self, money: Money, currency: Currency) -> String {
        self.format_money_parts(money, currency).to_string()
    }

    /// [`Locale::format_money`] in pieces.
    pub fn format_money_parts(self, money: Money, currency: Currency) -> MoneyParts {
        let order = self.0.style.money;
        let sign = self.sign(currency);
        let plain = money.abs().plain(currency);
        let mut digits = String::with_capacity(24);
        let (whole, fraction) = plain.as_str().split_once('.').unwrap_or((plain.as_str(), ""));
        let minus_inside = money.is_negative()
            && matches!(
                order,
                MoneyOrder::BeforeApartThenMinus | MoneyOrder::BeforeApartOrMinus
            );
        if minus_inside {
            digits.push_str(MINUS);
        }
        self.push_grouped(&mut digits, whole);
        if !fraction.is_empty() {
            digits.push(self.decimal_mark());
            digits.push_str(fraction);
        }
        let minus = if money.is_negative() && !minus_inside {
            MINUS
        } else {
            ""
        };
        // CLDR: a sign that ends in a letter is set apart from the digits.
        let gap = match order {
            MoneyOrder::Before if !sign.ends_with(char::is_alphabetic) => "",
            MoneyOrder::BeforeApartOrMinus if minus_inside => "",
            _ => NBSP,
        };
        let (prefix, suffix) = match order {
            MoneyOrder::After => (String::new(), format!("{gap}{sign}")),
            _ => (format!("{sign}{gap}"), String::new()),
        };
        MoneyParts {
            minus,
            prefix,
            digits,
            suffix,
        }
    }

    /// What an edit form's Amount field is filled with: no sign of the currency, no thousands
    /// marks, the locale's decimal mark, an ASCII minus. Reads back as the same amount.
    pub fn format_plain_typed(self, money: Money, currency: Currency) -> String {
        match self.decimal_mark() {
            '.' => money.to_plain(currency),
            mark => money
                .to_plain(currency)
                .replace('.', mark.encode_utf8(&mut [0; 4])),
        }
    }

    /// `1,284`, `−1.284`
    pub fn format_integer(self, number: i64) -> String {
        let mut text = String::with_capacity(24);
        if number < 0 {
            text.push_str(MINUS);
        }
        self.push_grouped(&mut text, &number.unsigned_abs().to_string());
        text
    }

    /// Whole percent: `64%`, `64 %`, `%64`, `−12%`.
    pub fn format_percent(self, percent: i64) -> String {
        let number = self.format_integer(percent);
        match self.0.style.percent {
            PercentOrder::Tight => format!("{number}%"),
            PercentOrder::Apart => format!("{number}{NBSP}%"),
            PercentOrder::Before => match number.strip_prefix(MINUS) {
                Some(digits) => format!("{MINUS}%{digits}"),
                None => format!("%{number}"),
            },
        }
    }

    /// Appends ASCII digits with thousands marks.
    fn push_grouped(self, text: &mut String, digits: &str) {
        let style = &self.0.style;
        let bare = digits.len() < 4 || (style.four_bare && digits.len() == 4);
        let step = if style.indian { 2 } else { 3 };
        for (index, digit) in digits.chars().enumerate() {
            let left = digits.len() - index;
            if index > 0 && !bare && left >= 3 && (left - 3).is_multiple_of(step) {
                text.push(style.group);
            }
            text.push(digit);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Currency, Locale, Money};

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
    fn money_reads_as_in_the_country() {
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
            let text = locale(tag).format_money(Money::from_minor(minor), currency(code));
            assert_eq!(text, shown(expected), "{tag} {code}");
        }
    }

    #[test]
    fn the_currency_sign_stands_apart_from_the_digits() {
        let parts = |tag| locale(tag).format_money_parts(Money::from_minor(-450), Currency::USD);
        let dollars = parts("en-US");
        assert_eq!(
            (
                dollars.minus,
                &*dollars.prefix,
                &*dollars.digits,
                &*dollars.suffix
            ),
            ("−", "$", "4.50", "")
        );
        let dutch = parts("nl-NL");
        assert_eq!(
            (dutch.minus, &*dutch.prefix, &*dutch.digits),
            ("", "$\u{a0}", "−4,50")
        );
        let german = parts("de-DE");
        assert_eq!(
            (german.minus, &*german.digits, &*german.suffix),
            ("−", "4,50", "\u{a0}$")
        );
    }

    #[test]
    fn counts_and_percentages_read_as_in_the_country() {
        let table = [
            ("en-US", "1,284", "64%", "−12%"),
            ("de-DE", "1.284", "64~%", "−12~%"),
            ("fr-FR", "1_284", "64~%", "−12~%"),
            ("es-ES", "1284", "64~%", "−12~%"),
            ("tr-TR", "1.284", "%64", "−%12"),
        ];
        for (tag, count, share, fall) in table {
            let locale = locale(tag);
            assert_eq!(locale.format_integer(1284), shown(count));
            assert_eq!(locale.format_percent(64), shown(share));
            assert_eq!(locale.format_percent(-12), shown(fall));
        }
        assert_eq!(
            Locale::default().format_integer(i64::MIN),
            "−9,223,372,036,854,775,808"
        );
        assert_eq!(locale("hi-IN").format_integer(1_234_567), "12,34,567");
    }

    proptest! {
        #[test]
        fn what_is_shown_or_prefilled_reads_back(
            minor in prop_oneof![-9_999_999..=9_999_999_i64, -99_999_999_999..=99_999_999_999_i64],
            code in prop::sample::select(vec!["USD", "EUR", "KWD", "CAD", "CHF", "INR", "SEK", "DKK", "BRL", "TND"]),
        ) {
            let (money, currency) = (Money::from_minor(minor), currency(code));
            for locale in Locale::all() {
                let prefilled = locale.format_plain_typed(money, currency);
                prop_assert_eq!(Money::parse_typed_any(&prefilled, currency, locale), Ok(money));
                let shown = locale.format_money(money, currency);
                prop_assert_eq!(Money::parse_typed_any(&shown, currency, locale), Ok(money), "{}", shown);
            }
        }

        #[test]
        fn whole_currencies_read_back_too(minor in -999_999_999..=999_999_999_i64) {
            for code in ["JPY", "KRW", "VND", "CLP"] {
                let (money, currency) = (Money::from_minor(minor), currency(code));
                for locale in Locale::all() {
                    let prefilled = locale.format_plain_typed(money, currency);
                    prop_assert_eq!(Money::parse_typed_any(&prefilled, currency, locale), Ok(money));
                    let shown = locale.format_money(money, currency);
                    prop_assert_eq!(Money::parse_typed_any(&shown, currency, locale), Ok(money));
                }
            }
        }
    }

    #[test]
    fn every_currency_reads_back_in_every_locale() {
        for locale in Locale::all() {
            for &currency in Currency::all() {
                for money in [123_456, -7, 0].map(Money::from_minor) {
                    let shown = locale.format_money(money, currency);
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
