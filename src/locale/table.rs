//! The supported locales and how each writes numbers. Source: CLDR 48. Two countries, Austria and
//! French-speaking Switzerland, write amounts with other marks than plain numbers; here both have the marks of
//! amounts, because a page shows them next to each other.

use std::sync::OnceLock;

use super::formatters::Formatters;

const NO_BREAK_SPACE: char = '\u{a0}';
const NARROW_NO_BREAK_SPACE: char = '\u{202f}';

/// One row of [`LOCALES`].
pub(super) struct Entry {
    pub tag: &'static str,
    /// The name of the locale in its own language.
    pub name: &'static str,
    /// Code of the country's currency, and its symbol there.
    pub home_currency: (&'static str, &'static str),
    pub numbers: NumberFormat,
    /// Created when the first date is formatted; `None` if ICU4X has no data.
    pub formatters: OnceLock<Option<Formatters>>,
}

pub(super) struct NumberFormat {
    pub decimal: char,
    pub group: char,
    /// Groups of two digits above the thousands: 12,34,567.
    pub indian: bool,
    /// No thousands mark in numbers of four digits: 1234 but 12.345.
    pub four_ungrouped: bool,
    pub money: MoneyPattern,
    pub percent: PercentPattern,
}

/// The order of symbol, minus and digits in an amount.
#[derive(Clone, Copy)]
pub(crate) enum MoneyPattern {
    /// −$1
    First,
    /// −€ 1
    SpacedFirst,
    /// € −1
    SpacedThenMinus,
    /// CHF 1 and CHF−1
    SpacedOrMinus,
    /// −1 €
    Last,
}

#[derive(Clone, Copy)]
pub(super) enum PercentPattern {
    /// 64%
    Last,
    /// 64 %
    SpaceLast,
    /// %64
    First,
}

/// 1,234.50 with the symbol first. The others state only what differs.
const ENGLISH: NumberFormat = NumberFormat {
    decimal: '.',
    group: ',',
    indian: false,
    four_ungrouped: false,
    money: MoneyPattern::First,
    percent: PercentPattern::Last,
};
const INDIAN: NumberFormat = NumberFormat {
    indian: true,
    ..ENGLISH
};
const SWISS_GERMAN: NumberFormat = NumberFormat {
    group: '\'',
    money: MoneyPattern::SpacedOrMinus,
    ..ENGLISH
};

/// 1.234,50 with the symbol last.
const GERMAN: NumberFormat = NumberFormat {
    decimal: ',',
    group: '.',
    money: MoneyPattern::Last,
    percent: PercentPattern::SpaceLast,
    ..ENGLISH
};
const GREEK: NumberFormat = NumberFormat {
    percent: PercentPattern::Last,
    ..GERMAN
};
const ITALIAN: NumberFormat = NumberFormat {
    four_ungrouped: true,
    ..GREEK
};
const SPANISH: NumberFormat = NumberFormat {
    four_ungrouped: true,
    ..GERMAN
};
const AUSTRIAN: NumberFormat = NumberFormat {
    money: MoneyPattern::SpacedFirst,
    ..GERMAN
};
const DUTCH: NumberFormat = NumberFormat {
    money: MoneyPattern::SpacedThenMinus,
    ..GREEK
};
const INDONESIAN: NumberFormat = NumberFormat {
    money: MoneyPattern::First,
    ..GREEK
};
const TURKISH: NumberFormat = NumberFormat {
    percent: PercentPattern::First,
    ..INDONESIAN
};
const BRAZILIAN: NumberFormat = NumberFormat {
    money: MoneyPattern::SpacedFirst,
    ..GREEK
};

/// 1 234,50 with the symbol last.
const NORDIC: NumberFormat = NumberFormat {
    group: NO_BREAK_SPACE,
    ..GERMAN
};
const UKRAINIAN: NumberFormat = NumberFormat {
    percent: PercentPattern::Last,
    ..NORDIC
};
const FRENCH: NumberFormat = NumberFormat {
    group: NARROW_NO_BREAK_SPACE,
    ..NORDIC
};
const SWISS_FRENCH: NumberFormat = NumberFormat {
    decimal: '.',
    percent: PercentPattern::Last,
    ..FRENCH
};
const POLISH: NumberFormat = NumberFormat {
    percent: PercentPattern::Last,
    four_ungrouped: true,
    ..NORDIC
};

