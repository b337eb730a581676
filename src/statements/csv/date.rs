//! The date in a cell: three components, whose order depends on the column.

use time::{Date, Month};

/// Which component comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Order {
    Year,
    Day,
    Month,
}

/// One component of a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Component {
    Number { value: u16, digits: u8 },
    Name(Month),
}

/// The three components of a cell, which can have a time after them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Parts {
    pub components: [Component; 3],
    /// The separator of the first two; `None` for digits without one.
    pub separator: Option<char>,
}

impl Parts {
    /// The date in this order. A month with a name needs no order of day and month.
    pub fn read(self, order: Order) -> Option<Date> {
        let [first, second, third] = self.components;
        let (year, month, day) = match (first, second, order) {
            (_, Component::Name(month), Order::Year) => (first, Component::Name(month), third),
            (_, Component::Name(month), _) => (third, Component::Name(month), first),
            (Component::Name(month), _, _) => (third, Component::Name(month), second),
            (_, _, Order::Year) => (first, second, third),
            (_, _, Order::Day) => (third, second, first),
            (_, _, Order::Month) => (third, first, second),
        };
        let month = match month {
            Component::Name(month) => month,
            Component::Number { value, digits: 1 | 2 } => Month::try_from(u8::try_from(value).ok()?).ok()?,
            Component::Number { .. } => return None,
        };
        let Component::Number {
            value: day,
            digits: 1 | 2,
        } = day
        else {
            return None;
        };
        Date::from_calendar_date(full_year(year)?, month, u8::try_from(day).ok()?).ok()
    }

    pub fn has_name(self) -> bool {
        self.components
            .iter()
            .any(|part| matches!(part, Component::Name(_)))
    }

    /// The number of digits of the year in this order.
    pub fn year_digits(self, order: Order) -> u8 {
        let year = if order == Order::Year {
            self.components[0]
        } else {
            self.components[2]
        };
        match year {
            Component::Number { digits, .. } => digits,
            Component::Name(_) => 0,
        }
    }
}

/// Years of two digits are from 1970 to 2069.
fn full_year(year: Component) -> Option<i32> {
    match year {
        Component::Number { value, digits: 4 } if (1900..2200).contains(&value) => Some(i32::from(value)),
        Component::Number { value, digits: 2 } => {
            Some(i32::from(value) + if value < 70 { 2000 } else { 1900 })
        }
        _ => None,
    }
}

/// The components at the beginning of a cell; `None` if it is no date, or if something other than a time follows.
pub(super) fn parts(cell: &str) -> Option<Parts> {
    let cell = cell.trim().trim_start_matches('\'');
    if cell.len() < 6 || cell.len() > 48 || !may_be_date(cell) {
        return None;
    }
    let digits = cell.bytes().take_while(u8::is_ascii_digit).count();
    if digits >= 8 {
        return compact(cell, digits);
    }
    let mut rest = without_weekday(cell);
    let mut components = [Component::Number { value: 0, digits: 0 }; 3];
    let mut separators = [' '; 2];
    for at in 0..3 {
        let (component, after) = component(rest)?;
        components[at] = component;
        rest = after;
        if at < 2 {
            let (separator, after) = separator(rest)?;
            separators[at] = separator;
            rest = after;
        }
    }
    // `Jun 3, 2026` is a date, `1.5-2024` is not.
    let has_name = components.iter().any(|part| matches!(part, Component::Name(_)));
    if separators[0] != separators[1]
        && !has_name
        && !separators.contains(&'年')
        && !separators.contains(&'\'')
    {
        return None;
    }
    let rest = rest.strip_prefix(['日', '.']).unwrap_or(rest);
    is_time(rest).then_some(Parts {
        components,
        separator: Some(separators[0]),
    })
}

/// A fast check for digits in the right positions, because most cells are no dates and names of months are slow to check.
fn may_be_date(cell: &str) -> bool {
    let bytes = cell.as_bytes();
    match cell.bytes().position(|byte| byte.is_ascii_digit()) {
        Some(0) => true,
        // A month or a weekday, and a separator.
        Some(at) => at > 2 && at <= 24 && matches!(bytes[at - 1], b' ' | b'.' | b'-' | b'/'),
        None => false,
    }
}

