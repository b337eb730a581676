//! What a file is compared with: the expenses and the earlier imports of its days.

use std::collections::HashSet;

use diesel::connection::DefaultLoadingMode;
use diesel::prelude::*;
use time::{Date, Duration, PrimitiveDateTime};

use super::booking::{self, Booking};
use super::candidates::DAYS_APART;
use super::entry::folded_key;
use super::import::{self, Import};
use super::judge::{Earlier, Ledger, Present};
use super::state::ImportState;
use super::verdict::{Reason, Verdict};
use crate::db::schema::{expenses, import_rows};
use crate::db::{BookId, Conn};
use crate::error::AppError;
use crate::ledger::category::Categories;
use crate::money::Money;

/// Ids of one query.
const IDS_AT_ONCE: usize = 500;

/// The columns of an expense that are compared.
type ExpenseRow = (i64, Date, Money, i64, String, Option<PrimitiveDateTime>);
/// The columns of a row of an earlier import that are compared.
type EarlierRow = (
    Date,
    Money,
    i64,
    Option<String>,
    Option<String>,
    String,
    Option<String>,
    bool,
    Option<i64>,
);

/// Reads what rows of these days are compared with, and the expenses `own_ids` whatever their days.
pub fn read(
    conn: &mut Conn,
    owner: BookId,
    (first, last): (Date, Date),
    own_ids: &[i64],
) -> Result<Ledger, AppError> {
    let mut ledger = Ledger::default();
    let (mut imported, mut undone): (HashSet<i64>, HashSet<i64>) = Default::default();
    for import in import::overlapping(
        conn,
        owner,
        &[ImportState::Done, ImportState::Undone],
        first,
        last,
    )? {
        let made = read_earlier(conn, owner, &import, (first, last), &mut ledger.earlier)?;
        if import.state() == ImportState::Undone {
            undone.extend(&made);
        }
        imported.extend(made);
    }
    let categories = Categories::of(conn, owner)?;
    let present = |row: ExpenseRow| present(row, &categories, &imported, &undone);
    let mut found = read_near(conn, owner, (first, last), present, &mut ledger.expenses)?;
    // Those whose day was changed since.
    let named = ledger.earlier.iter().filter_map(|earlier| earlier.expense);
    let named = named.chain(own_ids.iter().copied());
    let missing: Vec<i64> = named.filter(|id| found.insert(*id)).collect();
    for ids in missing.chunks(IDS_AT_ONCE) {
        let rows: Vec<ExpenseRow> = expenses::table
            .filter(expenses::book_id.eq(owner.0))
            .filter(expenses::id.eq_any(ids))
            .select(columns())
            .load(conn)?;
        ledger.expenses.extend(rows.into_iter().filter_map(&present));
    }
    for present in &ledger.expenses {
        undone.remove(&present.id);
    }
    // What is left is gone with its import.
    ledger
        .earlier
        .retain(|row| !row.expense.is_some_and(|id| undone.contains(&id)));
    Ok(ledger)
}

/// An expense as it is compared. What an undone import made is as if it had never been there, unless it was kept or somebody
/// has restored it.
fn present(
    (id, date, amount, category, search, deleted_at): ExpenseRow,
    categories: &Categories,
    imported: &HashSet<i64>,
    undone: &HashSet<i64>,
) -> Option<Present> {
    let is_income = categories.is_income(category);
    let present = Present {
        id,
        booking: Booking {
            date,
            amount: if is_income { amount } else { -amount },
            text: folded_key(&search),
            id: None,
            account: None,
        },
        is_in_trash: deleted_at.is_some(),
        is_imported: imported.contains(&id),
    };
    Some(present).filter(|present| !present.is_in_trash || !undone.contains(&id))
}

/// Adds the expenses of these days and a few days around; returns the ids of all that were there.
fn read_near(
    conn: &mut Conn,
    owner: BookId,
    (first, last): (Date, Date),
    present: impl Fn(ExpenseRow) -> Option<Present>,
    expenses: &mut Vec<Present>,
) -> Result<HashSet<i64>, AppError> {
    let span = Duration::days(DAYS_APART);
    let near = expenses::table
        .filter(expenses::book_id.eq(owner.0))
        .filter(expenses::spent_on.between(
            first.checked_sub(span).unwrap_or(first),
            last.checked_add(span).unwrap_or(last),
        ));
    // A vector that grows needs up to three times the memory for a moment.
    let count = usize::try_from(near.count().get_result::<i64>(conn)?).unwrap_or(0);
    expenses.reserve_exact(count);
    let mut found = HashSet::with_capacity(count);
    let rows = near.select(columns());
    for row in rows.load_iter::<ExpenseRow, DefaultLoadingMode>(conn)? {
        let row = row?;
        found.insert(row.0);
        expenses.extend(present(row));
    }
    Ok(found)
}

fn columns() -> (
    expenses::id,
    expenses::spent_on,
    expenses::amount,
    expenses::category_id,
    expenses::search,
    expenses::deleted_at,
) {
    (
        expenses::id,
        expenses::spent_on,
        expenses::amount,
        expenses::category_id,
        expenses::search,
        expenses::deleted_at,
    )
}

/// Adds the rows of an import that was confirmed; returns the expenses that were made of them. Of one that was undone only
/// these rows count, because their expenses may have been kept.
fn read_earlier(
    conn: &mut Conn,
    owner: BookId,
    import: &Import,
    (first, last): (Date, Date),
    earlier: &mut Vec<Earlier>,
) -> Result<Vec<i64>, AppError> {
    let rows = import_rows::table
        .filter(import_rows::book_id.eq(owner.0))
        .filter(import_rows::import_id.eq(import.id))
        .filter(import_rows::booked_on.between(first, last))
        .filter(import_rows::amount.is_not_null())
        .filter(
            import_rows::verdict
                .eq_any(Verdict::TAKEABLE.map(Verdict::name))
                // Left out by the person, like a row that was not taken.
                .or(import_rows::reason.eq(Reason::MoneyIn.name())),
        )
        .order(import_rows::row_number)
        .select((
            import_rows::booked_on.assume_not_null(),
            import_rows::amount.assume_not_null(),
            import_rows::text_key,
            import_rows::source_id,
            import_rows::account,
            import_rows::verdict,
            import_rows::reason,
            import_rows::take,
            import_rows::expense_id,
        ));
    let mut made = Vec::new();
    earlier.reserve_exact(usize::try_from(import.counts().all()).unwrap_or(0));
    // One by one: of each text only the hash stays in memory.
    for row in rows.load_iter::<EarlierRow, DefaultLoadingMode>(conn)? {
        let (row, was_made) = earlier_of(import.id, row?);
        if let Some(row) = row.filter(|_| was_made || import.state() == ImportState::Done) {
            made.extend(row.expense.filter(|_| was_made));
            earlier.push(row);
        }
    }
    Ok(made)
}

/// The row as it is compared, and whether its expense was made of it. A row matched to an expense that was already deleted
/// is skipped; the row of the import that made the expense is compared instead.
fn earlier_of(import: i64, row: EarlierRow) -> (Option<Earlier>, bool) {
    let (date, amount, text, id, account, verdict, reason, was_made, expense) = row;
    let was_gone = verdict == Verdict::Known.name()
        && expense.is_none()
        && reason.as_deref() != Some(Reason::Declined.name());
    let earlier = Earlier {
        import,
        booking: Booking {
            date,
            amount,
            text,
            id: id.as_deref().and_then(booking::hash_of),
            account: account.as_deref().and_then(booking::hash_of),
        },
        expense,
    };
    (Some(earlier).filter(|_| !was_gone), was_made)
}
