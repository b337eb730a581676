//! Reading amounts as people type them. An amount with two possible meanings is an error, not a guess.
//!
//! Which mark is the decimal mark follows from the text where possible: of two different marks it is
//! the last one; a repeated mark is a thousands mark. A single dot or comma follows the locale. If
//! the locale uses it for neither, the only valid reading counts; two valid readings are
//! [`AmountError::Ambiguous`].
//!
//! More than 300 lines, because two thirds of the file are its tables of tests.

use super::affix;
use super::amount::Money;
use super::currency::Currency;
use super::digits::Digits;
use super::error::AmountError;
use crate::locale::Locale;

/// A longer text is rejected without parsing it. The longest amount with all its marks has about 25 characters.
const MAX_BYTES: usize = 256;

impl Money {
    /// Reads any usual spelling of an amount for an expense: zero is an error.
    ///
    /// `AmountError::message` gives the sentence to show at the field.
    pub fn parse_typed(text: &str, currency: Currency, locale: Locale) -> Result<Self, AmountError> {
        Self::parse_typed_any(text, currency, locale)?.non_zero()
    }

    /// Like [`Money::parse_typed`], but zero is accepted: a budget may be zero.
    pub(crate) fn parse_typed_any(
        text: &str,
        currency: Currency,
        locale: Locale,
    ) -> Result<Self, AmountError> {
        parse(text, currency, locale)
    }
}

fn parse(text: &str, currency: Currency, locale: Locale) -> Result<Money, AmountError> {
    if text.len() > MAX_BYTES {
        return Err(AmountError::NotAnAmount);
    }
    let typed = text.trim();
    let normal = affix::normalize(typed);
    let (negative, number) = affix::strip(&normal, currency, locale)?;
    let money = |whole: &[&str], fraction| {
        let whole = &whole.concat();
        Digits {
            negative,
            whole,
            fraction,
            typed,
        }
        .money(currency)
    };

    let marks: Vec<Mark> = number.chars().filter_map(Mark::of).collect();
    let groups: Vec<&str> = number.split(|c| Mark::of(c).is_some()).collect();
    if !groups
        .iter()
        .all(|group| group.bytes().all(|byte| byte.is_ascii_digit()))
    {
        return Err(AmountError::NotAnAmount);
    }
    let (Some((&last, earlier)), Some((&fraction, whole))) = (marks.split_last(), groups.split_last()) else {
        return money(&groups, "");
    };
    if last.has_two_meanings() && earlier.is_empty() {
        return match Reading::of(last, &groups, currency, locale) {
            Reading::Decimal => money(whole, fraction),
            Reading::Grouped => money(&groups, ""),
            Reading::Either => {
                let readings = [money(whole, fraction)?, money(&groups, "")?];
                Err(AmountError::Ambiguous { readings })
            }
        };
    }
    let is_integer = earlier.is_empty() || is_grouped(whole, earlier);
    if last.may_be_decimal() && !earlier.contains(&last) && is_integer {
        money(whole, fraction)
    } else if is_grouped(&groups, &marks) {
        money(&groups, "")
    } else {
        Err(AmountError::NotAnAmount)
    }
}

/// A character between digits.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Dot,
    Comma,
    /// The decimal mark of the Arabic script, and nothing else.
    ArabicDecimal,
    /// The thousands mark of the Arabic script.
    ArabicGroup,
    Space,
    Apostrophe,
}

impl Mark {
    fn of(character: char) -> Option<Self> {
        match character {
            '.' => Some(Self::Dot),
            ',' => Some(Self::Comma),
            '٫' => Some(Self::ArabicDecimal),
            '٬' => Some(Self::ArabicGroup),
            // Space, no-break, those of several widths, narrow no-break, ideographic.
            ' ' | '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => {
                Some(Self::Space)
            }
            '\'' | '’' | '‘' | '\u{2bc}' | '\u{2032}' => Some(Self::Apostrophe),
            _ => None,
        }
    }

    fn may_be_decimal(self) -> bool {
        self.has_two_meanings() || self == Self::ArabicDecimal
    }

    /// Whether it is a decimal mark in one country and a thousands mark in another.
    fn has_two_meanings(self) -> bool {
        matches!(self, Self::Dot | Self::Comma)
    }
}

/// What a single dot or comma means.
enum Reading {
    Decimal,
    Grouped,
    Either,
}

