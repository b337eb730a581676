//! The one-line form: "12,50 lunch yesterday" becomes the fields of an expense.
//!
//! One amount, at most one date, and the rest is the description. The amount is the first number with decimals or a
//! currency, else the first whole number. Amounts are read before dates, so a date without a year ends with a dot ("24.12.")
//! or has slashes. Punctuation beside them belongs to the description: every character but white space ends up in a field.
//!
//! More than 300 lines, because a third of the file is its tables of tests.

use std::ops::Range;

use time::{Date, Weekday};

use super::fields::{ExpenseField, ExpenseFields, FormKind};
use super::suggestion;
use crate::accounts::current::CurrentUser;
use crate::accounts::preferences::Preferences;
use crate::error::AppError;
use crate::locale::Locale;
use crate::money::{AmountError, Money};
use crate::period::{FIRST_DAY, LAST_DAY, format_date, parse_date};
use crate::state::AppState;
use crate::web::fields::Fields;

/// The parameter of the dashboard's address that holds a line.
pub const PARAMETER: &str = "line";

/// Words of the longest amount: "- 1 234,50 EUR".
const MOST_WORDS: usize = 5;

/// What a line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// As it was typed; empty where there is none.
    pub amount: String,
    pub date: Option<Date>,
    pub description: String,
}

impl Line {
    /// Reads a line as the person writes amounts and dates.
    pub fn read(line: &str, preferences: &Preferences, today: Date) -> Self {
        let mut words = words(line);
        let amount = find_amount(line, &words, preferences);
        if let Some(amount) = &amount {
            words = without(words, amount);
        }
        let dated = words.iter().find_map(|word| {
            let read = |part: Range<usize>| {
                let date = read_date(&line[part.clone()], preferences.locale, today)?;
                Some((part, date))
            };
            read(word.clone()).or_else(|| read(without_punctuation(line, word)))
        });
        if let Some((part, _)) = &dated {
            words = without(words, part);
        }
        Self {
            amount: amount.map(|amount| line[amount].to_owned()).unwrap_or_default(),
            date: dated.map(|(_, date)| date),
            description: joined(line, &words),
        }
    }
}

/// The fields of the form "Add expense": those of the address, the others from the line, and a suggested category.
pub async fn fields(
    state: &AppState,
    user: &CurrentUser,
    query: &Fields,
    line: &str,
) -> Result<ExpenseFields, AppError> {
    let mut fields = ExpenseFields::of_address(query, FormKind::Add);
    let line = Line::read(line, &user.preferences, user.today);
    let texts = [
        (ExpenseField::Amount, line.amount),
        (ExpenseField::Date, line.date.map(format_date).unwrap_or_default()),
        (ExpenseField::Description, line.description),
    ];
    for (field, text) in texts {
        if fields[field].value.is_empty() {
            fields.set_text(field, text);
        }
    }
    if fields[ExpenseField::Date].value.is_empty() {
        fields.fill_today(user.today);
    }
    let description = fields[ExpenseField::Description].value.clone();
    suggestion::fill(state, user, &mut fields, description.trim_matches(is_punctuation)).await?;
    Ok(fields)
}

/// Where the words are, in bytes.
fn words(line: &str) -> Vec<Range<usize>> {
    let begin = line.as_ptr().addr();
    line.split_whitespace()
        .map(|word| {
            let start = word.as_ptr().addr() - begin;
            start..start + word.len()
        })
        .collect()
}

fn is_punctuation(c: char) -> bool {
    matches!(
        c,
        ',' | ';' | ':' | '.' | '!' | '?' | '(' | ')' | '"' | '、' | '。' | '，' | '：'
    ) || c.is_whitespace()
}

/// A part of a line without the punctuation around it. An amount can begin with its decimal mark, and what has dots inside
/// keeps the one at its end, as a date does: "24.12.".
fn without_punctuation(line: &str, part: &Range<usize>) -> Range<usize> {
    let text = &line[part.clone()];
    let begun = text.trim_start_matches(|c| is_punctuation(c) && !matches!(c, '.' | ','));
    let inner = begun.trim_end_matches(is_punctuation);
    let start = part.end - begun.len();
    let has_dots = inner.contains('.') && begun[inner.len()..].starts_with('.');
    let end = start + inner.len() + usize::from(has_dots);
    start..end
}

/// A part of a line without the full stop of a sentence: "12.50.". What has the form of a day and a month keeps it.
fn without_full_stop(line: &str, part: &Range<usize>) -> Range<usize> {
    let text = &line[part.clone()];
    let numbers: Vec<u8> = text.split('.').map_while(|number| number.parse().ok()).collect();
    let is_date = matches!(numbers[..], [one, other] if one.max(other) <= 31 && one.min(other) <= 12);
    let inner = text.strip_suffix('.').filter(|_| !is_date).unwrap_or(text);
    part.start..part.start + inner.len()
}

