//! Integers and percentages as the locale writes them.
//!
//! `icu_decimal` is not used: it groups the digits of de-AT and fr-CH as in plain numbers, which a page then shows next to
//! amounts with other marks (see `table`); it writes an ASCII minus; and percentages are not in its stable part.

use super::handle::Locale;
use super::table::{MoneyPattern, PercentPattern};

/// U+2212, not the ASCII hyphen.
pub(crate) const MINUS: &str = "\u{2212}";
pub(crate) const NO_BREAK_SPACE: &str = "\u{a0}";

impl Locale {
    /// The mark before the decimals: `.` or `,`.
    pub(crate) fn decimal_mark(self) -> char {
        self.entry().numbers.decimal
    }

    /// The thousands mark.
    pub(crate) fn group_mark(self) -> char {
        self.entry().numbers.group
    }

    /// Code and local symbol of the country's currency.
    pub(crate) fn home_currency(self) -> (&'static str, &'static str) {
        self.entry().home_currency
    }

    /// Where the symbol and the minus of an amount are.
    pub(crate) fn money_pattern(self) -> MoneyPattern {
        self.entry().numbers.money
    }

    /// `1,284`, `−1.284`
    pub(crate) fn format_integer(self, number: i64) -> String {
        let mut text = String::with_capacity(24);
        if number < 0 {
            text.push_str(MINUS);
        }
        self.push_grouped(&mut text, &number.unsigned_abs().to_string());
        text
    }

    /// Whole percent: `64%`, `64 %`, `%64`, `−12%`.
    pub(crate) fn format_percent(self, percent: i64) -> String {
        let number = self.format_integer(percent);
        match self.entry().numbers.percent {
            PercentPattern::Last => format!("{number}%"),
            PercentPattern::SpaceLast => format!("{number}{NO_BREAK_SPACE}%"),
            PercentPattern::First => match number.strip_prefix(MINUS) {
                Some(digits) => format!("{MINUS}%{digits}"),
                None => format!("%{number}"),
            },
        }
    }

    /// Appends ASCII digits with the locale's thousands marks.
    pub(crate) fn push_grouped(self, text: &mut String, digits: &str) {
        let numbers = &self.entry().numbers;
        let is_grouped = digits.len() > if numbers.four_ungrouped { 4 } else { 3 };
        let size = if numbers.indian { 2 } else { 3 };
        for (index, digit) in digits.chars().enumerate() {
            let left = digits.len() - index;
            if index > 0 && is_grouped && left >= 3 && (left - 3).is_multiple_of(size) {
                text.push(numbers.group);
            }
            text.push(digit);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Locale;

    fn locale(tag: &str) -> Locale {
        Locale::from_tag(tag).unwrap()
    }

    /// `~` stands for a no-break space, `_` for a narrow one.
    fn shown(text: &str) -> String {
        text.replace('~', "\u{a0}").replace('_', "\u{202f}")
    }

    #[test]
    fn integers_and_percentages_are_written_as_in_the_country() {
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
}