const fn entry(
    tag: &'static str,
    name: &'static str,
    home_currency: (&'static str, &'static str),
    numbers: NumberFormat,
) -> Entry {
    Entry {
        tag,
        name,
        home_currency,
        numbers,
        formatters: OnceLock::new(),
    }
}

/// The default first, the others sorted by tag. Which locale a language alone selects is decided in `negotiate`.
pub(super) static LOCALES: [Entry; 40] = [
    entry("en-US", "English (United States)", ("USD", "$"), ENGLISH),
    entry("cs-CZ", "Čeština (Česko)", ("CZK", "Kč"), NORDIC),
    entry("da-DK", "Dansk (Danmark)", ("DKK", "kr."), GERMAN),
    entry("de-AT", "Deutsch (Österreich)", ("EUR", "€"), AUSTRIAN),
    entry("de-CH", "Deutsch (Schweiz)", ("CHF", "CHF"), SWISS_GERMAN),
    entry("de-DE", "Deutsch (Deutschland)", ("EUR", "€"), GERMAN),
    entry("el-GR", "Ελληνικά (Ελλάδα)", ("EUR", "€"), GREEK),
    entry("en-AU", "English (Australia)", ("AUD", "$"), ENGLISH),
    entry("en-CA", "English (Canada)", ("CAD", "$"), ENGLISH),
    entry("en-GB", "English (United Kingdom)", ("GBP", "£"), ENGLISH),
    entry("en-IE", "English (Ireland)", ("EUR", "€"), ENGLISH),
    entry("en-IN", "English (India)", ("INR", "₹"), INDIAN),
    entry("en-NZ", "English (New Zealand)", ("NZD", "$"), ENGLISH),
    entry("es-ES", "Español (España)", ("EUR", "€"), SPANISH),
    entry("es-MX", "Español (México)", ("MXN", "$"), ENGLISH),
    entry("fi-FI", "Suomi (Suomi)", ("EUR", "€"), NORDIC),
    entry("fr-BE", "Français (Belgique)", ("EUR", "€"), FRENCH),
    entry("fr-CA", "Français (Canada)", ("CAD", "$"), NORDIC),
    entry("fr-CH", "Français (Suisse)", ("CHF", "CHF"), SWISS_FRENCH),
    entry("fr-FR", "Français (France)", ("EUR", "€"), FRENCH),
    entry("hi-IN", "हिन्दी (भारत)", ("INR", "₹"), INDIAN),
    entry("hu-HU", "Magyar (Magyarország)", ("HUF", "Ft"), POLISH),
    entry("id-ID", "Indonesia (Indonesia)", ("IDR", "Rp"), INDONESIAN),
    entry("it-IT", "Italiano (Italia)", ("EUR", "€"), ITALIAN),
    entry("ja-JP", "日本語 (日本)", ("JPY", "￥"), ENGLISH),
    entry("ko-KR", "한국어 (대한민국)", ("KRW", "₩"), ENGLISH),
    entry("nb-NO", "Norsk bokmål (Norge)", ("NOK", "kr"), NORDIC),
    entry("nl-BE", "Nederlands (België)", ("EUR", "€"), DUTCH),
    entry("nl-NL", "Nederlands (Nederland)", ("EUR", "€"), DUTCH),
    entry("pl-PL", "Polski (Polska)", ("PLN", "zł"), POLISH),
    entry("pt-BR", "Português (Brasil)", ("BRL", "R$"), BRAZILIAN),
    entry("pt-PT", "Português (Portugal)", ("EUR", "€"), POLISH),
    entry("ro-RO", "Română (România)", ("RON", "RON"), GERMAN),
    entry("ru-RU", "Русский (Россия)", ("RUB", "₽"), NORDIC),
    entry("sv-SE", "Svenska (Sverige)", ("SEK", "kr"), NORDIC),
    entry("tr-TR", "Türkçe (Türkiye)", ("TRY", "₺"), TURKISH),
    entry("uk-UA", "Українська (Україна)", ("UAH", "₴"), UKRAINIAN),
    entry("vi-VN", "Tiếng Việt (Việt Nam)", ("VND", "₫"), GREEK),
    entry("zh-CN", "中文 (中国)", ("CNY", "¥"), ENGLISH),
    entry("zh-TW", "中文 (台灣)", ("TWD", "$"), ENGLISH),
];
