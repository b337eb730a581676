//! A sum of expenses with their number.

use crate::money::Money;

/// The sum and the number of some expenses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sum {
    /// Minor units.
    pub amount: i64,
    /// Expenses.
    pub count: i64,
}

impl Sum {
    /// The amount.
    pub fn money(self) -> Money {
        Money::from_minor(self.amount)
    }
}

impl std::ops::AddAssign for Sum {
    fn add_assign(&mut self, other: Self) {
        self.amount += other.amount;
        self.count += other.count;
    }
}
