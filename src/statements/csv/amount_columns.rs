//! Which columns are the amount: one, or one for money out and one for money in.

use super::columns::Columns;
use super::direction;
use super::number::Marks;
use super::settle;
use super::split::Splitter;

/// The columns that were found.
pub(super) enum Amounts {
    /// One, or money out and money in.
    Sure(Vec<usize>),
    /// Columns that may be it; none if there is no column of amounts.
    Open(Vec<usize>),
}

pub(super) fn find(columns: &Columns, date: Option<usize>, rows: &Splitter<'_>, delimiter: u8) -> Amounts {
    let single = columns.amount().filter(|at| Some(*at) != date);
    let is_signed = |at: usize| columns.is(at, |tally| tally.numbers.negative + tally.numbers.plus > 0);
    match (single, columns.pair()) {
        // An amount without signs says nothing that the other two do not say better.
        (Some(single), Some((debit, credit)))
            if !is_signed(single) || single == debit || single == credit =>
        {
            Amounts::Sure(vec![debit, credit])
        }
        (Some(single), _) => Amounts::Sure(vec![single]),
        (None, Some((debit, credit))) => Amounts::Sure(vec![debit, credit]),
        (None, None) => unnamed(columns, rows, |amount| {
            settle::marks(columns, &[amount], delimiter).or_first()
        }),
    }
}

/// By what the cells are, where no header says it.
fn unnamed(columns: &Columns, rows: &Splitter<'_>, marks: impl Fn(usize) -> Option<Marks>) -> Amounts {
    let possible = columns.possible_amounts();
    let is_negative = |at: &usize| {
        let numbers = &columns.tallies[*at].numbers;
        numbers.negative > 0 && numbers.positive == 0
    };
    match possible[..] {
        [only] => return Amounts::Sure(vec![only]),
        [one, other] if direction::is_exclusive(one, other, rows.clone()) => {
            let out = possible.iter().copied().find(is_negative);
            if let Some(out) = out {
                let into = if out == one { other } else { one };
                return Amounts::Sure(vec![out, into]);
            }
        }
        _ => {}
    }
    // The column whose amounts are the differences of another one, which is the balance.
    let is_amount = |amount: &&usize| {
        let balances = possible.iter().filter(|balance| balance != amount);
        let mut known = balances
            .filter_map(|balance| direction::by_balance(**amount, *balance, marks(**amount)?, rows.clone()));
        known.next().is_some()
    };
    match possible.iter().find(is_amount) {
        Some(amount) => Amounts::Sure(vec![*amount]),
        None => Amounts::Open(possible),
    }
}
