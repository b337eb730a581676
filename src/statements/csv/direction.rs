//! Determines the direction of positive amounts, by signs, by a column of words, or by the balance.

use std::borrow::Cow;

use super::columns::Columns;
use super::fold::{cell_text, fold};
use super::header_words::{Role, SPENT};
use super::layout::key;
use super::number::{self, Marks};
use super::split::Splitter;
use super::table::names;
use super::words::{IN, OUT};

/// The direction of the amounts in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    Signed,
    SpentPositive,
    /// Another column has it.
    Indicator(usize),
    Open,
}

/// Finds the direction; `rows` begins with the first row.
pub(super) fn find(columns: &Columns, amount: usize, marks: Marks, rows: &Splitter<'_>) -> Direction {
    let header = columns
        .header
        .get(amount)
        .map_or_else(Default::default, |header| names(header));
    if header.iter().any(|name| SPENT.contains(&name.as_str())) {
        return Direction::SpentPositive;
    }
    let Some(numbers) = columns.tallies.get(amount).map(|tally| &tally.numbers) else {
        return Direction::Open;
    };
    let indicator = columns.indicator().filter(|at| *at != amount);
    match (numbers.negative, numbers.positive) {
        (0, _) if indicator.is_some() => indicator.map_or(Direction::Open, Direction::Indicator),
        (0, _) if numbers.plus > 0 => Direction::Signed,
        (_, 0) => Direction::Signed,
        (negative, positive) => {
            let by_words = indicator.and_then(|indicator| by_words(amount, indicator, marks, rows.clone()));
            let by_balance = || {
                let balances = columns.by_role(Role::Balance);
                balances
                    .into_iter()
                    .find_map(|(_, balance)| by_balance(amount, balance, marks, rows.clone()))
            };
            match by_words.or_else(by_balance) {
                Some(known) => known,
                // An account has more payments than refunds. With more positive amounts it can be a card or a savings account.
                None if negative > positive || numbers.plus > 0 => Direction::Signed,
                None => Direction::Open,
            }
        }
    }
}

/// Uses a column that also has the direction.
fn by_words(amount: usize, indicator: usize, marks: Marks, mut rows: Splitter<'_>) -> Option<Direction> {
    let (mut signed, mut spent) = (0_u32, 0_u32);
    let mut cells: Vec<Cow<'_, str>> = Vec::new();
    while rows.next(&mut cells).is_some() {
        let (Some(number), Some(word)) = (cells.get(amount), cells.get(indicator)) else {
            continue;
        };
        let Some(number) = number::parse(cell_text(number), marks).filter(|number| !number.is_zero()) else {
            continue;
        };
        let word = key(word);
        let is_out = match (OUT.contains(&word.as_str()), IN.contains(&word.as_str())) {
            (true, _) => true,
            (_, true) => false,
            _ => continue,
        };
        if is_out == (number.units < 0) {
            signed += 1;
        } else {
            spent += 1;
        }
    }
    sure(signed, spent)
}

/// Uses the balances of consecutive rows, in either order.
pub(super) fn by_balance(
    amount: usize,
    balance: usize,
    marks: Marks,
    rows: Splitter<'_>,
) -> Option<Direction> {
    chain(|cells| number_of(cells, amount, marks), balance, marks, rows)
}

/// Uses the balances of rows with one of two columns filled: signed if the first is money out.
pub(super) fn pair_by_balance(
    [out, into]: [usize; 2],
    balance: usize,
    marks: Marks,
    rows: Splitter<'_>,
) -> Option<Direction> {
    let amount = |cells: &[Cow<'_, str>]| match (number_of(cells, out, marks), number_of(cells, into, marks))
    {
        (Some(out), into) => Some(into.unwrap_or(0).saturating_sub(out)),
        (None, into) => into,
    };
    chain(amount, balance, marks, rows)
}

/// The number in a column, scaled to enough decimals for any currency.
fn number_of(cells: &[Cow<'_, str>], at: usize, marks: Marks) -> Option<i64> {
    const DECIMALS: u8 = 4;
    number::parse(cell_text(cells.get(at)?), marks)?.minor_units(DECIMALS)
}

fn chain(
    amount: impl Fn(&[Cow<'_, str>]) -> Option<i64>,
    balance: usize,
    marks: Marks,
    mut rows: Splitter<'_>,
) -> Option<Direction> {
    let (mut oldest_first, mut newest_first) = ([0_u32; 2], [0_u32; 2]);
    let mut before: Option<(i64, i64)> = None;
    let mut cells: Vec<Cow<'_, str>> = Vec::new();
    while rows.next(&mut cells).is_some() {
        let (Some(amount), Some(balance)) = (amount(&cells), number_of(&cells, balance, marks)) else {
            before = None;
            continue;
        };
        if let Some((amount_before, balance_before)) = before {
            let difference = balance.saturating_sub(balance_before);
            for (counts, difference, amount) in [
                (&mut oldest_first, difference, amount),
                (&mut newest_first, difference.saturating_neg(), amount_before),
            ] {
                counts[0] += u32::from(amount != 0 && difference == amount);
                counts[1] += u32::from(amount != 0 && difference == amount.saturating_neg());
            }
        }
        before = Some((amount, balance));
    }
    let [signed, spent] = if oldest_first.iter().max() >= newest_first.iter().max() {
        oldest_first
    } else {
        newest_first
    };
    // One pair of rows can match by chance.
    if signed.max(spent) < 2 {
        return None;
    }
    sure(signed, spent)
}

fn sure(signed: u32, spent: u32) -> Option<Direction> {
    match (signed, spent) {
        (0, 0) => None,
        _ if signed > spent * 4 => Some(Direction::Signed),
        _ if spent > signed * 4 => Some(Direction::SpentPositive),
        _ => None,
    }
}

/// Whether each row fills exactly one of two columns.
pub(super) fn is_exclusive(one: usize, other: usize, mut rows: Splitter<'_>) -> bool {
    let (mut both, mut single) = (0_u32, 0_u32);
    let mut cells: Vec<Cow<'_, str>> = Vec::new();
    while rows.next(&mut cells).is_some() {
        let is_filled = |at: usize| {
            cells
                .get(at)
                .is_some_and(|cell| !number::is_blank(cell_text(cell)))
        };
        match (is_filled(one), is_filled(other)) {
            (true, true) => both += 1,
            (false, false) => {}
            _ => single += 1,
        }
    }
    both == 0 && single > 0
}

/// The unchanged words of a column of directions: those for out and those for in.
pub(super) fn words(columns: &Columns, indicator: usize) -> (Vec<String>, Vec<String>) {
    let words = columns
        .tallies
        .get(indicator)
        .map_or(&[][..], |tally| &tally.words);
    let of = |list: &[&str]| -> Vec<String> {
        words
            .iter()
            .filter(|word| list.contains(&fold(word).as_str()))
            .cloned()
            .collect()
    };
    (of(&OUT), of(&IN))
}
