//! The currencies an account can count in: ISO 4217 as the crate `iso_currency` has it.

use std::fmt;
use std::sync::LazyLock;

use iso_currency::Currency as Iso;

/// An ISO 4217 currency people pay with today; funds, metals, test codes and withdrawn ones are
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
    /// United States dollar, the default of a new account.
    pub const USD: Self = Self(Iso::USD);

    /// By its code, in any case; `None` if it is unknown or not offered.
    pub fn from_code(code: &str) -> Option<Self> {
        Iso::from_code(&code.to_ascii_uppercase())
            .filter(|iso| is_offered(*iso))
            .map(Self)
    }

    /// Every currency offered, by code.
    pub fn all() -> &'static [Self] {
        &OFFERED
    }

    /// Three capital letters, `USD`.
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// How many decimals an amount has: JPY 0, USD 2, KWD 3.
    pub fn decimals(self) -> u8 {
        self.0
            .exponent()
            .and_then(|decimals| u8::try_from(decimals).ok())
            .unwrap_or(0)
    }

    /// The English name, `United States dollar`.
    pub fn name(self) -> &'static str {
        match self.0 {
            Iso::CNY => "Chinese yuan",
            Iso::SEK => "Swedish krona",
            Iso::VES => "Venezuelan bolívar",
            // The crate's table misspells it.
            Iso::XCG => "Caribbean guilder",
            // The crate lends names only for as long as its value lives: lend it a static one.
            _ => Self::all()
                .iter()
                .find(|own| **own == self)
                .map_or("", |own| own.0.name()),
        }
    }

    /// The sign that means this currency and no other, anywhere (`$` is the US one, `CA$` the
    /// Canadian), or the code where there is none. [`crate::locale::Locale::sign`] knows the
    /// shorter one people use at home. Source: CLDR, English, with its narrow signs where they
    /// are unique.
    pub fn symbol(self) -> &'static str {
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

    /// Whether `mark`, typed beside a number, can stand for this currency: its code, its sign, or
    /// the short sign it shares with others, bare or with its country (`$`, `US$`; `kr` for SEK).
    pub(super) fn answers_to(self, mark: &str) -> bool {
        let mark = mark.trim_end_matches('.').to_lowercase();
        let shared = self.0.symbol().symbol;
        let prefixed = format!("{}{shared}", &self.code()[..2]);
        [self.code(), self.symbol(), &shared, &prefixed]
            .iter()
            .any(|own| *own != "¤" && own.trim_end_matches('.').to_lowercase() == mark)
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

/// The crate marks funds, special codes and withdrawn currencies. Of Venezuela's two codes it
/// keeps VED; people and banks there use VES.
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
    fn only_currencies_people_pay_with_are_offered() {
        for absent in [
            "XXX", "XTS", "XAU", "XDR", "CLF", "CHE", "USN", "BOV", "HRK", "BGN", "VED",
        ] {
            assert_eq!(Currency::from_code(absent), None, "{absent}");
        }
        for present in [
            "USD", "EUR", "JPY", "KWD", "CHF", "XAF", "XPF", "VES", "CLP", "INR",
        ] {
            assert!(Currency::from_code(present).is_some(), "{present}");
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
