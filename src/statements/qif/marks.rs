//! The decimal mark of a QIF file, which all its numbers together show.

use super::super::decimal::Decimal;
use super::super::number::{self, Mark};

/// How a file writes its amounts.
#[derive(Debug, Clone, Copy)]
pub struct Marks {
    /// `None` where nothing settles it.
    pub decimal: Option<char>,
    /// Whether some numbers prove a point and others a comma. Then `decimal` is only for those that prove nothing.
    pub is_mixed: bool,
}

impl Marks {
    /// An amount; `None` for one that could mean two.
    pub fn amount(self, text: &str) -> Option<Decimal> {
        let text = text.trim();
        match self.decimal {
            Some(mark) if !self.is_mixed => number::with_mark(text, mark),
            Some(mark) => number::either_mark(text).or_else(|| number::with_mark(text, mark)),
            None => number::either_mark(text),
        }
    }
}

/// Finds the decimal mark of a file in its numbers.
#[derive(Debug, Default)]
pub struct MarkEvidence {
    point: bool,
    comma: bool,
    unclear_commas: usize,
    /// A number that proves nothing.
    example: Option<String>,
    /// The most decimals that such numbers have if their mark is a decimal point, and if it is a comma.
    point_decimals: u8,
    comma_decimals: u8,
}

impl MarkEvidence {
    pub fn add(&mut self, text: &str) {
        let text = text.trim();
        match number::mark_of(text) {
            Mark::Decimal('.') | Mark::Thousands(',') => self.point = true,
            Mark::Decimal(_) | Mark::Thousands(_) => self.comma = true,
            Mark::Unclear(mark) => self.add_unclear(text, mark),
            Mark::None => {}
        }
    }

    fn add_unclear(&mut self, text: &str, mark: char) {
        let [Some(point), Some(comma)] = ['.', ','].map(|mark| number::with_mark(text, mark)) else {
            return;
        };
        self.unclear_commas += usize::from(mark == ',');
        self.point_decimals = self.point_decimals.max(point.needed_decimals());
        self.comma_decimals = self.comma_decimals.max(comma.needed_decimals());
        self.example.get_or_insert_with(|| text.to_owned());
    }

    /// The marks by all numbers, which have at most `decimals` digits after the mark.
    pub fn marks(&self, decimals: Option<u8>) -> Marks {
        let fits = |needed: u8| decimals.is_none_or(|decimals| needed <= decimals);
        let decimal = match (self.point, self.comma) {
            (true, false) => Some('.'),
            (false, true) => Some(','),
            _ => match (fits(self.point_decimals), fits(self.comma_decimals)) {
                (true, false) => Some('.'),
                (false, true) => Some(','),
                // Amounts without decimals, as of yen: three decimals everywhere are no other currency's with a comma.
                _ if !self.point && self.unclear_commas > 2 => Some('.'),
                _ => None,
            },
        };
        Marks {
            decimal,
            is_mixed: self.point && self.comma,
        }
    }

    /// A number for which the mark has to be asked.
    pub fn open_example(&self, decimals: Option<u8>) -> Option<&str> {
        let example = self.example.as_deref()?;
        self.marks(decimals).decimal.is_none().then_some(example)
    }
}
