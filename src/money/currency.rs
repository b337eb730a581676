//! The currencies an account can have: ISO 4217, from the crate `iso_currency`.

use std::fmt;
use std::sync::LazyLock;

use iso_currency::Currency as Iso;

/// An ISO 4217 currency in use as money today. Funds, metals, test codes and withdrawn currencies are
/// not offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency(Iso);

static OFFERED: LazyLock<Vec<Currency>> = LazyLock::new(|| {
    let mut offered: Vec<Currency> = (1..=999)
        .filter_map(Iso::from_numeric)
        .filter(|iso| is_offered(*iso))
        .map(Currency)
        .collect();
    offered.sort_unstable_by_key(|currency| currency.code());
    offered
});

impl Currency {
    /// The default of a new account.
    pub const USD: Self = Self(Iso::USD);

    /// Accepts any letter case; `None` if the code is unknown or not offered.
    pub(crate) fn from_code(code: &str) -> Option<Self> {
        let code = code.to_ascii_uppercase();
        let at = Self::all().binary_search_by(|offered| offered.code().cmp(&code));
        Some(Self::all()[at.ok()?])
    }

    /// Sorted by code.
    pub fn all() -> &'static [Self] {
        &OFFERED
    }

    /// Three capital letters: `USD`.
    pub(crate) fn code(self) -> &'static str {
        self.0.code()
    }

    /// Decimals of an amount: JPY 0, USD 2, KWD 3.
    pub(crate) fn decimals(self) -> u8 {
        self.0
            .exponent()
            .and_then(|decimals| u8::try_from(decimals).ok())
            .unwrap_or(0)
    }

    /// The English name: `United States dollar`.
    pub(crate) fn name(self) -> &'static str {
        match self.0 {
            Iso::CNY => "Chinese yuan",
            Iso::SEK => "Swedish krona",
            Iso::VES => "Venezuelan bolívar",
            // The crate's table misspells it.
            Iso::XCG => "Caribbean guilder",
            // The crate's names borrow from its value, so they come from the static list.
            _ => Self::all()
                .iter()
                .find(|offered| **offered == self)
                .map_or("", |offered| offered.0.name()),
        }
    }

    /// A symbol that no other currency has (`$` is the US dollar, `CA$` the Canadian dollar), or the
    /// code where there is none. [`Currency::symbol_in`] gives the shorter one used in a country.
    /// Source: CLDR, English, with its narrow symbols where they are unique.
    pub(crate) fn symbol(self) -> &'static str {
        match self.0 {
            Iso::AMD => "֏",
            Iso::AUD => "A$",
            Iso::AZN => "₼",
            Iso::BDT => "৳",
            Iso::BRL => "R$",
            Iso::CAD => "CA$",
            Iso::CNY => "CN¥",
            Iso::CRC => "₡",
            Iso::CZK => "Kč",
            Iso::EUR => "€",
            Iso::GBP => "£",
            Iso::GEL => "₾",
            Iso::GHS => "GH₵",
            Iso::HKD => "HK$",
            Iso::HUF => "Ft",
            Iso::IDR => "Rp",
            Iso::ILS => "₪",
            Iso::INR => "₹",
            Iso::JPY => "¥",
            Iso::KHR => "៛",
            Iso::KRW => "₩",
            Iso::KZT => "₸",
            Iso::LAK => "₭",
            Iso::MNT => "₮",
            Iso::MXN => "MX$",
            Iso::NGN => "₦",
            Iso::NZD => "NZ$",
            Iso::PHP => "₱",
            Iso::PLN => "zł",
            Iso::PYG => "₲",
            Iso::RUB => "₽",
            Iso::SGD => "S$",
            Iso::THB => "฿",
            Iso::TRY => "₺",
            Iso::TWD => "NT$",
            Iso::UAH => "₴",
            Iso::USD => "$",
            Iso::VND => "₫",
            Iso::XAF => "FCFA",
            Iso::XCD => "EC$",
            Iso::XOF => "CFA",
            Iso::XPF => "CFPF",
            iso => iso.code(),
        }
    }

    /// Whether people write this currency as `mark` next to a number: its code, its symbol, or the short
    /// symbol that it shares with others, with or without the country (`$`, `US$`; `kr` for SEK).
    pub(super) fn is_written(self, mark: &str) -> bool {
        let mark = mark.trim_end_matches('.').to_lowercase();
        let shared = self.0.symbol().symbol;
        let prefixed = format!("{}{shared}", &self.code()[..2]);
        [self.code(), self.symbol(), &shared, &prefixed]
            .iter()
            .chain(self.words())
            .any(|known| *known != "¤" && known.trim_end_matches('.').to_lowercase() == mark)
    }

    /// What people also write: a word of the language of the country, or an abbreviation.
    fn words(self) -> &'static [&'static str] {
        match self.0 {
            Iso::CHF => &["Fr", "SFr", "Fr."],
            Iso::CNY => &["元", "圆", "RMB"],
            Iso::EUR => &["Euro"],
            Iso::INR | Iso::LKR | Iso::MUR | Iso::NPR | Iso::PKR | Iso::SCR => &["Rs", "₨"],
            Iso::JPY => &["円"],
            Iso::KRW => &["원"],
            Iso::TWD => &["元"],
            _ => &[],
        }
    }
}

