//! What recurring entries of spending mean for the budget of a month.

use time::Date;

use crate::db::{BookId, Conn};
use crate::error::AppError;
use crate::ledger::category::Categories;
use crate::ledger::schedule::open_dates::OpenSchedules;
use crate::ledger::schedule::post::entered;
use crate::money::Money;
use crate::period::DateRange;

/// The bills of the present month: dates of schedules of spending.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Bills {
    /// How many are not entered yet, without refunds.
    pub due_count: usize,
    /// Their sum.
    pub due: Money,
    /// The sum of all bills of the month, entered or not.
    pub all: Money,
    /// The sum of those until today.
    pub until_today: Money,
}

impl Bills {
    /// Those of the month `days`; none for a month without `today`.
    pub fn of(
        conn: &mut Conn,
        owner: BookId,
        open: &OpenSchedules,
        categories: &Categories,
        (days, today): (DateRange, Date),
    ) -> Result<Self, AppError> {
        let mut bills = Self::default();
        if !days.contains(today) || open.schedules.is_empty() {
            return Ok(bills);
        }
        let due = open
            .dates_within(days.first(), days.last())
            .filter(|date| !categories.is_income(date.schedule.category_id));
        for date in due {
            bills.due_count += usize::from(!date.amount.is_negative());
            bills.due += date.amount;
            bills.add(date.due_on, date.amount, today);
        }
        for (day, amount) in entered(conn, owner, categories, days)? {
            bills.add(day, amount, today);
        }
        Ok(bills)
    }

    fn add(&mut self, due_on: Date, amount: Money, today: Date) {
        self.all += amount;
        if due_on <= today {
            self.until_today += amount;
        }
    }

    /// The part of `budget` that would be spent by the end of `today`, in thousandths: bills on their days, the rest evenly.
    /// `None` outside of the month.
    pub fn pace(&self, budget: Money, days: DateRange, today: Date) -> Option<u32> {
        let elapsed = i128::from(days.position(today)?);
        let (budget, all) = (i128::from(budget.minor()), i128::from(self.all.minor()));
        let rest = (budget - all).max(0);
        if budget <= 0 || all == 0 {
            return u32::try_from(elapsed).ok();
        }
        let expected = i128::from(self.until_today.minor()) * 1000 + rest * elapsed;
        u32::try_from((expected / budget).clamp(0, 1000)).ok()
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn the_pace_counts_bills_on_their_days_and_the_rest_evenly() {
        let days = DateRange::new(date!(2026 - 11 - 01), date!(2026 - 11 - 30)).unwrap();
        let pace = |all, until_today, budget, day| {
            let bills = Bills {
                all: Money::from_minor(all),
                until_today: Money::from_minor(until_today),
                ..Bills::default()
            };
            bills.pace(Money::from_minor(budget), days, day)
        };
        assert_eq!(pace(0, 0, 3_000, date!(2026 - 11 - 15)), Some(500), "no bills");
        assert_eq!(
            pace(1_000, 1_000, 2_000, date!(2026 - 11 - 03)),
            Some(550),
            "rent on the 1st"
        );
        assert_eq!(
            pace(1_000, 0, 2_000, date!(2026 - 11 - 15)),
            Some(250),
            "rent to come"
        );
        assert_eq!(
            pace(5_000, 5_000, 2_000, date!(2026 - 11 - 01)),
            Some(1_000),
            "more bills than budget"
        );
        assert_eq!(
            pace(0, 0, 0, date!(2026 - 11 - 15)),
            Some(500),
            "a budget of nothing"
        );
        assert_eq!(pace(0, 0, 3_000, date!(2026 - 12 - 01)), None, "another month");
    }
}
