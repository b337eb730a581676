//! The command `check`: finds damage, totals or search rows that don't match the expenses, and recurring entries whose next
//! date is wrong. `--repair` rebuilds all but the damage.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;

use crate::books::member;
use crate::db::schema::books;
use crate::db::{BookId, Conn, Db, TxScope, WritableBook, set_owner};
use crate::error::AppError;
use crate::ledger::schedule;
use crate::ledger::search;
use crate::ledger::totals;
use crate::settings::Settings;
use crate::state::StartError;

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = Text)]
    word: String,
}

/// Prints a line for each fault. An error if there are faults that were not repaired.
pub async fn run(settings: &Settings, repair: bool) -> Result<(), StartError> {
    let failed = |error: AppError| StartError(error.to_string());
    let db = Db::open_existing(&settings.database)
        .map_err(|error| StartError(format!("DATABASE_URL: {:?}: {error}", settings.database)))?;
    let found = find_faults(&db).await.map_err(failed)?;
    for fault in &found.lasting {
        println!("{fault}");
    }
    for fault in &found.derived {
        println!("{fault}");
    }
    if found.derived.is_empty() && found.lasting.is_empty() {
        println!("{:?}: no problems found", settings.database);
    } else if repair && !found.derived.is_empty() {
        write_derived(&db, settings.database.file().is_some())
            .await
            .map_err(failed)?;
        let left = find_faults(&db).await.map_err(failed)?;
        if !left.derived.is_empty() {
            db.close().await;
            return Err(StartError(format!("not repaired: {}", left.derived.join("; "))));
        }
        println!("repaired: totals, search and next dates were rebuilt");
    }
    db.close().await;
    let faults = found.lasting.len() + if repair { 0 } else { found.derived.len() };
    match faults {
        0 => Ok(()),
        1 => Err(StartError("1 problem".to_owned())),
        _ => Err(StartError(format!("{faults} problems"))),
    }
}

#[derive(Default)]
struct Faults {
    /// In data that people entered. Only a backup can restore it.
    lasting: Vec<String>,
    /// In data that is derived from it and can be rebuilt.
    derived: Vec<String>,
}

/// Finds faults, also while a server runs.
async fn find_faults(db: &Db) -> Result<Faults, AppError> {
    // In one snapshot, so that a concurrent write is no fault. It blocks no writes.
    let mut faults = db.read_shared_in(TxScope::Own, faults_in_snapshot).await?;
    // The statement with which SQLite checks a full-text index is a write.
    let index_faults = db.write_shared_in(TxScope::Own, search::check_index).await?;
    faults.derived.extend(index_faults);
    Ok(faults)
}

/// Reads across all accounts.
fn faults_in_snapshot(conn: &mut Conn) -> Result<Faults, AppError> {
    let mut faults = Faults::default();
    if matches!(conn, Conn::Sqlite(_)) {
        let words =
            sql_query("SELECT integrity_check AS word FROM pragma_integrity_check").load::<Word>(conn)?;
        let bad = words.into_iter().map(|row| row.word).filter(|word| word != "ok");
        faults
            .lasting
            .extend(bad.map(|word| format!("the file is damaged: {word}")));
        let lost = sql_query("SELECT \"table\" || ' refers to a missing row of ' || parent AS word FROM pragma_foreign_key_check")
            .load::<Word>(conn)?;
        faults.lasting.extend(lost.into_iter().map(|row| row.word));
    }
    for owner in open_books(conn)? {
        set_owner(conn, owner)?;
        if !member::has_owner(conn, owner)? {
            faults.lasting.push(format!("book {}: has no owner", owner.0));
        }
        let days = totals::recount(conn, owner)?;
        if totals::kept(conn, owner)? != days {
            faults.derived.push(format!(
                "account {}: the daily totals don't match the expenses",
                owner.0
            ));
        }
        if totals::kept_months(conn, owner)? != totals::recount_months(&days) {
            faults.derived.push(format!(
                "account {}: the monthly totals don't match the expenses",
                owner.0
            ));
        }
        if totals::kept_payers(conn, owner)? != totals::recount_payers(conn, owner)? {
            faults.derived.push(format!(
                "account {}: the totals by payer don't match the expenses",
                owner.0
            ));
        }
        let wrong = search::check(conn, owner)?;
        if wrong > 0 {
            faults.derived.push(format!(
                "account {}: {wrong} search rows are stale or missing",
                owner.0
            ));
        }
        for schedule in schedule::check::wrong(conn, owner)? {
            faults.derived.push(format!(
                "account {}: the next date of recurring entry {} is not its first open one",
                owner.0, schedule.id
            ));
        }
    }
    Ok(faults)
}

/// Rebuilds totals and search from the expenses.
async fn write_derived(db: &Db, is_sqlite: bool) -> Result<(), AppError> {
    if is_sqlite {
        return db.write_shared_in(TxScope::Own, rebuild_all).await;
    }
    // One transaction per account, because it blocks the writes of its owner on every instance.
    for owner in db.read_shared(accounts).await? {
        db.write_in(TxScope::Own, WritableBook::unchecked(owner), move |conn| {
            rebuild(conn, owner)
        })
        .await?;
    }
    Ok(())
}

fn rebuild(conn: &mut Conn, owner: BookId) -> Result<(), AppError> {
    totals::rebuild(conn, owner)?;
    schedule::check::repair(conn, owner)?;
    search::rebuild(conn, owner)
}

/// For `SQLite`, which has one search index for all accounts. Writes for all accounts.
fn rebuild_all(conn: &mut Conn) -> Result<(), AppError> {
    search::clear(conn)?;
    for owner in accounts(conn)? {
        set_owner(conn, owner)?;
        rebuild(conn, owner)?;
    }
    while search::index_pending(conn, search::LARGE_BATCH)? > 0 {}
    Ok(())
}

fn accounts(conn: &mut Conn) -> Result<Vec<BookId>, AppError> {
    let ids: Vec<i64> = books::table.order(books::id).select(books::id).load(conn)?;
    Ok(ids.into_iter().map(BookId).collect())
}

/// Without closed books, whose rows are removed before their totals.
fn open_books(conn: &mut Conn) -> Result<Vec<BookId>, AppError> {
    let ids: Vec<i64> = books::table
        .filter(books::closed_at.is_null())
        .order(books::id)
        .select(books::id)
        .load(conn)?;
    Ok(ids.into_iter().map(BookId).collect())
}
