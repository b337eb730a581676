//! Statistics about the cells of one column over all rows of a file.

use time::Date;

use super::date::{self, Order, Parts};
use super::fold::cell_text;
use super::number::{self, COMMA, POINT, Sign};

/// Stored distinct words. A column with more words has no kinds.
const MAX_WORDS: usize = 12;
/// The maximum length of a kind.
const MAX_WORD: usize = 40;

/// The cells of one column.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    /// Cells that are not empty.
    pub filled: u32,
    pub dates: Dates,
    pub numbers: Numbers,
    /// Cells with three capital letters.
    pub codes: u32,
    pub with_digit: u32,
    /// Cells with an account number (IBAN).
    pub accounts: u32,
    /// Cells with a space or with a script that has no spaces.
    pub phrases: u32,
    /// The number of all characters.
    pub length: u64,
    /// The distinct words, unchanged; empty if there are too many.
    pub words: Vec<String>,
    pub has_many_words: bool,
}

/// The dates of a column.
#[derive(Clone, Debug, Default)]
pub(super) struct Dates {
    /// Dates in any order.
    pub count: u32,
    pub year_first: u32,
    pub day_first: u32,
    pub month_first: u32,
    /// Dates that are a different day in another order.
    pub open: u32,
    /// Dates that are valid only with the day first.
    pub only_day_first: u32,
    pub only_month_first: u32,
    /// The first date, for its separator and digits, and an ambiguous one as an example.
    pub first: Option<(Parts, String)>,
    pub open_example: Option<String>,
}

/// The numbers of a column.
#[derive(Clone, Debug, Default)]
pub(super) struct Numbers {
    /// Numbers with any marks.
    pub count: u32,
    pub only_point: u32,
    pub only_comma: u32,
    /// Numbers that have a different value with other marks.
    pub open: u32,
    pub open_example: Option<String>,
    /// The most decimals that these have if their mark is a decimal point, and if it is a comma.
    pub point_decimals: u8,
    pub comma_decimals: u8,
    pub negative: u32,
    pub positive: u32,
    /// Numbers with a plus sign.
    pub plus: u32,
    /// Numbers with decimals, a sign or a currency.
    pub money: u32,
    /// A space or an apostrophe as thousands mark.
    pub separator: Option<char>,
    /// Numbers of five or more digits without a mark.
    pub long_digits: u32,
}

impl Tally {
    pub fn add(&mut self, cell: &str) {
        let cell = cell_text(cell);
        if cell.is_empty() {
            return;
        }
        self.filled += 1;
        self.length += cell.len() as u64;
        self.codes += u32::from(is_code(cell));
        let is_phrase = |c: char| c == ' ' || c > '\u{2e7f}' && c.is_alphabetic();
        self.phrases += u32::from(cell.chars().any(is_phrase));
        self.add_word(cell);
        if !cell.as_bytes().iter().any(u8::is_ascii_digit) {
            return;
        }
        self.with_digit += 1;
        self.accounts += u32::from(is_account(cell));
        if let Some(parts) = date::parts(cell) {
            self.dates.add(parts, cell);
        }
        self.numbers.add(cell);
    }

    fn add_word(&mut self, cell: &str) {
        if self.has_many_words || self.words.iter().any(|word| word == cell) {
            return;
        }
        if self.words.len() == MAX_WORDS || cell.len() > MAX_WORD {
            self.has_many_words = true;
            self.words.clear();
        } else {
            self.words.push(cell.to_owned());
        }
    }

    /// Whether nearly all cells are dates.
    pub fn is_date(&self) -> bool {
        self.dates.count > 0 && self.dates.count * 10 >= self.filled * 8
    }

    /// Whether nearly all cells are numbers.
    pub fn is_number(&self) -> bool {
        self.numbers.count > 0 && self.numbers.count * 10 >= self.filled * 7
    }

    /// Whether most cells are dates, which is enough if the header says so as well.
    pub fn is_mostly_date(&self) -> bool {
        self.dates.count * 2 > self.filled
    }

    /// Like [`Tally::is_mostly_date`], for numbers.
    pub fn is_mostly_number(&self) -> bool {
        self.numbers.count * 2 > self.filled
    }

    /// Whether most cells are account numbers.
    pub fn is_account(&self) -> bool {
        self.accounts * 2 > self.filled
    }

    /// Whether the column has only one value, in a file with enough rows.
    pub fn is_constant(&self) -> bool {
        self.filled > 2 && !self.has_many_words && self.words.len() == 1
    }
}

