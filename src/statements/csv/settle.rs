//! Determines the date format and the number marks of a column from all of its cells.

use super::columns::Columns;
use super::date::Order;
use super::date_format::Format;
use super::number::Marks;
use super::tally::{Dates, Numbers};

/// The format of a column, or the formats that fit it, most likely first.
pub(super) enum Settled<T> {
    Sure(T),
    Open { options: Vec<T>, example: String },
}

impl<T> Settled<T> {
    /// The certain format, else the most likely one.
    pub fn or_first(self) -> Option<T> {
        match self {
            Self::Sure(sure) => Some(sure),
            Self::Open { options, .. } => options.into_iter().next(),
        }
    }
}

/// The format of the dates of a column.
pub(super) fn date_format(columns: &Columns, at: usize) -> Option<Settled<Format>> {
    let dates = &columns.tallies.get(at)?.dates;
    let order = |order: Order| format(dates, order);
    let (day, month) = (dates.day_first, dates.month_first);
    if dates.count == 0 {
        return None;
    }
    if dates.year_first >= day.max(month) {
        return Some(Settled::Sure(order(Order::Year)?));
    }
    let (parts, _) = dates.first.as_ref()?;
    let starts_with_name = matches!(parts.components[0], super::date::Component::Name(_));
    let settled = match (dates.only_day_first, dates.only_month_first) {
        (0, 0) if dates.open == 0 && starts_with_name => Some(Order::Month),
        (0, 0) if dates.open == 0 => Some(Order::Day),
        // Dates with dots never have the month first.
        (_, 0) if parts.separator == Some('.') => Some(Order::Day),
        (0, 0) => by_other_columns(columns, at),
        (_, 0) => Some(Order::Day),
        (0, _) => Some(Order::Month),
        _ => None,
    };
    if let Some(settled) = settled {
        return Some(Settled::Sure(order(settled)?));
    }
    let mut options = vec![order(Order::Day)?, order(Order::Month)?];
    if month > day {
        options.reverse();
    }
    let example = dates.open_example.clone().unwrap_or_default();
    Some(Settled::Open { options, example })
}

/// The order of another column of dates with the same separator and the same number of digits.
fn by_other_columns(columns: &Columns, at: usize) -> Option<Order> {
    let own = format(&columns.tallies[at].dates, Order::Day)?;
    let others = columns
        .tallies
        .iter()
        .enumerate()
        .filter(|(other, tally)| *other != at && tally.is_date());
    let alike = others.filter(|(_, tally)| format(&tally.dates, Order::Day) == Some(own));
    let (mut day, mut month) = (0, 0);
    for (_, tally) in alike {
        day += tally.dates.only_day_first;
        month += tally.dates.only_month_first;
    }
    match (day, month) {
        (1.., 0) => Some(Order::Day),
        (0, 1..) => Some(Order::Month),
        _ => None,
    }
}

fn format(dates: &Dates, order: Order) -> Option<Format> {
    let (parts, _) = dates.first.as_ref()?;
    let separator = parts.separator.map(|separator| match separator {
        '年' | ',' => '-',
        '\'' => '/',
        other => other,
    });
    Some(Format {
        order,
        separator,
        has_name: parts.has_name(),
        year_digits: if parts.year_digits(order) == 2 { 2 } else { 4 },
    })
}

/// The marks of the columns of amounts, which have at most `decimals` digits after the mark. `delimiter` decides if both
/// marks give the same numbers.
pub(super) fn marks(
    columns: &Columns,
    amounts: &[usize],
    delimiter: u8,
    decimals: Option<u8>,
) -> Settled<Marks> {
    let own: Vec<&Numbers> = amounts
        .iter()
        .filter_map(|at| Some(&columns.tallies.get(*at)?.numbers))
        .collect();
    let others = columns.tallies.iter().enumerate().filter(|(at, tally)| {
        !amounts.contains(at) && tally.is_number() && !tally.is_date() && tally.numbers.money > 0
    });
    let others: Vec<&Numbers> = others.map(|(_, tally)| &tally.numbers).collect();
    let separator = own.iter().find_map(|numbers| numbers.separator);
    let marks = |decimal: char| Marks {
        decimal,
        thousands: Some(separator.unwrap_or(if decimal == '.' { ',' } else { '.' })),
    };
    let evidence = |numbers: &[&Numbers]| {
        let point: u32 = numbers.iter().map(|numbers| numbers.only_point).sum();
        let comma: u32 = numbers.iter().map(|numbers| numbers.only_comma).sum();
        (point, comma)
    };
    let by_own = evidence(&own);
    let decided = if by_own == (0, 0) {
        majority(evidence(&others)).or_else(|| by_decimals(&own, decimals?))
    } else {
        majority(by_own)
    };
    let example = own.iter().find_map(|numbers| numbers.open_example.clone());
    match (decided, example) {
        (Some(decimal), _) => Settled::Sure(marks(decimal)),
        (None, Some(example)) => Settled::Open {
            options: vec![marks('.'), marks(',')],
            example,
        },
        (None, None) => Settled::Sure(marks(if delimiter == b';' { ',' } else { '.' })),
    }
}

/// The mark with which no number has too many decimals, if it is the only one.
fn by_decimals(numbers: &[&Numbers], decimals: u8) -> Option<char> {
    let point = numbers.iter().all(|numbers| numbers.point_decimals <= decimals);
    let comma = numbers.iter().all(|numbers| numbers.comma_decimals <= decimals);
    match (point, comma) {
        (true, false) => Some('.'),
        (false, true) => Some(','),
        _ => None,
    }
}

fn majority((point, comma): (u32, u32)) -> Option<char> {
    // A few exceptions are allowed; they are rejected later.
    match (point, comma) {
        _ if point > comma * 4 => Some('.'),
        _ if comma > point * 4 => Some(','),
        _ => None,
    }
}
