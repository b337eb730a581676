//! The locales and what is peculiar to each. Source: CLDR 48; for de-AT and fr-CH, whose money is
//! written with other marks than plain numbers, those of money.

use std::sync::OnceLock;

use super::dates::Formatters;

const NBSP: char = '\u{a0}';
const NARROW_NBSP: char = '\u{202f}';

/// What is known of one locale.
pub(super) struct Facts {
    pub tag: &'static str,
    /// In its own language.
    pub name: &'static str,
    /// The code of the currency of the land, and the sign people there write for it.
    pub home: (&'static str, &'static str),
    pub style: Style,
    /// Made when the first date is formatted.
    pub formatters: OnceLock<Option<Formatters>>,
}

/// How numbers are put together.
pub(super) struct Style {
    pub decimal: char,
    pub group: char,
    /// Groups of two above the thousands: 12,34,567.
    pub indian: bool,
    /// Four digits stand without a thousands mark: 1234 but 12.345.
    pub four_bare: bool,
    pub money: MoneyOrder,
    pub percent: PercentOrder,
}

/// Where currency sign and minus stand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum MoneyOrder {
    /// −$1
    Before,
    /// −€ 1
    BeforeApart,
    /// € −1
    BeforeApartThenMinus,
    /// CHF 1 and CHF−1
    BeforeApartOrMinus,
    /// −1 €
    After,
}

/// How a percentage is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum PercentOrder {
    /// 64%
    Tight,
    /// 64 %
    Apart,
    /// %64
    Before,
}

/// 1,234.50 with the sign first; everything else is a departure from it.
const ENGLISH: Style = Style {
    decimal: '.',
    group: ',',
    indian: false,
    four_bare: false,
    money: MoneyOrder::Before,
    percent: PercentOrder::Tight,
};
const INDIAN: Style = Style {
    indian: true,
    ..ENGLISH
};
const SWISS_GERMAN: Style = Style {
    group: '\'',
    money: MoneyOrder::BeforeApartOrMinus,
    ..ENGLISH
};

/// 1.234,50 with the sign last.
const GERMAN: Style = Style {
    decimal: ',',
    group: '.',
    money: MoneyOrder::After,
    percent: PercentOrder::Apart,
    ..ENGLISH
};
const GREEK: Style = Style {
    percent: PercentOrder::Tight,
    ..GERMAN
};
const ITALIAN: Style = Style {
    four_bare: true,
    ..GREEK
};
const SPANISH: Style = Style {
    four_bare: true,
    ..GERMAN
};
const AUSTRIAN: Style = Style {
    money: MoneyOrder::BeforeApart,
    ..GERMAN
};
const DUTCH: Style = Style {
    money: MoneyOrder::BeforeApartThenMinus,
    ..GREEK
};
const INDONESIAN: Style = Style {
    money: MoneyOrder::Before,
    ..GREEK
};
const TURKISH: Style = Style {
    percent: PercentOrder::Before,
    ..INDONESIAN
};
const BRAZILIAN: Style = Style {
    money: MoneyOrder::BeforeApart,
    ..GREEK
};

/// 1 234,50 with the sign last.
const NORDIC: Style = Style {
    group: NBSP,
    ..GERMAN
};
const UKRAINIAN: Style = Style {
    percent: PercentOrder::Tight,
    ..NORDIC
};
const FRENCH: Style = Style {
    group: NARROW_NBSP,
    ..NORDIC
};
const SWISS_FRENCH: Style = Style {
    decimal: '.',
    percent: PercentOrder::Tight,
    ..FRENCH
};
const POLISH: Style = Style {
    percent: PercentOrder::Tight,
    four_bare: true,
    ..NORDIC
};

macro_rules! locales {
    ($($tag:literal $name:literal $code:literal $sign:literal $style:ident)*) => {
        [$(Facts {
            tag: $tag,
            name: $name,
            home: ($code, $sign),
            style: $style,
            formatters: OnceLock::new(),
        }),*]
    };
}

/// The default first, then by tag. Within a language the order has no meaning: see `negotiate`.
pub(super) static LOCALES: [Facts; 40] = locales! {
    "en-US" "English (United States)"   "USD" "$"   ENGLISH
    "cs-CZ" "Čeština (Česko)"           "CZK" "Kč"  NORDIC
    "da-DK" "Dansk (Danmark)"           "DKK" "kr." GERMAN
    "de-AT" "Deutsch (Österreich)"      "EUR" "€"   AUSTRIAN
    "de-CH" "Deutsch (Schweiz)"         "CHF" "CHF" SWISS_GERMAN
    "de-DE" "Deutsch (Deutschland)"     "EUR" "€"   GERMAN
    "el-GR" "Ελληνικά (Ελλάδα)"         "EUR" "€"   GREEK
    "en-AU" "English (Australia)"       "AUD" "$"   ENGLISH
    "en-CA" "English (Canada)"          "CAD" "$"   ENGLISH
    "en-GB" "English (United Kingdom)"  "GBP" "£"   ENGLISH
    "en-IE" "English (Ireland)"         "EUR" "€"   ENGLISH
    "en-IN" "English (India)"           "INR" "₹"   INDIAN
    "en-NZ" "English (New Zealand)"     "NZD" "$"   ENGLISH
    "es-ES" "Español (España)"          "EUR" "€"   SPANISH
    "es-MX" "Español (México)"          "MXN" "$"   ENGLISH
    "fi-FI" "Suomi (Suomi)"             "EUR" "€"   NORDIC
    "fr-BE" "Français (Belgique)"       "EUR" "€"   FRENCH
    "fr-CA" "Français (Canada)"         "CAD" "$"   NORDIC
    "fr-CH" "Français (Suisse)"         "CHF" "CHF" SWISS_FRENCH
    "fr-FR" "Français (France)"         "EUR" "€"   FRENCH
    "hi-IN" "हिन्दी (भारत)"                 "INR" "₹"   INDIAN
    "hu-HU" "Magyar (Magyarország)"     "HUF" "Ft"  POLISH
    "id-ID" "Indonesia (Indonesia)"     "IDR" "Rp"  INDONESIAN
    "it-IT" "Italiano (Italia)"         "EUR" "€"   ITALIAN
    "ja-JP" "日本語 (日本)"              "JPY" "￥"  ENGLISH
    "ko-KR" "한국어 (대한민국)"          "KRW" "₩"   ENGLISH
    "nb-NO" "Norsk bokmål (Norge)"      "NOK" "kr"  NORDIC
    "nl-BE" "Nederlands (België)"       "EUR" "€"   DUTCH
    "nl-NL" "Nederlands (Nederland)"    "EUR" "€"   DUTCH
    "pl-PL" "Polski (Polska)"           "PLN" "zł"  POLISH
    "pt-BR" "Português (Brasil)"        "BRL" "R$"  BRAZILIAN
    "pt-PT" "Português (Portugal)"      "EUR" "€"   POLISH
    "ro-RO" "Română (România)"          "RON" "RON" GERMAN
    "ru-RU" "Русский (Россия)"          "RUB" "₽"   NORDIC
    "sv-SE" "Svenska (Sverige)"         "SEK" "kr"  NORDIC
    "tr-TR" "Türkçe (Türkiye)"          "TRY" "₺"   TURKISH
    "uk-UA" "Українська (Україна)"      "UAH" "₴"   UKRAINIAN
    "vi-VN" "Tiếng Việt (Việt Nam)"     "VND" "₫"   GREEK
    "zh-CN" "中文 (中国)"                "CNY" "¥"   ENGLISH
    "zh-TW" "中文 (台灣)"                "TWD" "$"   ENGLISH
};
