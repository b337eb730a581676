//! A record of a stream: how each kind is read from its table, checked, written and counted.

use std::collections::BTreeMap;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use serde::{Deserialize, Serialize};

use super::expense::{ChangeRecord, ExpenseRecord};
use super::imports::{ImportMappingRecord, ImportRecord, ImportRowRecord};
use super::rows::{BookRecord, BudgetRecord, CategoryRecord, MemberRecord, TokenRecord, UserRecord};
use super::rules::{self, Checked, Rules};
use super::schedules::{DismissedRecord, OccurrenceRecord, ScheduleRecord};
use crate::accounts::api_tokens::ApiToken;
use crate::accounts::users::User;
use crate::books::book::{self, Book};
use crate::books::member::{self, Member};
use crate::db::schema::{api_tokens, budgets, categories, expenses, members, users};
use crate::db::{BookId, Conn};
use crate::error::AppError;
use crate::imports::import;
use crate::imports::mapping;
use crate::imports::row as import_row;
use crate::ledger::budget::Budget;
use crate::ledger::category::Category;
use crate::ledger::history::record as changes;
use crate::ledger::schedule::{dismissed, occurrence, row as schedule};
use crate::ledger::write;

/// The version of the records that a new backup has. Version 1 had no API tokens; up to version 2 everything belonged to a
/// person, see [`Record::upgraded`]; up to version 3 there were no payers and no history; up to version 4
/// every category was one of spending, and there were no imports; up to version 5 nothing recurred.
///
/// A new version is needed when a program of today would restore a newer file wrongly: it must refuse it. Files of all
/// versions since [`OLDEST_VERSION`] are read, so a new field has a default for files without it.
pub(in crate::ops) const VERSION: u32 = 6;
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
    /// Confirmed imports.
    Import(ImportRecord),
    /// The rows of the import before it.
    ImportRow(ImportRowRecord),
    ImportMapping(ImportMappingRecord),
    Schedule(ScheduleRecord),
    /// What was decided about the dates of the schedules before it.
    Occurrence(OccurrenceRecord),
    Dismissed(DismissedRecord),
}

impl Record {
    /// A book and its rows, without its expenses and their history, in the order of the file.
    pub(super) fn of_book(conn: &mut Conn, book: Book) -> Result<Vec<Self>, AppError> {
        let owner = book.id();
        let mut records = vec![Self::Book(book.into())];
        let rows: Vec<Member> = members::table
            .filter(members::book_id.eq(owner.0))
            .order(members::user_id)
            .select(members::all_columns)
            .load(conn)?;
        records.extend(rows.into_iter().map(|row| Self::Member(row.into())));
        let rows: Vec<Category> = categories::table
            .filter(categories::book_id.eq(owner.0))
            .order(categories::id)
            .select(categories::all_columns)
            .load(conn)?;
        records.extend(rows.into_iter().map(|row| Self::Category(row.into())));
        let rows: Vec<Budget> = budgets::table
            .filter(budgets::book_id.eq(owner.0))
            .order(budgets::id)
            .select(budgets::all_columns)
            .load(conn)?;
        records.extend(rows.into_iter().map(|row| Self::Budget(row.into())));
        let rows: Vec<ApiToken> = api_tokens::table
            .filter(api_tokens::book_id.eq(owner.0))
            .order(api_tokens::id)
            .select(api_tokens::all_columns)
            .load(conn)?;
        records.extend(rows.into_iter().map(|row| Self::Token(row.into())));
        Ok(records)
    }

    /// The error names the fault of the record.
    pub(in crate::ops) fn check(&self, rules: &mut Rules) -> Checked {
        match self {
            Self::User(record) => rules::user(record),
            Self::Book(record) => rules.book(record),
            Self::Member(record) => rules.member(record),
            Self::Category(record) => rules.category(record),
            Self::Budget(record) => rules.budget(record),
            Self::Token(record) => rules.token(record),
            Self::Expense(record) => rules.expense(record),
            Self::Change(record) => rules.change(record),
            Self::Import(record) => rules.import(record),
            Self::ImportRow(record) => rules.import_row(record),
            Self::ImportMapping(record) => rules.import_mapping(record),
            Self::Schedule(record) => rules.schedule(record),
            Self::Occurrence(record) => rules.occurrence(record),
            Self::Dismissed(record) => rules.dismissed(record),
        }
    }