/// The words with a part of the line taken out. What is left of a word that it begins or ends in stays.
fn without(words: Vec<Range<usize>>, part: &Range<usize>) -> Vec<Range<usize>> {
    let left = |word: Range<usize>| {
        let before = word.start..word.end.min(part.start);
        let after = word.start.max(part.end)..word.end;
        [before, after].into_iter().filter(|left| !left.is_empty())
    };
    words.into_iter().flat_map(left).collect()
}

/// The words with a space between them, but for those that had none before them.
fn joined(line: &str, words: &[Range<usize>]) -> String {
    let mut joined = String::new();
    for word in words {
        if !joined.is_empty() && line[..word.start].ends_with(char::is_whitespace) {
            joined.push(' ');
        }
        joined.push_str(&line[word.clone()]);
    }
    joined
}

fn find_amount(line: &str, words: &[Range<usize>], preferences: &Preferences) -> Option<Range<usize>> {
    let mut whole_number = None;
    for (at, first) in words.iter().enumerate() {
        let ends = words[at..].iter().take(MOST_WORDS).map(|last| last.end);
        let is_one = |range: &Range<usize>| {
            let text = &line[range.clone()];
            !text.ends_with(',') && is_amount(text, preferences) && !are_two_numbers(text, preferences.locale)
        };
        let longest = ends.rev().find_map(|end| {
            let range = first.start..end;
            let inner = without_punctuation(line, &range);
            let ended = without_full_stop(line, &inner);
            [range, inner, ended].into_iter().find(is_one)
        });
        let Some(range) = longest else { continue };
        if is_plain_number(&line[range.clone()]) {
            whole_number.get_or_insert(range);
        } else {
            return Some(range);
        }
    }
    whole_number
}

/// Whether a text can only be meant as an amount, perhaps one that the form refuses.
fn is_amount(text: &str, preferences: &Preferences) -> bool {
    match Money::parse_typed(text, preferences.currency, preferences.locale) {
        Ok(_) | Err(AmountError::Ambiguous { .. } | AmountError::TooManyDecimals { .. }) => true,
        Err(AmountError::Zero | AmountError::TooLarge) => !is_plain_number(text),
        // Words in lower case may be a currency's code, too: "5 all" is no amount of leks.
        Err(AmountError::OtherCurrency) => !text.contains(char::is_lowercase),
        Err(_) => false,
    }
}

/// Digits with a space between them, where the locale does not group digits so: "iPhone 15 999".
fn are_two_numbers(text: &str, locale: Locale) -> bool {
    let is_grouped_so = locale.group_mark().is_whitespace();
    let has_only_digits = text.chars().all(|c| c.is_numeric() || c.is_whitespace());
    !is_grouped_so && has_only_digits && text.contains(char::is_whitespace)
}

/// A number that may count something: "2", "3.".
fn is_plain_number(text: &str) -> bool {
    text.strip_suffix(['.', ','])
        .unwrap_or(text)
        .chars()
        .all(char::is_numeric)
}

/// The date that a word says: never a later one, unless it has a year.
fn read_date(word: &str, locale: Locale, today: Date) -> Option<Date> {
    let lower = word.to_lowercase();
    let date = match lower.as_str() {
        "today" => Some(today),
        "yesterday" => today.previous_day(),
        name => read_weekday(name)
            .map(|weekday| today.prev_occurrence(weekday))
            .or_else(|| parse_date(word))
            .or_else(|| read_day_and_month(word, locale, today)),
    };
    date.filter(|date| (FIRST_DAY..=LAST_DAY).contains(date))
}

fn read_weekday(name: &str) -> Option<Weekday> {
    Some(match name {
        "monday" => Weekday::Monday,
        "tuesday" => Weekday::Tuesday,
        "wednesday" => Weekday::Wednesday,
        "thursday" => Weekday::Thursday,
        "friday" => Weekday::Friday,
        "saturday" => Weekday::Saturday,
        "sunday" => Weekday::Sunday,
        _ => return None,
    })
}

