//! The currency in a cell.

/// Signs of only one currency. `$`, `¥` and `kr` belong to several.
const SIGNS: [(&str, &str); 22] = [
    ("€", "EUR"),
    ("£", "GBP"),
    ("US$", "USD"),
    ("$US", "USD"),
    ("A$", "AUD"),
    ("C$", "CAD"),
    ("CA$", "CAD"),
    ("HK$", "HKD"),
    ("NZ$", "NZD"),
    ("S$", "SGD"),
    ("R$", "BRL"),
    ("₹", "INR"),
    ("₽", "RUB"),
    ("₩", "KRW"),
    ("₺", "TRY"),
    ("₴", "UAH"),
    ("₫", "VND"),
    ("₪", "ILS"),
    ("zł", "PLN"),
    ("Kč", "CZK"),
    ("Ft", "HUF"),
    ("元", "CNY"),
];
/// Signs of several currencies, which are ignored.
const SHARED: [&str; 8] = ["$", "¥", "￥", "kr", "kr.", "Kr", "Rs", "Fr."];

/// The ISO 4217 code of a cell with a code or the sign of one currency.
pub(super) fn code(cell: &str) -> Option<String> {
    let cell = cell.trim();
    if cell.len() == 3 && cell.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return Some(cell.to_ascii_uppercase());
    }
    SIGNS
        .iter()
        .find(|(sign, _)| *sign == cell)
        .map(|(_, code)| (*code).to_owned())
}

/// The currency in a cell of a currency column: its code, or the unchanged text if it is unknown.
pub(super) fn named(cell: &str) -> Option<String> {
    let cell = cell.trim();
    if cell.is_empty() || SHARED.contains(&cell) {
        return None;
    }
    Some(code(cell).unwrap_or_else(|| cell.to_uppercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_currency_is_a_code() {
        for (cell, expected) in [
            ("usd", Some("USD")),
            ("€", Some("EUR")),
            ("$", None),
            ("", None),
            ("Bonus points", Some("BONUS POINTS")),
        ] {
            assert_eq!(named(cell).as_deref(), expected, "{cell}");
        }
    }
}