impl Default for Currency {
    fn default() -> Self {
        Self::USD
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// The crate flags funds, special codes and withdrawn currencies. It flags VES and not VED, but people
/// and banks in Venezuela use VES.
fn is_offered(iso: Iso) -> bool {
    match iso {
        Iso::VES => true,
        Iso::VED => false,
        _ => iso.exponent().is_some() && iso.flags().is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::Currency;

    #[test]
    fn a_code_is_found_in_any_case() {
        assert_eq!(Currency::from_code("eur").map(Currency::code), Some("EUR"));
        assert_eq!(Currency::from_code("USD"), Some(Currency::default()));
        for unknown in ["", "U", "USDD", "ABC", " USD", "ＵＳＤ"] {
            assert_eq!(Currency::from_code(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn only_currencies_in_use_are_offered() {
        for not_offered in [
            "XXX", "XTS", "XAU", "XDR", "CLF", "CHE", "USN", "BOV", "HRK", "BGN", "VED",
        ] {
            assert_eq!(Currency::from_code(not_offered), None, "{not_offered}");
        }
        for offered in [
            "USD", "EUR", "JPY", "KWD", "CHF", "XAF", "XPF", "VES", "CLP", "INR",
        ] {
            assert!(Currency::from_code(offered).is_some(), "{offered}");
        }
        assert!(Currency::all().len() > 140, "{}", Currency::all().len());
    }

    #[test]
    fn all_are_sorted_and_each_is_found_by_its_code() {
        let all = Currency::all();
        assert!(all.is_sorted_by_key(|currency| currency.code()));
        for &currency in all {
            assert_eq!(Currency::from_code(currency.code()), Some(currency));
            assert!(currency.decimals() <= 3, "{currency}");
            assert!(!currency.name().is_empty() && !currency.symbol().is_empty());
        }
    }

    #[test]
    fn decimals_are_those_of_iso_4217() {
        let decimals = |code| Currency::from_code(code).unwrap().decimals();
        assert_eq!(
            ["JPY", "USD", "KWD", "ISK", "HUF", "TND"].map(decimals),
            [0, 2, 3, 0, 2, 3]
        );
    }

    #[test]
    fn no_two_currencies_share_a_symbol() {
        let mut symbols: Vec<_> = Currency::all().iter().map(|c| c.symbol()).collect();
        symbols.sort_unstable();
        let before = symbols.len();
        symbols.dedup();
        assert_eq!(symbols.len(), before);
    }
}
