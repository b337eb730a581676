//! A sum of expenses with their number.

use std::ops::{Add, AddAssign, Neg};

use crate::money::Money;

/// The sum and the number of some expenses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sum {
    pub amount: Money,
    /// Expenses.
    pub count: i64,
}

impl Sum {
    /// The sum of the same expenses with each amount negated.
    #[must_use]
    pub fn with_opposite_amount(self) -> Self {
        Self {
            amount: -self.amount,
            count: self.count,
        }
    }
}

impl Add for Sum {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            amount: self.amount + other.amount,
            count: self.count + other.count,
        }
    }
}

impl Neg for Sum {
    type Output = Self;

    fn neg(self) -> Self {
        Self {
            amount: -self.amount,
            count: -self.count,
        }
    }
}

impl AddAssign for Sum {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}
