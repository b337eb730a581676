//! All lasting data as a stream of records: what backup, restore and copy pass on.
//!
//! Sessions and failed sign-ins are not part of it (people sign in again), nor are daily totals: they are counted anew.
//! API tokens are, as the hashes that are kept of them: programs go on as before.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, SyncSender};

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::accounts::api_tokens::ApiToken;
use crate::accounts::users::User;
use crate::db::schema::{api_tokens, budgets, categories, expenses, users};
use crate::db::{Conn, UserId, make_room, set_owner};
use crate::error::AppError;
use crate::ledger::budget::Budget;
use crate::ledger::category::Category;
use crate::ledger::expense::Expense;
use crate::ledger::search;
use crate::ledger::totals;
use crate::ledger::write;

/// Records that travel together.
pub const BATCH: usize = 2_000;

/// One row of lasting data.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Record {
    /// An account; what follows is its, up to the next account.
    User(User),
    /// A category.
    Category(Category),
    /// A budget.
    Budget(Budget),
    /// An API token, of which only the hash is known.
    Token(ApiToken),
    /// An expense, those in the trash included.
    Expense(Expense),
}

/// A batch, or why there are no more.
pub type Batch = Result<Vec<Record>, AppError>;

/// What a stream held, to compare one with another.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Accounts.
    pub users: u64,
    /// Categories.
    pub categories: u64,
    /// Budgets.
    pub budgets: u64,
    /// API tokens.
    #[serde(default)]
    pub tokens: u64,
    /// Expenses by account: how many, and their sum in minor units.
    pub expenses: BTreeMap<i64, (u64, i128)>,
}

impl Tally {
    /// Counts `record`.
    pub fn count(&mut self, record: &Record) {
        match record {
            Record::User(_) => self.users += 1,
            Record::Category(_) => self.categories += 1,
            Record::Budget(_) => self.budgets += 1,
            Record::Token(_) => self.tokens += 1,
            Record::Expense(row) => {
                let sum = self.expenses.entry(row.user_id).or_default();
                sum.0 += 1;
                sum.1 += i128::from(row.amount);
            }
        }
    }

    /// Expenses of all accounts.
    pub fn all_expenses(&self) -> u64 {
        self.expenses.values().map(|(count, _)| count).sum()
    }
}

/// Whether no other instance is making a backup of this database; nobody else is, until this transaction ends.
pub fn only_backup(conn: &mut Conn) -> Result<bool, AppError> {
    match conn {
        // A file has one server, and a command beside it writes a file of its own.
        Conn::Sqlite(_) => Ok(true),
        #[cfg(feature = "_postgres")]
        Conn::Postgres(conn) => Ok(diesel::select(diesel::dsl::sql::<diesel::sql_types::Bool>(
            // A lock belongs to the whole database, and its schemas may be those of several installations.
            "pg_try_advisory_xact_lock(x'6261636b'::int, hashtext(current_schema()))",
        ))
        .get_result(conn)?),
    }
}

/// Sends every record of the database, account by account. (Looks across all accounts.)
pub fn send_all(conn: &mut Conn, sender: &SyncSender<Batch>) -> Result<(), AppError> {
    let send = |batch: Vec<Record>| {
        sender
            .send(Ok(batch))
            .map_err(|_| AppError::internal("nobody takes the records"))
    };
    // Says that it has begun; a database may hold nothing.
    send(Vec::new())?;
    let accounts: Vec<User> = users::table
        .filter(users::closed_at.is_null())
        .order(users::id)
        .select(users::all_columns)
        .load(conn)?;
    for user in accounts {
        let owner = user.owner();
        set_owner(conn, owner)?;
        let mut batch = vec![Record::User(user)];
        let own: Vec<Category> = categories::table
            .filter(categories::user_id.eq(owner.0))
            .order(categories::id)
            .select(categories::all_columns)
            .load(conn)?;
        batch.extend(own.into_iter().map(Record::Category));
        let own: Vec<Budget> = budgets::table
            .filter(budgets::user_id.eq(owner.0))
            .order(budgets::id)
            .select(budgets::all_columns)
            .load(conn)?;
        batch.extend(own.into_iter().map(Record::Budget));
        let own: Vec<ApiToken> = api_tokens::table
            .filter(api_tokens::user_id.eq(owner.0))
            .order(api_tokens::id)
            .select(api_tokens::all_columns)
            .load(conn)?;
        batch.extend(own.into_iter().map(Record::Token));
        send(batch)?;
        let mut last = 0;
        loop {
            let rows: Vec<Expense> = expenses::table
                .filter(expenses::user_id.eq(owner.0))
                .filter(expenses::id.gt(last))
                .order(expenses::id)
                .limit(i64::try_from(BATCH).unwrap_or(i64::MAX))
                .select(expenses::all_columns)
                .load(conn)?;
            let Some(end) = rows.last() else { break };
            last = end.id;
            send(rows.into_iter().map(Record::Expense).collect())?;
        }
    }
    Ok(())
}

