//! Whether the rows of a file explain the balance that each of them has, with the oldest row first or last.

use super::cells::Cells;
use super::number;
use crate::statements::balance::{Balance, Sum};
use crate::statements::decimal::Decimal;
use crate::statements::row::LeftOut;

/// Compares each row with the one before it.
#[derive(Debug, Default)]
pub(super) struct RunningBalance {
    before: Option<Step>,
    pairs: u32,
    oldest_first: u32,
    newest_first: u32,
}

#[derive(Clone, Copy, Debug)]
struct Step {
    amount: Decimal,
    balance: Decimal,
}

impl RunningBalance {
    /// Adds the next row that could be read. A file of several accounts has no running balance.
    pub fn add(&mut self, row: &Cells<'_, '_>, amount: Decimal, left_out: Option<LeftOut>) {
        let layout = row.layout;
        let is_booked = !matches!(
            left_out,
            Some(LeftOut::Pending | LeftOut::Reverted | LeftOut::OpeningBalance | LeftOut::Split)
        );
        let Some(column) = layout.balance.filter(|_| is_booked && layout.account.is_none()) else {
            return;
        };
        let Some(balance) = number::parse(row.text(column), layout.marks) else {
            return;
        };
        let now = Step { amount, balance };
        if let Some(before) = self.before.replace(now) {
            let follows = |old: Step, new: Step| {
                Sum::of([new.amount]).explains(old.balance, new.balance) == Balance::Explained
            };
            self.pairs += 1;
            self.oldest_first += u32::from(follows(before, now));
            self.newest_first += u32::from(follows(now, before));
        }
    }

    /// `None` without balances, or if most of them are of something else.
    pub fn result(&self) -> Option<Balance> {
        let explained = self.oldest_first.max(self.newest_first);
        if self.pairs == 0 || explained * 2 < self.pairs {
            None
        } else if explained == self.pairs {
            Some(Balance::Explained)
        } else {
            Some(Balance::NotExplained)
        }
    }
}