/// `20240131` or `31012024`, optionally with a time of four or six digits.
fn compact(cell: &str, digits: usize) -> Option<Parts> {
    if !matches!(digits, 8 | 12 | 14) || !is_time(&cell[digits..]) {
        return None;
    }
    let number = |from: usize, to: usize| -> Option<Component> {
        let digits = u8::try_from(to - from).ok()?;
        Some(Component::Number {
            value: cell.get(from..to)?.parse().ok()?,
            digits,
        })
    };
    let year_first = matches!(cell.as_bytes(), [b'1', b'9', ..] | [b'2', b'0', ..])
        && cell[4..6]
            .parse::<u8>()
            .is_ok_and(|month| (1..=12).contains(&month));
    let components = if year_first {
        [number(0, 4)?, number(4, 6)?, number(6, 8)?]
    } else {
        [number(0, 2)?, number(2, 4)?, number(4, 8)?]
    };
    Some(Parts {
        components,
        separator: None,
    })
}

fn component(text: &str) -> Option<(Component, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if (1..=4).contains(&digits) {
        let (number, rest) = text.split_at(digits);
        let digits = u8::try_from(digits).ok()?;
        // `3rd June`
        let rest = ["st ", "nd ", "rd ", "th "]
            .iter()
            .find(|ending| rest.starts_with(*ending))
            .map_or(rest, |ending| &rest[ending.len() - 1..]);
        return Some((
            Component::Number {
                value: number.parse().ok()?,
                digits,
            },
            rest,
        ));
    }
    if digits > 0 {
        return None;
    }
    let end = text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    Some((
        Component::Name(super::words::month(name)?),
        rest.strip_prefix('.').unwrap_or(rest),
    ))
}

/// The separator of two components: one sign with optional spaces around it.
fn separator(text: &str) -> Option<(char, &str)> {
    let trimmed = text.trim_start();
    let is_sign = |c: char| matches!(c, '.' | '/' | '-' | ',' | '年' | '月' | '\'' | '‑' | '–');
    match trimmed.chars().next().filter(|c| is_sign(*c)) {
        Some(sign) => {
            let sign_of = if sign == '月' { '年' } else { sign };
            Some((sign_of, trimmed[sign.len_utf8()..].trim_start()))
        }
        None if trimmed.len() < text.len() => Some((' ', trimmed)),
        // `03Jun2026`
        None if text.starts_with(char::is_alphanumeric) => Some((' ', text)),
        None => None,
    }
}

/// Whether the text after a date is empty or a time, with or without a zone.
fn is_time(rest: &str) -> bool {
    let rest = rest.trim_start_matches([',', 'T', 't']).trim_start();
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, ':' | '.' | ' ' | '+' | '-' | '\u{202f}');
    let Some(first) = rest.chars().next() else {
        return true;
    };
    first.is_ascii_digit()
        && rest.contains(':')
        && rest.chars().all(|c| is_part(c) || c.is_ascii_alphabetic())
        && rest.chars().filter(char::is_ascii_alphabetic).count() <= 5
}

fn without_weekday(cell: &str) -> &str {
    let end = cell.find(|c: char| !c.is_alphabetic()).unwrap_or(0);
    let (word, rest) = cell.split_at(end);
    if end > 0 && super::words::is_weekday(word) {
        rest.trim_start_matches(['.', ',', ' '])
    } else {
        cell
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_date_is_refused() {
        for cell in [
            "",
            "31.02.2025",
            "2025",
            "12/2025",
            "1.234,56",
            "1,234.56",
            "12.50.12.50",
            "03.11.2025 Kauf",
            "10-20-30-40",
            "12345678901",
            "192.168.1.1",
            "0000-00-00",
            "13/13/2025",
            "EUR 12.50",
        ] {
            for order in [Order::Year, Order::Day, Order::Month] {
                assert_eq!(parts(cell).and_then(|parts| parts.read(order)), None, "{cell}");
            }
        }
    }
}