    /// Writes the row.
    pub(super) fn insert(self, conn: &mut Conn) -> Result<(), AppError> {
        match self {
            Self::User(record) => {
                let row = User::from(record);
                diesel::insert_into(users::table).values(row).execute(conn)?;
            }
            Self::Book(record) => book::create(conn, &record.into())?,
            Self::Member(record) => member::add(conn, &record.into())?,
            Self::Category(record) => {
                let row = Category::from(record);
                diesel::insert_into(categories::table).values(row).execute(conn)?;
            }
            Self::Budget(record) => {
                let row = Budget::from(record);
                diesel::insert_into(budgets::table).values(row).execute(conn)?;
            }
            Self::Token(record) => {
                let row = ApiToken::from(record);
                diesel::insert_into(api_tokens::table).values(row).execute(conn)?;
            }
            Self::Expense(record) => write::insert(conn, &[record.into()])?,
            Self::Change(record) => changes::insert_rows(conn, &[record.into()])?,
            Self::Import(record) => import::restore(conn, record.into())?,
            Self::ImportRow(record) => import_row::upsert(conn, &[record.into()])?,
            Self::ImportMapping(record) => mapping::restore(conn, record.into())?,
            Self::Schedule(record) => schedule::insert(conn, record.into())?,
            Self::Occurrence(record) => occurrence::save(conn, &[record.into()])?,
            Self::Dismissed(record) => dismissed::restore(conn, record.into())?,
        }
        Ok(())
    }

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
    /// Up to version 4 there are no imports.
    #[serde(default)]
    pub imports: u64,
    #[serde(default)]
    pub import_rows: u64,
    #[serde(default)]
    pub import_mappings: u64,
    /// Up to version 5 there are no schedules.
    #[serde(default)]
    pub schedules: u64,
    #[serde(default)]
    pub occurrences: u64,
    #[serde(default)]
    pub dismissed: u64,
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
            Record::Import(_) => self.imports += 1,
            Record::ImportRow(_) => self.import_rows += 1,
            Record::ImportMapping(_) => self.import_mappings += 1,
            Record::Schedule(_) => self.schedules += 1,
            Record::Occurrence(_) => self.occurrences += 1,
            Record::Dismissed(_) => self.dismissed += 1,
            Record::Expense(expense) => {
                let sum = self.expenses.entry(expense.book_id).or_default();
                sum.0 += 1;
                sum.1 += i128::from(expense.amount.minor());
            }
        }
    }

    /// Counts the rows of a book in the database.
    pub(super) fn add_book(&mut self, conn: &mut Conn, owner: BookId) -> Result<(), AppError> {
        let count = |rows: i64| u64::try_from(rows).unwrap_or(0);
        let of_book = members::table.filter(members::book_id.eq(owner.0));
        self.members += count(of_book.count().get_result(conn)?);
        let of_book = categories::table.filter(categories::book_id.eq(owner.0));
        self.categories += count(of_book.count().get_result(conn)?);
        let of_book = budgets::table.filter(budgets::book_id.eq(owner.0));
        self.budgets += count(of_book.count().get_result(conn)?);
        let of_book = api_tokens::table.filter(api_tokens::book_id.eq(owner.0));
        self.tokens += count(of_book.count().get_result(conn)?);
        self.changes += changes::count(conn, owner)?;
        for import in import::confirmed(conn, owner)? {
            self.imports += 1;
            self.import_rows += import_row::count(conn, owner, import.id)?;
        }
        let mappings = mapping::all(conn, owner)?.len();
        self.import_mappings += u64::try_from(mappings).unwrap_or(0);
        let schedules = schedule::all(conn, owner)?.len();
        self.schedules += u64::try_from(schedules).unwrap_or(0);
        self.occurrences += occurrence::count(conn, owner)?;
        let dismissed = dismissed::all(conn, owner)?.len();
        self.dismissed += u64::try_from(dismissed).unwrap_or(0);
        // In two parts: with those in the trash the sum may not fit into 64 bits.
        let (rows, millions, rest): (i64, i64, i64) = expenses::table
            .filter(expenses::book_id.eq(owner.0))
            .select((
                sql::<BigInt>("COUNT(*)"),
                sql::<BigInt>("CAST(COALESCE(SUM(amount / 1000000), 0) AS BIGINT)"),
                sql::<BigInt>("CAST(COALESCE(SUM(amount % 1000000), 0) AS BIGINT)"),
            ))
            .first(conn)?;
        if rows > 0 {
            let sum = i128::from(millions) * 1_000_000 + i128::from(rest);
            self.expenses.insert(owner.0, (count(rows), sum));
        }
        Ok(())
    }

    pub fn all_expenses(&self) -> u64 {
        self.expenses.values().map(|(count, _)| count).sum()
    }
}
