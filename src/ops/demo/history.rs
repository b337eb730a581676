//! The expenses that `demo` makes up.

use fastrand::Rng;
use time::{Date, Duration, Weekday};

use crate::ledger::category_kind::CategoryKind;
use crate::ledger::expense::NewExpense;
use crate::money::Money;
use crate::period::clamp_day;

/// A kind of expense. `weight` is its frequency relative to the others; the amounts are in minor units.
struct Habit {
    category: &'static str,
    weight: u32,
    least: i64,
    most: i64,
    words: &'static [&'static str],
}

const HABITS: [Habit; 11] = [
    Habit {
        category: "Groceries",
        weight: 30,
        least: 350,
        most: 9_500,
        words: &["Market", "Weekly shop", "Bakery", "Corner shop", ""],
    },
    Habit {
        category: "Coffee",
        weight: 18,
        least: 180,
        most: 690,
        words: &["Espresso", "Flat white", "Café au lait", ""],
    },
    Habit {
        category: "Eating out",
        weight: 14,
        least: 900,
        most: 7_800,
        words: &[
            "Pizza \"al taglio\"",
            "Lunch with Zoë",
            "寿司",
            "Soup, bread, water",
        ],
    },
    Habit {
        category: "Transport",
        weight: 12,
        least: 210,
        most: 4_200,
        words: &["Bus", "Train to Kraków", "Taxi", "Bike repair"],
    },
    Habit {
        category: "Household",
        weight: 7,
        least: 300,
        most: 12_000,
        words: &["Light bulbs", "Detergent", "Screws; 40 pieces"],
    },
    Habit {
        category: "Health",
        weight: 5,
        least: 500,
        most: 9_000,
        words: &["Pharmacy", "Dentist", "صيدلية"],
    },
    Habit {
        category: "Clothes",
        weight: 4,
        least: 1_500,
        most: 16_000,
        words: &["Shoes", "Winter coat", "Socks"],
    },
    Habit {
        category: "Leisure",
        weight: 4,
        least: 700,
        most: 6_500,
        words: &["Cinema", "Concert\nTwo tickets\nRow 7", "Museum"],
    },
    Habit {
        category: "Gifts",
        weight: 3,
        least: 1_000,
        most: 8_000,
        words: &["Birthday", "Flowers for Renée"],
    },
    Habit {
        category: "Travel",
        weight: 2,
        least: 4_000,
        most: 90_000,
        words: &["Flight", "Hostel", "=Visa fee"],
    },
    Habit {
        category: "Pets",
        weight: 1,
        least: 800,
        most: 11_000,
        words: &["Food for the cat", "Vet"],
    },
];

/// Monthly expenses: day, category, description, amount in minor units.
const BILLS: [(u8, &str, &str, i64); 5] = [
    (1, "Rent", "Rent", 95_000),
    (3, "Subscriptions", "Music", 1_099),
    (5, "Utilities", "Electricity", 6_240),
    (12, "Utilities", "Internet", 3_995),
    (20, "Insurance", "Liability", 1_875),
];

/// Makes expenses, oldest first.
pub(super) struct History {
    rng: Rng,
    day: Date,
    today: Date,
    /// Expenses and days that are left.
    left: usize,
    days_left: usize,
    waiting: Vec<NewExpense>,
}

impl History {
    pub(super) fn new(expenses: usize, years: u16, seed: u64, today: Date) -> Self {
        let days = i64::from(years) * 365;
        let day = clamp_day(today.checked_sub(Duration::days(days - 1)).unwrap_or(Date::MIN));
        let days_left = usize::try_from((today - day).whole_days() + 1).unwrap_or(1);
        Self {
            rng: Rng::with_seed(seed),
            day,
            today,
            left: expenses,
            days_left,
            waiting: Vec::new(),
        }
    }

    /// The next `count` expenses.
    pub(super) fn next(&mut self, count: usize) -> Vec<NewExpense> {
        while self.waiting.len() < count {
            self.make_day();
        }
        self.waiting.drain(..count).collect()
    }

    /// Makes the expenses of one day: bills on their day, more on a weekend, and on the last day all that are left.
    fn make_day(&mut self) {
        let even = self.left / self.days_left.max(1);
        let weekend = matches!(self.day.weekday(), Weekday::Saturday | Weekday::Sunday);
        let share = if self.day >= self.today || self.days_left <= 1 {
            self.left
        } else {
            let most = if weekend { even * 3 } else { even * 3 / 2 + 2 };
            self.rng.usize(0..=most).min(self.left)
        };
        let bills = BILLS.iter().filter(|(day, ..)| *day == self.day.day());
        let mut made: Vec<NewExpense> = bills
            .take(share)
            .map(|(_, category, words, amount)| expense(*amount, category, words, self.day))
            .collect();
        while made.len() < share {
            made.push(self.habit());
        }
        self.left -= share;
        self.days_left = self.days_left.saturating_sub(1);
        self.waiting.append(&mut made);
        if self.day < self.today {
            self.day = self.day.next_day().unwrap_or(self.day);
        }
    }

    fn habit(&mut self) -> NewExpense {
        let all: u32 = HABITS.iter().map(|habit| habit.weight).sum();
        let mut drawn = self.rng.u32(0..all);
        let mut chosen = &HABITS[0];
        for habit in &HABITS {
            chosen = habit;
            if drawn < habit.weight {
                break;
            }
            drawn -= habit.weight;
        }
        // The smaller of two random amounts, so that small ones are common.
        let amount = self
            .rng
            .i64(chosen.least..=chosen.most)
            .min(self.rng.i64(chosen.least..=chosen.most));
        let refund = self.rng.u8(0..40) == 0;
        let words = chosen.words[self.rng.usize(0..chosen.words.len())];
        expense(
            if refund { -amount } else { amount },
            chosen.category,
            words,
            self.day,
        )
    }
}

fn expense(amount: i64, category: &str, words: &str, date: Date) -> NewExpense {
    NewExpense {
        amount: Money::from_minor(amount),
        category: category.to_owned(),
        date,
        description: words.to_owned(),
        paid_by: None,
        kind: CategoryKind::Spending,
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    fn history(expenses: usize, seed: u64) -> Vec<NewExpense> {
        History::new(expenses, 2, seed, date!(2026 - 11 - 22)).next(expenses)
    }

    #[test]
    fn the_same_seed_makes_the_same_history() {
        assert_eq!(history(500, 7), history(500, 7));
        assert_ne!(history(500, 7), history(500, 8));
    }

    #[test]
    fn a_history_has_as_many_expenses_as_asked_for_within_its_years() {
        for expenses in [0, 1, 100, 5_000] {
            let made = history(expenses, 1);
            assert_eq!(made.len(), expenses);
            assert!(
                made.iter()
                    .all(|new| new.date <= date!(2026 - 11 - 22) && new.date > date!(2024 - 11 - 20))
            );
            assert!(made.iter().all(|new| !new.amount.is_zero()));
        }
    }
}