/// "24.12.", "24/12", "12/24/2026", "24.12.26", in the order of the locale; with the year first "2026/12/24", "2026.12.24.".
fn read_day_and_month(word: &str, locale: Locale, today: Date) -> Option<Date> {
    let mark = word.chars().find(|c| ['.', '/', '-'].contains(c))?;
    let parts: Vec<&str> = word.split(mark).collect();
    if let [year, month, day] | [year, month, day, ""] = parts[..]
        && year.len() == 4
    {
        return parse_date(&format!("{year}-{month:0>2}-{day:0>2}"));
    }
    let number = |text: &str| -> Option<u16> {
        let is_number = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| text.parse().ok())?
    };
    let (one, other, year) = match parts.as_slice() {
        [one, other, ""] if mark == '.' => (one, other, None),
        [one, other] if mark == '/' => (one, other, None),
        [one, other, year] => (one, other, Some(full_year(year, number(year)?)?)),
        _ => return None,
    };
    let (one, other) = (number(one)?, number(other)?);
    let (day, month) = if locale.has_day_first() {
        (one, other)
    } else {
        (other, one)
    };
    let month = time::Month::try_from(u8::try_from(month).ok()?).ok()?;
    let day = u8::try_from(day).ok()?;
    let date = |year| Date::from_calendar_date(year, month, day).ok();
    match year {
        Some(year) => date(year),
        // The last one: 29 February may be years ago.
        None => (0..=8)
            .filter_map(|ago| date(today.year() - ago))
            .find(|date| *date <= today),
    }
}

