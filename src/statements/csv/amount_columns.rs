//! Finds the columns of the amount: one, or one for money out and one for money in.

use super::columns::Columns;
use super::direction::{self, Direction};
use super::number::Marks;
use super::settle;
use super::split::Splitter;

/// The result of [`find`].
pub(super) enum Amounts {
    /// One column, or those of money out and money in.
    Sure(Vec<usize>),
    /// Candidates; empty if there is no column of amounts.
    Open(Vec<usize>),
}

pub(super) fn find(columns: &Columns, date: Option<usize>, rows: &Splitter<'_>, delimiter: u8) -> Amounts {
    let single = columns.amount().filter(|at| Some(*at) != date);
    let is_signed = |at: usize| columns.is(at, |tally| tally.numbers.negative + tally.numbers.plus > 0);
    // Only where no row has an amount in both.
    let by_parts = || {
        let pair = columns.pair_by_parts();
        pair.filter(|(debit, credit)| direction::is_exclusive(*debit, *credit, rows.clone()))
    };
    match (single, columns.pair().or_else(by_parts)) {
        // A column without signs has less information than the other two.
        (Some(single), Some((debit, credit)))
            if !is_signed(single) || single == debit || single == credit =>
        {
            Amounts::Sure(vec![debit, credit])
        }
        (Some(single), _) => Amounts::Sure(vec![single]),
        (None, Some((debit, credit))) => Amounts::Sure(vec![debit, credit]),
        (None, None) => unnamed(columns, rows, |amount| {
            settle::marks(columns, &[amount], delimiter, None).or_first()
        }),
    }
}

/// Determines the columns by their cells, if no header names them.
fn unnamed(columns: &Columns, rows: &Splitter<'_>, marks: impl Fn(usize) -> Option<Marks>) -> Amounts {
    let possible = columns.possible_amounts();
    if let [only] = possible[..] {
        return Amounts::Sure(vec![only]);
    }
    // The amounts are the differences between consecutive balances.
    let is_full = |at: &usize| columns.tallies[*at].filled * 10 >= columns.rows * 9;
    let is_amount = |amount: &&usize| {
        let balances = possible.iter().filter(|balance| balance != amount);
        let mut known = balances
            .filter_map(|balance| direction::by_balance(**amount, *balance, marks(**amount)?, rows.clone()));
        known.next().is_some()
    };
    if let Some(amount) = possible.iter().filter(|at| is_full(at)).find(is_amount) {
        return Amounts::Sure(vec![*amount]);
    }
    let pairs = possible.iter().zip(possible.iter().skip(1));
    for (one, other) in pairs.map(|(one, other)| (*one, *other)) {
        if direction::is_exclusive(one, other, rows.clone())
            && let Some(pair) = unnamed_pair(columns, &possible, [one, other], rows, &marks)
        {
            return Amounts::Sure(pair);
        }
    }
    Amounts::Open(possible)
}

/// Determines which of two columns is money out: the negative one, or the one that lowers the balance.
fn unnamed_pair(
    columns: &Columns,
    possible: &[usize],
    pair: [usize; 2],
    rows: &Splitter<'_>,
    marks: impl Fn(usize) -> Option<Marks>,
) -> Option<Vec<usize>> {
    let [one, other] = pair;
    let is_negative = |at: usize| {
        let numbers = &columns.tallies[at].numbers;
        numbers.negative > 0 && numbers.positive == 0
    };
    if is_negative(one) || is_negative(other) {
        return Some(if is_negative(one) {
            vec![one, other]
        } else {
            vec![other, one]
        });
    }
    let balances = possible.iter().filter(|at| !pair.contains(at));
    let mut known =
        balances.filter_map(|balance| direction::pair_by_balance(pair, *balance, marks(one)?, rows.clone()));
    match known.next()? {
        Direction::Signed => Some(vec![one, other]),
        Direction::SpentPositive => Some(vec![other, one]),
        Direction::Indicator(_) | Direction::Open => None,
    }
}