impl Reading {
    fn of(mark: Mark, groups: &[&str], currency: Currency, locale: Locale) -> Self {
        let means = |character| Mark::of(character) == Some(mark);
        let decimals_typed = groups.last().map_or(0, |fraction| fraction.len());
        if means(locale.decimal_mark()) || !is_grouped(groups, &[mark]) {
            Self::Decimal
        } else if means(locale.group_mark()) || decimals_typed > usize::from(currency.decimals()) {
            Self::Grouped
        } else {
            Self::Either
        }
    }
}

/// Whether the marks can be thousands marks: all the same, with groups of three (`1,234,567`), or with
/// a comma and groups of two above the thousands (`12,34,567`, as in India).
fn is_grouped(groups: &[&str], marks: &[Mark]) -> bool {
    let ([first, middle @ .., last], [mark, others @ ..]) = (groups, marks) else {
        return false;
    };
    let in_groups_of =
        |size: usize| (1..=size).contains(&first.len()) && middle.iter().all(|group| group.len() == size);
    *mark != Mark::ArabicDecimal
        && others.iter().all(|other| other == mark)
        && last.len() == 3
        && !first.starts_with('0')
        && (in_groups_of(3) || (*mark == Mark::Comma && in_groups_of(2)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{AmountError, Currency, Locale, Money};

    fn read(text: &str, code: &str, tag: &str) -> Result<i64, AmountError> {
        let (currency, locale) = (Currency::from_code(code).unwrap(), Locale::from_tag(tag).unwrap());
        Money::parse_typed_any(text, currency, locale).map(Money::minor)
    }

    fn accepts(table: &[(&str, &str, &str, i64)]) {
        for &(text, code, tag, minor) in table {
            assert_eq!(read(text, code, tag), Ok(minor), "{text:?} {code} {tag}");
        }
    }

    #[test]
    fn every_usual_spelling_is_understood_wherever_it_is_typed() {
        for tag in ["en-US", "de-DE", "fr-FR", "de-CH", "en-IN", "pl-PL", "ja-JP"] {
            accepts(&[
                ("12", "USD", tag, 1200),
                ("12.5", "USD", tag, 1250),
                ("12.50", "USD", tag, 1250),
                ("12,5", "USD", tag, 1250),
                ("12,50", "USD", tag, 1250),
                ("1,234.50", "USD", tag, 123_450),
                ("1.234,50", "USD", tag, 123_450),
                ("1 234,50", "USD", tag, 123_450),
                ("1\u{a0}234,50", "USD", tag, 123_450),
                ("1\u{202f}234.50", "USD", tag, 123_450),
                ("1\u{2009}234\u{2009}567,5", "USD", tag, 123_456_750),
                ("1'234.50", "USD", tag, 123_450),
                ("1’234’567", "USD", tag, 123_456_700),
                ("1,234,567", "USD", tag, 123_456_700),
                ("1.234.567", "USD", tag, 123_456_700),
                ("1,23,456.50", "USD", tag, 12_345_650),
                ("12,34,567", "USD", tag, 123_456_700),
                ("1,234,567.89", "USD", tag, 123_456_789),
                ("1 234", "USD", tag, 123_400),
                ("1234,5", "USD", tag, 123_450),
                (" 12.50 ", "USD", tag, 1250),
                ("\u{a0}12.50\t", "USD", tag, 1250),
                (".5", "USD", tag, 50),
                (",50", "USD", tag, 50),
                ("12.", "USD", tag, 1200),
                ("0.00", "USD", tag, 0),
                ("-0", "USD", tag, 0),
                ("007", "USD", tag, 700),
                ("100000000000", "USD", tag, 10_000_000_000_000),
                ("-99,999,999,999.99", "USD", tag, -9_999_999_999_999),
            ]);
        }
    }

    #[test]
    fn signs_and_the_accounts_currency_are_forgiven() {
        accepts(&[
            ("-4.50", "USD", "en-US", -450),
            ("−4.50", "USD", "en-US", -450),
            ("+4.50", "USD", "en-US", 450),
            ("- 4.50", "USD", "en-US", -450),
            ("$12.50", "USD", "en-US", 1250),
            ("$ 12.50", "USD", "en-US", 1250),
            ("-$4.50", "USD", "en-US", -450),
            ("$-4.50", "USD", "en-US", -450),
            ("−$1,234.50", "USD", "en-US", -123_450),
            ("US$5", "USD", "en-US", 500),
            ("USD 5", "USD", "de-DE", 500),
            ("5 usd", "USD", "en-US", 500),
            ("$.50", "USD", "en-US", 50),
            ("12,50 €", "EUR", "de-DE", 1250),
            ("12,50€", "EUR", "en-US", 1250),
            ("€ −4,50", "EUR", "nl-NL", -450),
            ("CHF 1'234.50", "CHF", "de-CH", 123_450),
            ("$5", "CAD", "en-US", 500),
            ("kr.5", "DKK", "da-DK", 500),
            ("5 kr.", "DKK", "da-DK", 500),
            ("5,50 kr", "DKK", "en-US", 550),
            ("R$ 1.234,50", "BRL", "pt-BR", 123_450),
            ("￥1,250", "JPY", "ja-JP", 1250),
            ("१२.५०", "INR", "hi-IN", 1250),
            ("١٢.٥٠", "USD", "en-US", 1250),
            ("１，２３４", "JPY", "ja-JP", 1234),
            ("\u{200e}12.50\u{200f}", "USD", "en-US", 1250),
        ]);
    }

    #[test]
    fn digits_of_every_script_are_read_with_the_marks_of_their_keyboard() {
        for tag in ["en-US", "de-DE", "fr-FR"] {
            accepts(&[
                ("١٢٫٥٠", "USD", tag, 1250),
                ("١٬٢٣٤٫٥٠", "USD", tag, 123_450),
                ("١٬٢٣٤٬٥٦٧", "USD", tag, 123_456_700),
                ("٫٥", "USD", tag, 50),
                ("١٢٫", "USD", tag, 1200),
                ("١٢،٥٠", "USD", tag, 1250),
                ("۱۲٫۵۰", "USD", tag, 1250),
                ("۱۲/۵۰", "USD", tag, 1250),
                ("−۱۲٫۵", "USD", tag, -1250),
                ("١٫٢٣٤", "KWD", tag, 1234),
                ("١٬٢٣٤", "KWD", tag, 1_234_000),
                ("๑๒.๕๐", "USD", tag, 1250),
                ("১২.৫০", "USD", tag, 1250),
                ("၁၂.၅၀", "USD", tag, 1250),
                ("𝟏𝟐.𝟓𝟎", "USD", tag, 1250),
                ("１２．５０", "USD", tag, 1250),
                ("１２。５０", "USD", tag, 1250),
                ("１，２３４．５０", "USD", tag, 123_450),
                ("＄１２．５０", "USD", tag, 1250),
                ("12.50\u{3000}ＵＳＤ", "USD", tag, 1250),
                ("1‘234.50", "USD", tag, 123_450),
            ]);
        }
        for text in ["١٫٢٫٣", "١٫٢٣٤٫٥", "١٢٫٣٤٬٥", "1/2", "²", "١٢٫x"] {
            assert_eq!(
                read(text, "USD", "en-US"),
                Err(AmountError::NotAnAmount),
                "{text}"
            );
        }
        let typed = "١٢٫٥٠٥".to_owned();
        assert_eq!(
            read(&typed, "USD", "en-US"),
            Err(AmountError::TooManyDecimals { typed })
        );
    }

    #[test]
    fn what_looks_like_a_minus_is_one() {
        for minus in "-‐‑‒–—―−⁃﹘﹣－⁻₋➖˗ーｰ".chars() {
            for text in [
                format!("{minus}5"),
                format!("{minus} 5.00"),
                format!("{minus}$5"),
                format!("${minus}5"),
                format!("\u{feff}{minus}\u{2060}5\u{200b}"),
            ] {
                assert_eq!(read(&text, "USD", "en-US"), Ok(-500), "{text:?} {minus:?}");
            }
        }
        for plus in "+＋➕﹢⁺".chars() {
            assert_eq!(read(&format!("{plus}5"), "USD", "en-US"), Ok(500), "{plus:?}");
        }
        for text in ["––5", "–+5", "5–", "5–6"] {
            assert_eq!(
                read(text, "USD", "en-US"),
                Err(AmountError::NotAnAmount),
                "{text}"
            );
        }
    }

    #[test]
    fn a_dash_stands_for_no_cents() {
        for (text, code, tag, minor) in [
            ("12.-", "CHF", "de-CH", 1200),
            ("12.–", "CHF", "de-CH", 1200),
            ("12.—", "CHF", "de-CH", 1200),
            ("Fr. 12.-", "CHF", "de-CH", 1200),
            ("CHF 1'250.-", "CHF", "de-CH", 125_000),
            ("-12.-", "CHF", "de-CH", -1200),
            ("12.- CHF", "CHF", "en-US", 1200),
            ("12.--", "CHF", "de-CH", 1200),
            ("12,-", "EUR", "de-DE", 1200),
            ("12,- €", "EUR", "nl-NL", 1200),
            ("€ 12,-", "EUR", "nl-NL", 1200),
            ("1.250,--", "EUR", "de-DE", 125_000),
            ("1 250:-", "SEK", "sv-SE", 125_000),
            ("kr 12,-", "NOK", "nb-NO", 1200),
            ("Rs. 500/-", "INR", "en-IN", 50_000),
            ("1250.-", "JPY", "ja-JP", 1250),
        ] {
            assert_eq!(read(text, code, tag), Ok(minor), "{text} {code} {tag}");
        }
        for text in [
            "12-", "12.---", "12.5-", "12.50.-", "12.-5", ".-", "12 -", "12/", "12:",
        ] {
            assert_eq!(
                read(text, "CHF", "de-CH"),
                Err(AmountError::NotAnAmount),
                "{text}"
            );
        }
        assert_eq!(read("€ 12.-", "CHF", "de-CH"), Err(AmountError::OtherCurrency));
    }

    #[test]
    fn a_single_mark_with_three_digits_follows_the_locale() {
        accepts(&[
            ("1,234", "USD", "en-US", 123_400),
            ("1,234", "USD", "en-IN", 123_400),
            ("1.234", "USD", "de-DE", 123_400),
            ("1.234", "EUR", "es-ES", 123_400),
            ("1,234", "JPY", "en-US", 1234),
            ("1.234", "JPY", "de-DE", 1234),
            ("1,234", "KWD", "en-US", 1_234_000),
            ("1.234", "KWD", "en-US", 1234),
            ("1,234", "KWD", "de-DE", 1234),
            ("1.234", "KWD", "de-DE", 1_234_000),
            ("1,234", "KWD", "fr-FR", 1234),
            ("1.234", "KWD", "de-CH", 1234),
            // Neither mark of the locale, and decimals the currency does not have: only grouping is left.
            ("1.234", "EUR", "fr-FR", 123_400),
            ("1.234", "JPY", "fr-FR", 1234),
            ("1,234", "CHF", "de-CH", 123_400),
            // The locale's thousands mark where it can't be one: only decimals are left.
            ("0,500", "KWD", "en-US", 500),
            ("1234,567", "KWD", "en-US", 1_234_567),
            ("12.50", "EUR", "de-DE", 1250),
            // Two different marks are unambiguous.
            ("1,234.567", "KWD", "de-DE", 1_234_567),
            ("1.234,567", "KWD", "en-US", 1_234_567),
            ("1 234,567", "KWD", "en-US", 1_234_567),
        ]);
    }

    #[test]
    fn real_doubt_is_an_error_with_both_readings() {
        let both = |decimal, grouped| {
            Err(AmountError::Ambiguous {
                readings: [decimal, grouped].map(Money::from_minor),
            })
        };
        assert_eq!(read("1.234", "KWD", "fr-FR"), both(1234, 1_234_000));
        assert_eq!(read("-12.345", "KWD", "pl-PL"), both(-12_345, -12_345_000));
        assert_eq!(read("1,234", "TND", "de-CH"), both(1234, 1_234_000));
        assert_eq!(read("KWD 1.234", "KWD", "sv-SE"), both(1234, 1_234_000));
    }

    #[test]
    fn more_decimals_than_the_currency_has_are_an_error() {
        for (text, code, tag) in [
            ("12.505", "USD", "en-US"),
            ("1.234", "USD", "en-US"),
            ("1,234", "EUR", "de-DE"),
            ("1,234", "EUR", "fr-FR"),
            ("12.5055", "USD", "de-DE"),
            ("1234,567", "USD", "en-US"),
            ("0,500", "USD", "en-US"),
            ("1,234.567", "USD", "en-US"),
            ("1.2345", "KWD", "en-US"),
            ("12.0", "JPY", "en-US"),
            ("1.234", "JPY", "ja-JP"),
            ("1,234.00", "JPY", "en-US"),
        ] {
            let typed = text.to_owned();
            assert_eq!(
                read(text, code, tag),
                Err(AmountError::TooManyDecimals { typed }),
                "{text} {code}"
            );
        }
    }

    #[test]
    fn beyond_the_limit_is_an_error_either_way() {
        for (text, code) in [
            ("100000000000.01", "USD"),
            ("-1,000,000,000,000.00", "USD"),
            ("10000000000.001", "KWD"),
            ("10 000 000 000 001", "JPY"),
            ("99999999999999999999999999999999999999", "USD"),
        ] {
            assert_eq!(
                read(text, code, "en-US"),
                Err(AmountError::TooLarge),
                "{text} {code}"
            );
        }
        assert_eq!(read("10000000000.000", "KWD", "en-US"), Ok(10_000_000_000_000));
        assert_eq!(read("1.200.000.000", "VND", "vi-VN"), Ok(1_200_000_000));
    }

    #[test]
    fn what_is_no_amount_is_an_error() {
        let long = "1".repeat(1000);
        for text in [
            "",
            " ",
            ".",
            ",",
            "-",
            "+",
            "$",
            "USD",
            "abc",
            "1e5",
            "0x1",
            "NaN",
            "inf",
            "--5",
            "-+5",
            "5-",
            "(5)",
            "1..5",
            "1,,234",
            "1,23.50",
            "12,34,5",
            "1,2345,678",
            "1 23",
            "1  234",
            "12 34",
            "1.234 567",
            "1,234 567",
            "1'234,567'890",
            "1.234,567.890",
            "1,234.50.5",
            "0,123,456",
            "$5 USD",
            "-$-5",
            "5 %",
            "5 5 $ 5",
            "½",
            "Ⅻ",
            "5\0",
            "1_000",
            "5 apples",
            "12:50",
            "1/2",
            "\u{1f4b0}5",
            long.as_str(),
        ] {
            assert_eq!(
                read(text, "USD", "en-US"),
                Err(AmountError::NotAnAmount),
                "{text:?}"
            );
        }
    }

    #[test]
    fn another_currency_is_named_as_such() {
        for text in ["€5", "5 EUR", "5 kr", "-£4", "CA$5", "5 zł"] {
            assert_eq!(
                read(text, "USD", "en-US"),
                Err(AmountError::OtherCurrency),
                "{text}"
            );
        }
    }

    #[test]
    fn an_expense_is_not_zero_and_a_budget_not_negative() {
        let (usd, english) = (Currency::USD, Locale::default());
        assert_eq!(Money::parse_typed("0.00", usd, english), Err(AmountError::Zero));
        assert_eq!(Money::parse_typed("-$0", usd, english), Err(AmountError::Zero));
        let budget = |text| Money::parse_typed_any(text, usd, english).and_then(Money::non_negative);
        assert_eq!(budget("0"), Ok(Money::ZERO));
        assert_eq!(budget("-1"), Err(AmountError::Negative));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(
            text in prop_oneof![any::<String>(), "[-+ 0-9.,:/'$€kr\u{a0}\u{202f}٣३５٫٬،–。\u{200b}]{0,40}"],
            code in prop::sample::select(vec!["USD", "JPY", "KWD"]),
            tag in prop::sample::select(vec!["en-US", "de-DE", "fr-FR", "de-CH"]),
        ) {
            if let Ok(minor) = read(&text, code, tag) {
                prop_assert!(minor.abs() <= Money::LIMIT.minor());
            }
        }

        /// Whatever digits, minus and invisible characters an amount is written with, it is the same amount.
        #[test]
        fn an_amount_is_read_in_every_script(
            minor in -10_000_000_i64..10_000_000,
            zero in prop::sample::select(vec!['0', '٠', '۰', '०', '๐', '０', '၀', '\u{1d7ce}']),
            minus in prop::sample::select(vec!['-', '–', '—', '−', '－', '﹣']),
            unseen in prop::sample::select(vec!["", "\u{200b}", "\u{feff}", "\u{2060}", "\u{200f}", "\u{ad}"]),
            arabic in any::<bool>(),
        ) {
            let mark = if arabic { '٫' } else { '.' };
            let digits = format!("{}.{:02}", minor.abs() / 100, minor.abs() % 100);
            let written = digits.chars().map(|c| match c.to_digit(10) {
                Some(digit) => char::from_u32(u32::from(zero) + digit).unwrap(),
                None => mark,
            });
            let sign = if minor < 0 { minus.to_string() } else { String::new() };
            let text = format!("{unseen}{sign}{unseen}{}{unseen}", written.collect::<String>());
            for tag in ["en-US", "de-DE", "fr-FR"] {
                prop_assert_eq!(read(&text, "USD", tag), Ok(minor), "{:?}", text);
            }
        }
    }
}
