//! Compares a budget with its spending, exactly in minor units.

use crate::money::Money;

use super::view::BudgetStatus;

/// A budget and its spending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Never negative.
    pub amount: Money,
    /// Negative if refunds exceed spending.
    pub spent: Money,
}

impl Standing {
    /// The used percentage, truncated, at least 0; `None` for a budget of 0.
    pub fn percent(&self) -> Option<u64> {
        let (amount, spent) = (i128::from(self.amount.minor()), i128::from(self.spent.minor()));
        (amount > 0).then(|| u64::try_from((spent.max(0) * 100) / amount).unwrap_or(u64::MAX))
    }

    /// Safe under 80 %, warning from 80 %, critical from 100 %. A budget of 0 is safe until something is spent.
    pub fn status(&self) -> BudgetStatus {
        let (amount, spent) = (i128::from(self.amount.minor()), i128::from(self.spent.minor()));
        if amount == 0 {
            return if spent > 0 {
                BudgetStatus::Critical
            } else {
                BudgetStatus::Safe
            };
        }
        if spent >= amount {
            BudgetStatus::Critical
        } else if spent * 100 >= amount * 80 {
            BudgetStatus::Warning
        } else {
            BudgetStatus::Safe
        }
    }

    /// The order of budgets by use: the percentage, or the maximum for an overspent budget of 0.
    pub fn used(&self) -> u64 {
        match self.percent() {
            Some(percent) => percent,
            None if self.status() == BudgetStatus::Critical => u64::MAX,
            None => 0,
        }
    }

    /// Negative if overspent.
    pub fn left(&self) -> Money {
        self.amount.checked_sub(self.spent).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(amount: i64, spent: i64) -> Standing {
        Standing {
            amount: Money::from_minor(amount),
            spent: Money::from_minor(spent),
        }
    }

    #[test]
    fn the_status_turns_at_exactly_80_and_100_percent() {
        use BudgetStatus::{Critical, Safe, Warning};
        for (amount, spent, percent, status) in [
            (10_000, 0, 0, Safe),
            (10_000, 7_999, 79, Safe),
            (10_000, 8_000, 80, Warning),
            (10_000, 9_999, 99, Warning),
            (10_000, 10_000, 100, Critical),
            (10_000, 10_001, 100, Critical),
            (10_000, 25_000, 250, Critical),
            (10_000, -500, 0, Safe),
            (3, 2, 66, Safe),
            (99_999_999_999, 99_999_999_998, 99, Warning),
        ] {
            let standing = standing(amount, spent);
            assert_eq!(standing.status(), status, "{spent} of {amount}");
            assert_eq!(standing.percent(), Some(percent), "{spent} of {amount}");
        }
    }

    #[test]
    fn a_budget_of_nothing_has_no_percent_and_is_over_with_the_first_cent() {
        assert_eq!(standing(0, 0).percent(), None);
        assert_eq!(standing(0, 0).status(), BudgetStatus::Safe);
        assert_eq!(standing(0, 1).status(), BudgetStatus::Critical);
    }
}
