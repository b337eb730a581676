//! A made-up history: an account with as many expenses as one likes, the same for the same seed.

use std::io::{IsTerminal as _, Write as _};

use actix_web::web::Data;
use clap::Args;
use fastrand::Rng;
use time::{Date, Duration, Weekday};

use super::{secret, start};
use crate::accounts::preferences::Preferences;
use crate::accounts::registration::{Door, Registration};
use crate::accounts::users;
use crate::clock::Clock;
use crate::crypto::encoding::hex;
use crate::db::{BookId, TxScope, UserId, WritableBook, make_room};
use crate::error::AppError;
use crate::ledger::expense::NewExpense;
use crate::ledger::search;
use crate::ledger::write;
use crate::money::Money;
use crate::period::clamp_day;
use crate::settings::Settings;
use crate::slice::Slices;
use crate::state::{AppState, StartError};

/// Expenses that share one commit: a server on the same file waits for as long.
const CHUNK: usize = 50_000;
/// Between two commits the file is free for longer than `SQLite` lets pass between two tries to get it.
const PAUSE: std::time::Duration = std::time::Duration::from_millis(110);

/// What to make up.
#[derive(Debug, Clone, Args)]
pub struct DemoArgs {
    /// How many expenses
    #[arg(long, default_value_t = 2_000)]
    expenses: usize,
    /// Over how many years, up to today
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=100))]
    years: u16,
    /// The same seed makes the same history
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The account that gets them; made if there is none
    #[arg(long, default_value = "demo@example.com")]
    email: String,
}

/// A habit: what is bought, how often compared with the others, and for how much in minor units.
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

/// What comes once a month, on its day, in minor units.
const BILLS: [(u8, &str, &str, i64); 5] = [
    (1, "Rent", "Rent", 95_000),
    (3, "Subscriptions", "Music", 1_099),
    (5, "Utilities", "Electricity", 6_240),
    (12, "Utilities", "Internet", 3_995),
    (20, "Insurance", "Liability", 1_875),
];

/// Makes the account if it is missing and fills it.
pub async fn run(args: DemoArgs, settings: Settings, clock: Clock, slices: Slices) -> Result<(), StartError> {
    let key = secret(&settings)?;
    let state = Data::new(start::open_for_command(settings, clock, &key, slices).await?);
    let outcome = fill(&args, &state).await;
    state.db.close().await;
    outcome.map_err(|error| StartError(error.to_string()))
}

async fn fill(args: &DemoArgs, state: &Data<AppState>) -> Result<(), AppError> {
    let owner = account(&args.email, state).await?;
    let today = state.clock.today(&Preferences::default().timezone);
    let mut history = History::new(args, today);
    let mut written = 0;
    let bar = std::io::stderr().is_terminal();
    state
        .db
        .write_in(TxScope::Own, WritableBook::unchecked(owner), make_room)
        .await?;
    while written < args.expenses {
        if written > 0 {
            tokio::time::sleep(PAUSE).await;
        }
        let chunk = history.next(CHUNK.min(args.expenses - written));
        written += chunk.len();
        let context = state.write_context(UserId(owner.0), UserId(owner.0));
        state
            .db
            .write_in(TxScope::Own, WritableBook::unchecked(owner), move |conn| {
                write::create_many(conn, owner, &chunk, &context)?;
                while search::index_pending(conn, search::LARGE_BATCH)? > 0 {}
                Ok(())
            })
            .await?;
        if bar {
            let _ = write!(
                std::io::stderr(),
                "\r{written} of {} expenses ({} %)",
                args.expenses,
                written * 100 / args.expenses
            );
            let _ = std::io::stderr().flush();
        }
    }
    if bar {
        let _ = writeln!(std::io::stderr());
    }
    println!("{written} expenses for {}", args.email);
    Ok(())
}

async fn account(email: &str, state: &Data<AppState>) -> Result<BookId, AppError> {
    let key = crate::accounts::email::key(email);
    if let Some(user) = state
        .db
        .read_shared(move |conn| users::by_email(conn, &key))
        .await?
    {
        return Ok(user.id().own_book());
    }
    let mut bytes = [0; 12];
    getrandom::fill(&mut bytes).map_err(AppError::internal)?;
    let password = hex(&bytes);
    let asked = Registration {
        email: email.to_owned(),
        password: password.clone(),
        preferences: Preferences::default(),
        door: Door::Open,
    };
    let user = asked.create(state).await?;
    println!("made the account {email} with the password {password}");
    Ok(user.id().own_book())
}

/// The history, oldest first.
struct History {
    rng: Rng,
    day: Date,
    today: Date,
    /// Expenses still to make, and days still to fill with them.
    left: usize,
    days_left: usize,
    waiting: Vec<NewExpense>,
}

impl History {
    fn new(args: &DemoArgs, today: Date) -> Self {
        let days = i64::from(args.years) * 365;
        let day = clamp_day(today.checked_sub(Duration::days(days - 1)).unwrap_or(Date::MIN));
        let days_left = usize::try_from((today - day).whole_days() + 1).unwrap_or(1);
        Self {
            rng: Rng::with_seed(args.seed),
            day,
            today,
            left: args.expenses,
            days_left,
            waiting: Vec::new(),
        }
    }

    fn next(&mut self, count: usize) -> Vec<NewExpense> {
        while self.waiting.len() < count {
            self.make_day();
        }
        self.waiting.drain(..count).collect()
    }

    /// One day's share: bills on their day, more on a weekend than on a weekday, on the last day all that is left.
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
        // The lesser of two draws: small amounts are common, large ones rare.
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
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    fn history(expenses: usize, seed: u64) -> Vec<NewExpense> {
        let args = DemoArgs {
            expenses,
            years: 2,
            seed,
            email: String::new(),
        };
        History::new(&args, date!(2026 - 11 - 22)).next(expenses)
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