/// Two letters and at least thirteen letters or digits, which can be grouped.
fn is_account(cell: &str) -> bool {
    let bytes = cell.as_bytes();
    let is_part = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b' ';
    let length = bytes.iter().filter(|byte| **byte != b' ').count();
    (15..=34).contains(&length)
        && bytes[..2].iter().all(u8::is_ascii_uppercase)
        && bytes[2..4].iter().all(u8::is_ascii_digit)
        && bytes.iter().all(is_part)
}

fn is_code(cell: &str) -> bool {
    cell.len() == 3 && cell.bytes().all(|byte| byte.is_ascii_alphabetic())
}

impl Dates {
    fn add(&mut self, parts: Parts, cell: &str) {
        let [year_first, day_first, month_first] =
            [Order::Year, Order::Day, Order::Month].map(|order| parts.read(order));
        // Two digits at the beginning are not read as a year if another order fits.
        let is_short_year = parts.year_digits(Order::Year) == 2;
        let year_first = year_first.filter(|_| !is_short_year || day_first.or(month_first).is_none());
        let found: Vec<Date> = [year_first, day_first, month_first]
            .into_iter()
            .flatten()
            .collect();
        if found.is_empty() {
            return;
        }
        self.count += 1;
        self.year_first += u32::from(year_first.is_some());
        self.day_first += u32::from(day_first.is_some());
        self.month_first += u32::from(month_first.is_some());
        self.first.get_or_insert_with(|| (parts, cell.to_owned()));
        match (day_first, month_first) {
            (Some(day), Some(month)) if day != month => {
                self.open += 1;
                self.open_example.get_or_insert_with(|| cell.to_owned());
            }
            (Some(_), None) => self.only_day_first += 1,
            (None, Some(_)) => self.only_month_first += 1,
            _ => {}
        }
    }
}

impl Numbers {
    fn add(&mut self, cell: &str) {
        let Some(parts) = number::parts(cell) else { return };
        let (point, comma) = (number::value(parts, POINT), number::value(parts, COMMA));
        let Some(value) = point.or(comma) else { return };
        self.count += 1;
        match (point, comma) {
            (Some(_), None) => self.only_point += 1,
            (None, Some(_)) => self.only_comma += 1,
            (Some(point), Some(comma)) if point != comma => {
                self.open += 1;
                self.point_decimals = self.point_decimals.max(point.needed_decimals());
                self.comma_decimals = self.comma_decimals.max(comma.needed_decimals());
                self.open_example.get_or_insert_with(|| cell.to_owned());
            }
            _ => {}
        }
        if !value.is_zero() {
            self.negative += u32::from(parts.sign == Sign::Minus);
            self.positive += u32::from(parts.sign != Sign::Minus);
            self.plus += u32::from(parts.sign == Sign::Plus);
        }
        let is_bare =
            parts.digits.len() == cell.len() && parts.digits.bytes().all(|byte| byte.is_ascii_digit());
        self.money += u32::from(!is_bare);
        self.long_digits += u32::from(is_bare && cell.len() >= 5);
        if self.separator.is_none() {
            self.separator = parts
                .digits
                .chars()
                .find(|c| !c.is_ascii_digit() && !matches!(c, '.' | ','));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(cells: &[&str]) -> Tally {
        let mut tally = Tally::default();
        for cell in cells {
            tally.add(cell);
        }
        tally
    }

    #[test]
    fn a_day_above_twelve_settles_the_order() {
        let dates = tally(&["06/12/2021", "13/12/2021", "07/07/2021"]).dates;
        assert_eq!(
            (
                dates.count,
                dates.open,
                dates.only_day_first,
                dates.only_month_first
            ),
            (3, 1, 1, 0)
        );
        let dates = tally(&["25-12-05", "2024-01-02"]).dates;
        assert_eq!((dates.count, dates.year_first, dates.day_first), (2, 1, 1));
    }

    #[test]
    fn one_number_settles_the_marks_of_a_column() {
        let numbers = tally(&["4,884", "1,280.8", "-55"]).numbers;
        assert_eq!(
            (
                numbers.count,
                numbers.open,
                numbers.only_point,
                numbers.only_comma
            ),
            (3, 1, 1, 0)
        );
        let numbers = tally(&["29.000", "-1.000,5", "10"]).numbers;
        assert_eq!(
            (
                numbers.open,
                numbers.only_point,
                numbers.only_comma,
                numbers.negative
            ),
            (1, 0, 1, 1)
        );
    }
}