/// Writes every record into a database that has no account yet, then counts the daily totals. (For all accounts.)
///
/// Runs in the caller's transaction: an error leaves the database as empty as it was.
pub fn take_all(
    conn: &mut Conn,
    receiver: &Receiver<Batch>,
    progress: impl Fn(u64),
) -> Result<Tally, AppError> {
    let anybody: Option<i64> = users::table.select(users::id).first(conn).optional()?;
    if anybody.is_some() {
        return Err(AppError::Conflict(
            "The database is not empty: it has accounts. Name an empty one.".to_owned(),
        ));
    }
    let mut tally = Tally::default();
    let mut accounts = Vec::new();
    make_room(conn)?;
    let mut settled = 0;
    // A closed channel is the end; a failure on the other side arrives as an error before it.
    while let Ok(batch) = receiver.recv() {
        let mut rows = Vec::new();
        for record in batch? {
            tally.count(&record);
            match record {
                Record::User(row) => {
                    // What waits is of the account before.
                    write::insert(conn, &std::mem::take(&mut rows))?;
                    set_owner(conn, row.owner())?;
                    accounts.push(row.owner());
                    diesel::insert_into(users::table).values(row).execute(conn)?;
                }
                Record::Category(row) => {
                    diesel::insert_into(categories::table).values(row).execute(conn)?;
                }
                Record::Budget(row) => {
                    diesel::insert_into(budgets::table).values(row).execute(conn)?;
                }
                Record::Token(row) => {
                    diesel::insert_into(api_tokens::table).values(row).execute(conn)?;
                }
                // Many at once; they come last of their account.
                Record::Expense(row) => rows.push(row),
            }
        }
        write::insert(conn, &rows)?;
        if tally.all_expenses() - settled >= search::LARGE_PIECE.unsigned_abs() {
            search::settle(conn, i64::MAX)?;
            settled = tally.all_expenses();
        }
        progress(tally.all_expenses());
    }
    search::settle(conn, i64::MAX)?;
    for owner in accounts {
        set_owner(conn, owner)?;
        if let Err(AppError::Invalid(_)) = write::check_sums(conn, owner, [i64::MAX]) {
            return Err(AppError::Conflict(format!(
                "The amounts of account {} are too large to add up.",
                owner.0
            )));
        }
        totals::rebuild(conn, owner)?;
    }
    Ok(tally)
}

/// What the database holds. (Looks across all accounts.)
pub fn tally(conn: &mut Conn) -> Result<Tally, AppError> {
    use diesel::dsl::sql;
    use diesel::sql_types::BigInt;
    let ids: Vec<i64> = users::table
        .filter(users::closed_at.is_null())
        .select(users::id)
        .load(conn)?;
    let mut tally = Tally {
        users: u64::try_from(ids.len()).unwrap_or(u64::MAX),
        ..Tally::default()
    };
    for owner in ids.into_iter().map(UserId) {
        set_owner(conn, owner)?;
        let count: i64 = categories::table
            .filter(categories::user_id.eq(owner.0))
            .count()
            .get_result(conn)?;
        tally.categories += u64::try_from(count).unwrap_or(0);
        let count: i64 = budgets::table
            .filter(budgets::user_id.eq(owner.0))
            .count()
            .get_result(conn)?;
        tally.budgets += u64::try_from(count).unwrap_or(0);
        let count: i64 = api_tokens::table
            .filter(api_tokens::user_id.eq(owner.0))
            .count()
            .get_result(conn)?;
        tally.tokens += u64::try_from(count).unwrap_or(0);
        // In two parts: with those in the trash the sum may not fit into 64 bits.
        let (count, millions, rest): (i64, i64, i64) = expenses::table
            .filter(expenses::user_id.eq(owner.0))
            .select((
                sql::<BigInt>("COUNT(*)"),
                sql::<BigInt>("CAST(COALESCE(SUM(amount / 1000000), 0) AS BIGINT)"),
                sql::<BigInt>("CAST(COALESCE(SUM(amount % 1000000), 0) AS BIGINT)"),
            ))
            .first(conn)?;
        if count > 0 {
            let sum = i128::from(millions) * 1_000_000 + i128::from(rest);
            tally
                .expenses
                .insert(owner.0, (u64::try_from(count).unwrap_or(0), sum));
        }
    }
    Ok(tally)
}
