//! Finds the bookings that a row of a file may match, in time that stays linear where a file has very many equal rows.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::num::NonZeroI64;

use time::{Date, Duration};

use super::booking::Booking;
use crate::money::Money;

/// How far two dates of one booking can be apart.
pub const DAYS_APART: i64 = 3;
/// The most bookings with an equal key that are tried for one row.
const MAX_LOOKS: usize = 1_000;
/// The end of a chain.
const END: usize = usize::MAX;

/// Positions of a list by their keys, each in the order of the list.
pub(super) struct Chains<K> {
    first: HashMap<K, usize>,
    next: Vec<usize>,
}

impl<K: Hash + Eq> Chains<K> {
    /// Of a list with these keys; what has none is in no chain.
    pub(super) fn of(keys: impl DoubleEndedIterator<Item = Option<K>> + ExactSizeIterator) -> Self {
        let mut next = vec![END; keys.len()];
        let mut first = HashMap::new();
        for (at, key) in keys.enumerate().rev() {
            if let Some(after) = key.and_then(|key| first.insert(key, at)) {
                next[at] = after;
            }
        }
        Self { first, next }
    }

    /// The first position that `fits`. Those that are gone are taken out of the chain.
    pub(super) fn first(
        &mut self,
        key: &K,
        is_gone: impl Fn(usize) -> bool,
        fits: impl Fn(usize) -> bool,
    ) -> Option<usize> {
        let first = self.first.get_mut(key)?;
        *first = present(&self.next, *first, &is_gone);
        let mut at = *first;
        for _ in 0..MAX_LOOKS {
            if at == END {
                return None;
            }
            if fits(at) {
                return Some(at);
            }
            let after = present(&self.next, self.next[at], &is_gone);
            self.next[at] = after;
            at = after;
        }
        None
    }
}

/// The first position from `at` on that is not gone.
fn present(next: &[usize], mut at: usize, is_gone: &impl Fn(usize) -> bool) -> usize {
    while at != END && is_gone(at) {
        at = next[at];
    }
    at
}

/// Expenses by amount and date.
pub(super) struct Amounts(BTreeMap<(Money, Date, i64), Source>);

/// The id and the account that its file gave an expense.
pub(super) type Source = (Option<NonZeroI64>, Option<NonZeroI64>);

impl Amounts {
    /// Of expenses with these ids.
    pub(super) fn of(expenses: impl Iterator<Item = (i64, Booking)>) -> Self {
        let entry = |(expense, booking): (i64, Booking)| {
            let key = (booking.amount, booking.date, expense);
            (key, (booking.id, booking.account))
        };
        Self(expenses.map(entry).collect())
    }

    /// Takes an expense of the same amount whose date is that many days away. An id of the same account that differs settles
    /// that it is another one.
    pub(super) fn take(&mut self, row: &Booking, days: i64) -> Option<i64> {
        let span = Duration::days(days);
        let dates = [row.date.checked_sub(span), row.date.checked_add(span)];
        let key = dates.into_iter().flatten().find_map(|date| {
            let day = (row.amount, date, i64::MIN)..=(row.amount, date, i64::MAX);
            let mut may_be = self.0.range(day).take(MAX_LOOKS).filter(|(_, (id, account))| {
                let differs = row.id.is_some() && id.is_some() && row.account == *account && row.id != *id;
                !differs
            });
            may_be.next().map(|(key, _)| *key)
        })?;
        self.0.remove(&key);
        Some(key.2)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn a_chain_has_the_order_of_the_list_without_those_that_are_gone() {
        let mut chains = Chains::of(["a", "b", "a", "a"].into_iter().map(Some));
        let gone = RefCell::new(vec![]);
        let mut next = |key: &'static str, fits: &dyn Fn(usize) -> bool| {
            let found = chains.first(&key, |at| gone.borrow().contains(&at), fits);
            gone.borrow_mut().extend(found);
            found
        };
        assert_eq!(next("a", &|at| at != 0), Some(2));
        assert_eq!(next("a", &|_| true), Some(0));
        assert_eq!(next("a", &|_| true), Some(3));
        assert_eq!(next("a", &|_| true), None);
        assert_eq!(next("b", &|_| true), Some(1));
        assert_eq!(next("c", &|_| true), None);
    }
}
