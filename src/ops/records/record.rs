//! A record of a stream, and the counts that describe a whole stream.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::rows::{
    BookRecord, BudgetRecord, CategoryRecord, ChangeRecord, ExpenseRecord, MemberRecord, TokenRecord,
    UserRecord,
};
use crate::error::AppError;

/// The version of the records that a new backup has. Version 1 had no API tokens; up to version 2 everything belonged to a
/// person, see [`Record::upgraded`]; up to version 3 there were no payers and no history; up to version 4
/// every category was one of spending.
///
/// A new version is needed when a program of today would restore a newer file wrongly: it must refuse it. Files of all
/// versions since [`OLDEST_VERSION`] are read, so a new field has a default for files without it.
pub(in crate::ops) const VERSION: u32 = 5;
pub(in crate::ops) const OLDEST_VERSION: u32 = 1;
/// Most records of one batch.
pub(in crate::ops) const BATCH: usize = 2_000;

/// One row of lasting data.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Record {
    /// All of them come first.
    User(UserRecord),
    /// The following records belong to this book, until the next book.
    Book(BookRecord),
    /// Includes former members.
    Member(MemberRecord),
    Category(CategoryRecord),
    Budget(BudgetRecord),
    Token(TokenRecord),
    /// Includes the trash.
    Expense(ExpenseRecord),
    /// The history of the expenses before it.
    Change(ChangeRecord),
}

impl Record {
    /// The same in the current version. Up to version 2, data belonged to the person of the record before it: now to the
    /// own book of that person.
    pub(in crate::ops) fn upgraded(self) -> Vec<Self> {
        match self {
            Self::User(mut user) => match user.take_book() {
                Some(book) => {
                    let owner = book.owner();
                    vec![Self::User(user), Self::Book(book), Self::Member(owner)]
                }
                None => vec![Self::User(user)],
            },
            Self::Token(mut token) => {
                if token.book_id == 0 {
                    token.book_id = token.user_id;
                }
                vec![Self::Token(token)]
            }
            other => vec![other],
        }
    }
}

/// Records, or the error that ended the stream.
pub type Batch = Result<Vec<Record>, AppError>;

/// What a stream contains, to compare it with another.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub users: u64,
    /// Up to version 2 there are no books and members.
    #[serde(default)]
    pub books: u64,
    #[serde(default)]
    pub members: u64,
    pub categories: u64,
    pub budgets: u64,
    /// Version 1 has no tokens.
    #[serde(default)]
    pub tokens: u64,
    /// Up to version 3 there are no changes.
    #[serde(default)]
    pub changes: u64,
    /// By book: the number of its expenses and their sum in minor units.
    pub expenses: BTreeMap<i64, (u64, i128)>,
}

impl Counts {
    pub fn add(&mut self, record: &Record) {
        match record {
            Record::User(_) => self.users += 1,
            Record::Book(_) => self.books += 1,
            Record::Member(_) => self.members += 1,
            Record::Category(_) => self.categories += 1,
            Record::Budget(_) => self.budgets += 1,
            Record::Token(_) => self.tokens += 1,
            Record::Change(_) => self.changes += 1,
            Record::Expense(expense) => {
                let sum = self.expenses.entry(expense.book_id).or_default();
                sum.0 += 1;
                sum.1 += i128::from(expense.amount.minor());
            }
        }
    }

    pub fn all_expenses(&self) -> u64 {
        self.expenses.values().map(|(count, _)| count).sum()
    }
}
