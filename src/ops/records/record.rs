//! A record of a stream, and the counts that describe a whole stream.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::rows::{BudgetRecord, CategoryRecord, ExpenseRecord, TokenRecord, UserRecord};
use crate::error::AppError;

/// The version of the records that a new backup has. Version 1 had no API tokens.
///
/// A new version is needed when a program of today would restore a newer file wrongly: it must refuse it. Files of all
/// versions since [`OLDEST_VERSION`] are read, so a new field has a default for files without it.
pub(in crate::ops) const VERSION: u32 = 2;
pub(in crate::ops) const OLDEST_VERSION: u32 = 1;
/// Most records of one batch.
pub(in crate::ops) const BATCH: usize = 2_000;

/// One row of lasting data.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Record {
    /// The following records belong to this account, until the next account.
    User(UserRecord),
    Category(CategoryRecord),
    Budget(BudgetRecord),
    Token(TokenRecord),
    /// Includes the trash.
    Expense(ExpenseRecord),
}

/// Records, or the error that ended the stream.
pub type Batch = Result<Vec<Record>, AppError>;

/// What a stream contains, to compare it with another.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub users: u64,
    pub categories: u64,
    pub budgets: u64,
    /// Version 1 has no tokens.
    #[serde(default)]
    pub tokens: u64,
    /// By account: the number of its expenses and their sum in minor units.
    pub expenses: BTreeMap<i64, (u64, i128)>,
}

impl Counts {
    pub fn add(&mut self, record: &Record) {
        match record {
            Record::User(_) => self.users += 1,
            Record::Category(_) => self.categories += 1,
            Record::Budget(_) => self.budgets += 1,
            Record::Token(_) => self.tokens += 1,
            Record::Expense(expense) => {
                let sum = self.expenses.entry(expense.book_id).or_default();
                sum.0 += 1;
                sum.1 += i128::from(expense.amount);
            }
        }
    }

    pub fn all_expenses(&self) -> u64 {
        self.expenses.values().map(|(count, _)| count).sum()
    }
}