fn full_year(text: &str, year: u16) -> Option<i32> {
    match text.len() {
        2 => Some(2000 + i32::from(year)),
        4 => Some(year.into()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::date;

    use super::*;
    use crate::money::Currency;

    const TODAY: Date = date!(2026 - 11 - 22);

    fn read(line: &str, tag: &str, code: &str) -> Line {
        let preferences = Preferences {
            locale: Locale::from_tag(tag).unwrap(),
            currency: Currency::from_code(code).unwrap(),
            ..Preferences::default()
        };
        Line::read(line, &preferences, TODAY)
    }

    fn check(tag: &str, code: &str, table: &[(&str, &str, Option<Date>, &str)]) {
        for (line, amount, date, description) in table {
            let wanted = Line {
                amount: (*amount).to_owned(),
                date: *date,
                description: (*description).to_owned(),
            };
            assert_eq!(read(line, tag, code), wanted, "{line}");
        }
    }

    #[test]
    fn amount_date_and_description_stand_in_any_order() {
        let yesterday = Some(date!(2026 - 11 - 21));
        check(
            "en-US",
            "USD",
            &[
                ("12,50 lunch yesterday", "12,50", yesterday, "lunch"),
                ("yesterday lunch 12.50", "12.50", yesterday, "lunch"),
                ("lunch YESTERDAY $12 with Kim", "$12", yesterday, "lunch with Kim"),
                ("lunch", "", None, "lunch"),
                ("12", "12", None, ""),
                ("", "", None, ""),
                ("today", "", Some(TODAY), ""),
                ("sunday roast 20", "20", Some(date!(2026 - 11 - 15)), "roast"),
                ("monday monday 5", "5", Some(date!(2026 - 11 - 16)), "monday"),
            ],
        );
    }

    #[test]
    fn the_amount_is_the_first_with_decimals_or_a_currency() {
        check(
            "en-US",
            "USD",
            &[
                ("2 coffees 7.50", "7.50", None, "2 coffees"),
                ("2 coffees 7", "2", None, "coffees 7"),
                ("3. course 9.00", "9.00", None, "3. course"),
                ("1,234.50 sofa 2.00", "1,234.50", None, "sofa 2.00"),
                ("1 234,50 sofa", "1 234,50", None, "sofa"),
                ("5 USD tip", "5 USD", None, "tip"),
                ("5 EUR tip 7", "5 EUR", None, "tip 7"),
                ("5 all you can eat", "5", None, "all you can eat"),
                ("12.505 fuel", "12.505", None, "fuel"),
                ("0 sugar cola 2", "2", None, "0 sugar cola"),
                ("call 123456789012345678 5", "5", None, "call 123456789012345678"),
                ("24.12 lunch", "24.12", None, "lunch"),
                ("iPhone 15 999", "15", None, "iPhone 999"),
                ("0.00 gift", "0.00", None, "gift"),
            ],
        );
        check("fr-FR", "EUR", &[("15 999 vélo", "15 999", None, "vélo")]);
        check(
            "ja-JP",
            "JPY",
            &[
                ("500円 昼食", "500円", None, "昼食"),
                ("昼食 500円、", "500円", None, "昼食、"),
            ],
        );
        check(
            "en-IN",
            "INR",
            &[
                ("Rs 500 taxi", "Rs 500", None, "taxi"),
                ("taxi Rs.500", "Rs.500", None, "taxi"),
                ("500 rs, taxi", "500 rs", None, ", taxi"),
            ],
        );
        // In doubt the form asks.
        assert_eq!(read("1.234 sofa", "fr-FR", "KWD").amount, "1.234");
    }

    #[test]
    fn punctuation_beside_amount_and_date_is_part_of_the_description() {
        let yesterday = Some(date!(2026 - 11 - 21));
        check(
            "en-US",
            "USD",
            &[
                ("12.50, lunch", "12.50", None, ", lunch"),
                ("lunch: 12.50", "12.50", None, "lunch:"),
                ("lunch 12.50, with Kim", "12.50", None, "lunch, with Kim"),
                ("lunch 12,50.", "12,50", None, "lunch."),
                ("lunch 12.50.", "12.50", None, "lunch."),
                ("Lunch $1,234.50. Tip 2.", "$1,234.50", None, "Lunch. Tip 2."),
                ("lunch (12.50) Kim", "12.50", None, "lunch () Kim"),
                ("12, lunch", "12", None, ", lunch"),
                ("lunch $12; tip", "$12", None, "lunch; tip"),
                (".50, gum", ".50", None, ", gum"),
                ("yesterday, lunch 12.50!", "12.50", yesterday, ", lunch!"),
                ("3. course", "3.", None, "course"),
                ("at 10:30 tea 2.50", "2.50", None, "at 10:30 tea"),
                (", ; .", "", None, ", ; ."),
            ],
        );
    }

    #[test]
    fn a_date_has_the_order_of_the_locale_and_is_the_last_one() {
        check(
            "de-DE",
            "EUR",
            &[
                ("5 24.12.", "5", Some(date!(2025 - 12 - 24)), ""),
                ("5 21.11.", "5", Some(date!(2026 - 11 - 21)), ""),
                ("5 29.2.", "5", Some(date!(2024 - 02 - 29)), ""),
                ("5 3/4", "5", Some(date!(2026 - 04 - 03)), ""),
                ("5 24.12.26", "5", Some(date!(2026 - 12 - 24)), ""),
                ("5 24-12-2026", "5", Some(date!(2026 - 12 - 24)), ""),
                ("5 31.02.", "5", None, "31.02."),
                ("5 12/24", "5", None, "12/24"),
                ("5 1.2.3", "5", None, "1.2.3"),
                ("5 01.01.1899", "5", None, "01.01.1899"),
            ],
        );
        check(
            "en-US",
            "USD",
            &[
                ("5 3/4", "5", Some(date!(2026 - 03 - 04)), ""),
                ("5 12/24/2026", "5", Some(date!(2026 - 12 - 24)), ""),
                ("5 2026-12-24", "5", Some(date!(2026 - 12 - 24)), ""),
            ],
        );
        check(
            "ja-JP",
            "JPY",
            &[
                ("500 11/21", "500", Some(date!(2026 - 11 - 21)), ""),
                ("500 2026/11/2 x", "500", Some(date!(2026 - 11 - 02)), "x"),
                ("500 2026/13/2", "500", None, "2026/13/2"),
            ],
        );
        check(
            "ko-KR",
            "KRW",
            &[("500 2026.11.20. x", "500", Some(date!(2026 - 11 - 20)), "x")],
        );
        check(
            "en-GB",
            "GBP",
            &[("5 21/11", "5", Some(date!(2026 - 11 - 21)), "")],
        );
    }

    /// Every character but white space, in order.
    fn characters(text: &str) -> Vec<char> {
        let mut characters: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
        characters.sort_unstable();
        characters
    }

    proptest! {
        #[test]
        fn no_character_vanishes(
            line in prop_oneof![
                any::<String>(),
                "([0-9]{1,4}[.,/ -]?|today|friday|€|\\$| |lunch|[,;:.!?()]){0,12}",
            ],
            tag in prop::sample::select(vec!["en-US", "de-DE", "fr-FR", "ja-JP"]),
        ) {
            let read = read(&line, tag, "EUR");
            let mut gone = characters(&line);
            for kept in characters(&read.amount).into_iter().chain(characters(&read.description)) {
                let at = gone.iter().position(|c| *c == kept);
                prop_assert!(at.is_some(), "{} is twice", kept);
                gone.remove(at.unwrap_or_default());
            }
            // A part of one word says the date.
            let is_part = line
                .split_whitespace()
                .flat_map(|word| [word, word.trim_matches(is_punctuation)])
                .any(|part| characters(part) == gone);
            prop_assert_eq!(read.date.is_some(), !gone.is_empty());
            prop_assert!(gone.is_empty() || is_part, "{:?}", gone);
        }
    }
}
