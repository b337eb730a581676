//! Field `:61:`: dates, mark, amount and references of a booking.

use time::Date;

use super::super::decimal::Decimal;
use super::super::row::Reason;
use super::super::{day, number};

#[derive(Debug, PartialEq, Eq)]
pub struct Entry {
    pub date: Date,
    /// In the direction of the account.
    pub amount: Decimal,
    /// Announced only: marks `EC` and `ED`.
    pub is_expected: bool,
    /// `NTRF`, `N192`.
    pub kind: String,
    /// The references of the account holder and of the bank; `NONREF` is none.
    pub references: Vec<String>,
}

/// Reads the field; `is_whole` says that the file goes on behind it.
pub fn entry(text: &str, is_whole: bool) -> Result<Entry, Reason> {
    let text = text.trim();
    let (date, rest) = date(text)?;
    let (is_out, is_expected, rest) = mark(rest.trim_start())?;
    // The third letter of the currency.
    let rest = rest
        .strip_prefix(|c: char| c.is_ascii_uppercase())
        .unwrap_or(rest)
        .trim_start();
    let length = rest
        .bytes()
        .take_while(|byte| byte.is_ascii_digit() || b",.".contains(byte))
        .count();
    let (amount, rest) = rest.split_at(length);
    if amount.is_empty() {
        return Err(Reason::MissingAmount);
    }
    let amount = number::plain(amount, &[',', '.']).ok_or(Reason::WrongAmount)?;
    if rest.is_empty() && !is_whole {
        return Err(Reason::TooFewCells);
    }
    let kind_length = rest.char_indices().nth(4).map_or(rest.len(), |(at, _)| at);
    let (kind, references) = rest.split_at(kind_length);
    Ok(Entry {
        date,
        amount: if is_out { amount.negated() } else { amount },
        is_expected,
        kind: kind.trim().to_owned(),
        references: references
            .split("//")
            .map(str::trim)
            .filter(|text| !matches!(*text, "" | "NONREF" | "NOREF" | "KREF+" | "EREF+" | "NOTPROVIDED"))
            .map(str::to_owned)
            .collect(),
    })
}

/// The booking date: the entry date where there is one, in the year nearest to the value date.
fn date(text: &str) -> Result<(Date, &str), Reason> {
    let value: &str = text.get(..6).unwrap_or_default();
    if value.is_empty() || !value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(if text.is_empty() {
            Reason::MissingDate
        } else {
            Reason::WrongDate
        });
    }
    let two = |text: &str, at: usize| text.get(at..at + 2).and_then(day::digits::<u8>);
    let wrong = Reason::WrongDate;
    let year = day::full_year(i32::from(two(value, 0).ok_or(wrong)?));
    let (month, of_month) = (two(value, 2).ok_or(wrong)?, two(value, 4).ok_or(wrong)?);
    let rest = &text[6..];
    let entry = rest
        .get(..4)
        .filter(|entry| entry.bytes().all(|byte| byte.is_ascii_digit()));
    let Some(entry) = entry else {
        return Ok((day::date(year, month, of_month).ok_or(wrong)?, rest));
    };
    let (entry_month, entry_day) = (two(entry, 0).ok_or(wrong)?, two(entry, 2).ok_or(wrong)?);
    // Value dates such as 30 February exist: banks reckon interest by months of 30 days.
    let place = |year: i32, month: u8, day: u8| year * 372 + i32::from(month) * 31 + i32::from(day);
    let nearest = (year - 1..=year + 1)
        .min_by_key(|year_of_entry| {
            (place(*year_of_entry, entry_month, entry_day) - place(year, month, of_month)).abs()
        })
        .unwrap_or(year);
    let date = day::date(nearest, entry_month, entry_day).or_else(|| day::date(year, month, of_month));
    Ok((date.ok_or(wrong)?, &rest[4..]))
}

/// Whether money goes out, whether it is only announced, and the rest. A reversal of a credit is money out.
fn mark(text: &str) -> Result<(bool, bool, &str), Reason> {
    for (mark, is_out, is_expected) in [
        ("RC", true, false),
        ("RD", false, false),
        ("EC", false, true),
        ("ED", true, true),
        ("C", false, false),
        ("D", true, false),
    ] {
        if let Some(rest) = text.strip_prefix(mark) {
            return Ok((is_out, is_expected, rest));
        }
    }
    Err(Reason::UnknownDirection)
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::{Reason, entry};

    #[test]
    fn the_mark_and_the_letter_of_the_currency_are_told_apart() {
        for (text, units) in [
            ("0709040904CR300,NTRFX", 300),
            ("0709040904RCR204,88NRTINONREF", -20488),
            ("0709040904DR999946,95NMSCNONREF", -99_994_695),
            ("0709040904RD1,50NMSC", 150),
            ("070904RDR1,50NMSC", 150),
            ("1105240524D9,N192NONREF", -9),
            ("110524D11,8N426NONREF", -118),
        ] {
            assert_eq!(
                entry(text, true).map(|entry| entry.amount.units),
                Ok(units),
                "{text}"
            );
        }
    }

    #[test]
    fn the_entry_date_is_in_the_year_nearest_to_the_value_date() {
        for (text, expected) in [
            ("2511301128D6,NMSC", date!(2025 - 11 - 28)),
            ("2512310102D6,NMSC", date!(2026 - 01 - 02)),
            ("2601011231D6,NMSC", date!(2025 - 12 - 31)),
            ("2502300228D6,NMSC", date!(2025 - 02 - 28)),
            ("251130D6,NMSC", date!(2025 - 11 - 30)),
            ("2511300000D6,NMSC", date!(2025 - 11 - 30)),
            ("9812311231D6,NMSC", date!(1998 - 12 - 31)),
        ] {
            assert_eq!(entry(text, true).map(|entry| entry.date), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_can_not_be_read_has_a_reason() {
        for (text, reason) in [
            ("", Reason::MissingDate),
            ("250230D6,NMSC", Reason::WrongDate),
            ("25é1", Reason::WrongDate),
            ("251130X6,NMSC", Reason::UnknownDirection),
            ("251130D", Reason::MissingAmount),
            ("251130D1,2,3NMSC", Reason::WrongAmount),
            ("251130D915", Reason::TooFewCells),
        ] {
            assert_eq!(entry(text, false), Err(reason), "{text}");
        }
    }

    #[test]
    fn references_are_kept() {
        let entry = entry("0709040904CR300,NTRFTFNr 40005//0724710345313905", true).unwrap();
        assert_eq!(
            (entry.kind.as_str(), entry.references.as_slice()),
            ("NTRF", &["TFNr 40005", "0724710345313905"].map(str::to_owned)[..])
        );
    }
}
