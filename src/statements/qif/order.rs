//! The order of day, month and year, which a QIF file does not say: all its dates together do, or it must be asked.

use time::Date;

use super::super::day;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DateOrder {
    DayFirst,
    MonthFirst,
    YearFirst,
}

/// The three numbers of a date, and how it writes the year.
#[derive(Clone, Copy, Debug)]
struct Parts {
    numbers: [u16; 3],
    year: Year,
    is_dotted: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Year {
    /// Four digits at the front.
    First,
    /// Four digits at the end.
    Last,
    /// An apostrophe before the last number: the century after 2000.
    Apostrophe,
    TwoDigits,
}

/// `text` read in `order`; a year of four digits needs none.
pub fn date(text: &str, order: DateOrder) -> Option<Date> {
    let parts = parts(text)?;
    let [first, second, third] = parts.numbers;
    let (year, month, day) = match (parts.year, order) {
        (Year::First, _) | (Year::TwoDigits, DateOrder::YearFirst) => (first, second, third),
        (_, DateOrder::YearFirst) => return None,
        (_, DateOrder::DayFirst) => (third, second, first),
        (_, DateOrder::MonthFirst) => (third, first, second),
    };
    let year = match parts.year {
        Year::First | Year::Last => i32::from(year),
        Year::Apostrophe => 2000 + i32::from(year),
        Year::TwoDigits => day::full_year(i32::from(year)),
    };
    day::date(year, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
}

/// Counts which orders the dates of a file allow.
#[derive(Debug, Default)]
pub struct Evidence {
    /// Dates that are possible only with the day first, only with the month first, and with both.
    only_day_first: usize,
    only_month_first: usize,
    both: usize,
    /// Dates that are possible only as year, month, day of two digits each.
    only_year_first: usize,
    is_dotted: bool,
}

impl Evidence {
    pub fn add(&mut self, text: &str) {
        let Some(parts) = parts(text).filter(|parts| parts.year != Year::First) else {
            return;
        };
        self.is_dotted |= parts.is_dotted;
        match (date(text, DateOrder::DayFirst), date(text, DateOrder::MonthFirst)) {
            // The fifth of May is the same in both.
            (Some(one), Some(other)) if one == other => {}
            (Some(_), Some(_)) => self.both += 1,
            (Some(_), None) => self.only_day_first += 1,
            (None, Some(_)) => self.only_month_first += 1,
            (None, None) if date(text, DateOrder::YearFirst).is_some() => self.only_year_first += 1,
            (None, None) => {}
        }
    }

    /// The orders that fit, the likeliest first; more than one is a question.
    ///
    /// A year of two digits at the front is considered only where nothing else fits a date: no program is known to
    /// write it, and any date of this century could be read so.
    pub fn orders(&self) -> Vec<DateOrder> {
        use DateOrder::{DayFirst, MonthFirst, YearFirst};
        let day_or_month = if self.is_dotted {
            [DayFirst, MonthFirst]
        } else {
            [MonthFirst, DayFirst]
        };
        match (self.only_day_first > 0, self.only_month_first > 0) {
            (false, true) => vec![MonthFirst],
            // The file contradicts itself.
            (true, true) => day_or_month.to_vec(),
            (false, false) if self.only_year_first > 0 => vec![YearFirst],
            (false, false) if self.both > 0 => day_or_month.to_vec(),
            // Days say so, or nothing depends on it.
            (true | false, false) => vec![DayFirst],
        }
    }
}

fn parts(text: &str) -> Option<Parts> {
    let text = text.trim();
    let mut numbers = [0; 3];
    let mut widths = [0; 3];
    let mut separators = [' '; 2];
    let mut rest = text;
    for at in 0..3 {
        rest = rest.trim_start();
        let width = rest.bytes().take_while(u8::is_ascii_digit).count();
        if !(1..=4).contains(&width) {
            // All digits without a separator: 20260131.
            return packed(text);
        }
        widths[at] = width;
        numbers[at] = rest[..width].parse().ok()?;
        rest = rest[width..].trim_start();
        if at < 2 {
            let separator = rest
                .chars()
                .next()
                .filter(|c| matches!(c, '/' | '-' | '.' | '\''))?;
            separators[at] = separator;
            rest = &rest[1..];
        }
    }
    // A time behind the date changes nothing.
    let is_time = rest.starts_with('T') || rest.contains(':');
    if !(rest.is_empty() || is_time) {
        return None;
    }
    let year = match (widths, separators[1]) {
        ([4, ..], _) => Year::First,
        ([_, _, 4], _) => Year::Last,
        ([_, _, 1 | 2], '\'') => Year::Apostrophe,
        ([_, _, 2], _) => Year::TwoDigits,
        _ => return None,
    };
    let is_short =
        widths[1] <= 2 && (year == Year::First || widths[0] <= 2) && (year != Year::First || widths[2] <= 2);
    is_short.then_some(Parts {
        numbers,
        year,
        is_dotted: separators[1] == '.',
    })
}

fn packed(text: &str) -> Option<Parts> {
    let is_packed = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    let year_first = is_packed.then(|| day::leading(text))??;
    Some(Parts {
        numbers: [
            u16::try_from(year_first.year()).ok()?,
            u16::from(u8::from(year_first.month())),
            u16::from(year_first.day()),
        ],
        year: Year::First,
        is_dotted: false,
    })
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::DateOrder::{self, DayFirst, MonthFirst, YearFirst};
    use super::{Evidence, date};

    fn orders(dates: &[&str]) -> Vec<DateOrder> {
        let mut evidence = Evidence::default();
        for date in dates {
            evidence.add(date);
        }
        evidence.orders()
    }

    #[test]
    fn every_spelling_of_a_date_is_read() {
        for (text, order, expected) in [
            ("2/14'2020", MonthFirst, Some(date!(2020 - 02 - 14))),
            (" 1/ 2'18", DayFirst, Some(date!(2018 - 02 - 01))),
            ("1/ 2' 0", MonthFirst, Some(date!(2000 - 01 - 02))),
            ("22/12/2017", DayFirst, Some(date!(2017 - 12 - 22))),
            ("03.11.25", DayFirst, Some(date!(2025 - 11 - 03))),
            ("12/31/98", MonthFirst, Some(date!(1998 - 12 - 31))),
            ("2020-02-14", MonthFirst, Some(date!(2020 - 02 - 14))),
            ("2020/2/14", DayFirst, Some(date!(2020 - 02 - 14))),
            ("20200214", DayFirst, Some(date!(2020 - 02 - 14))),
            ("2020-02-14T10:00:00", DayFirst, Some(date!(2020 - 02 - 14))),
            ("14-02-2020 00:00:00", DayFirst, Some(date!(2020 - 02 - 14))),
            ("20/02/14", YearFirst, Some(date!(2020 - 02 - 14))),
            ("31/02/2020", DayFirst, None),
            ("14/02/2020", MonthFirst, None),
            ("14/02", DayFirst, None),
            ("today", DayFirst, None),
            ("", DayFirst, None),
            ("1/2/3456789", DayFirst, None),
            ("é/1/20", DayFirst, None),
        ] {
            assert_eq!(date(text, order), expected, "{text}");
        }
    }

    #[test]
    fn the_order_is_settled_by_all_dates_or_asked() {
        assert_eq!(orders(&["01/02/2018", "22/12/2017"]), [DayFirst]);
        assert_eq!(orders(&["01/02/2018", "2/14'2020"]), [MonthFirst]);
        assert_eq!(orders(&["01/02/2018", "03/04/2018"]), [MonthFirst, DayFirst]);
        assert_eq!(orders(&["03.11.25"]), [DayFirst, MonthFirst]);
        assert_eq!(orders(&["31/02/2018", "03/04/2018"]), [MonthFirst, DayFirst]);
        assert_eq!(orders(&["22/12/2017", "12/22/2017"]), [MonthFirst, DayFirst]);
        assert_eq!(orders(&["2018-02-01", "05/05/2018"]), [DayFirst]);
        assert_eq!(orders(&["98/12/31"]), [YearFirst]);
        assert_eq!(orders(&[]), [DayFirst]);
    }
}
