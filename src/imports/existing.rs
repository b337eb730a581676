//! What a file is compared with: the expenses and the earlier imports of its days.

use std::collections::HashSet;

use diesel::connection::DefaultLoadingMode;
use diesel::prelude::*;
use time::{Date, Duration, PrimitiveDateTime};

use super::booking::Booking;
use super::candidates::DAYS_APART;
use super::hash;
use super::import;
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
    let categories = Categories::of(conn, owner)?;
    let mut ledger = Ledger::default();
    let mut imported: HashSet<i64> = HashSet::new();
    for done in import::overlapping(conn, owner, &[ImportState::Done], first, last)? {
        imported.extend(read_earlier(
            conn,
            owner,
            done.id,
            (first, last),
            &mut ledger.earlier,
        )?);
    }
    let undone = undone_expenses(conn, owner, first, last)?;
    let present = |(id, date, amount, category, search, deleted_at): ExpenseRow| {
        let is_income = categories.is_income(category);
        let present = Present {
            id,
            booking: Booking {
                date,
                amount: if is_income { amount } else { -amount },
                text: hash::key(&search),
                id: None,
                account: None,
            },
            is_in_trash: deleted_at.is_some(),
            is_imported: imported.contains(&id),
        };
        // What an undone import made is as if it had never been there, unless somebody has restored it.
        Some(present).filter(|present| !present.is_in_trash || !undone.contains(&id))
    };
    let span = Duration::days(DAYS_APART);
    let near = expenses::table
        .filter(expenses::book_id.eq(owner.0))
        .filter(expenses::spent_on.between(
            first.checked_sub(span).unwrap_or(first),
            last.checked_add(span).unwrap_or(last),
        ))
        .select(columns());
    let mut found: HashSet<i64> = HashSet::new();
    for row in near.load_iter::<ExpenseRow, DefaultLoadingMode>(conn)? {
        let row = row?;
        found.insert(row.0);
        ledger.expenses.extend(present(row));
    }
    // Those whose day was changed since.
    let named = ledger.earlier.iter().filter_map(|earlier| earlier.expense);
    let missing: HashSet<i64> = named
        .chain(own_ids.iter().copied())
        .filter(|id| !found.contains(id))
        .collect();
    let missing: Vec<i64> = missing.into_iter().collect();
    for ids in missing.chunks(IDS_AT_ONCE) {
        let rows: Vec<ExpenseRow> = expenses::table
            .filter(expenses::book_id.eq(owner.0))
            .filter(expenses::id.eq_any(ids))
            .select(columns())
            .load(conn)?;
        ledger.expenses.extend(rows.into_iter().filter_map(&present));
    }
    Ok(ledger)
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

/// Adds the rows of an import that was confirmed; returns the expenses that were made of them.
fn read_earlier(
    conn: &mut Conn,
    owner: BookId,
    import: i64,
    (first, last): (Date, Date),
    earlier: &mut Vec<Earlier>,
) -> Result<Vec<i64>, AppError> {
    let rows = import_rows::table
        .filter(import_rows::book_id.eq(owner.0))
        .filter(import_rows::import_id.eq(import))
        .filter(import_rows::booked_on.between(first, last))
        .filter(import_rows::amount.is_not_null())
        .filter(import_rows::verdict.eq_any(Verdict::TAKEABLE.map(Verdict::name)))
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
    // One by one: of each text only the hash stays in memory.
    for row in rows.load_iter::<EarlierRow, DefaultLoadingMode>(conn)? {
        let (row, was_made) = earlier_of(import, row?);
        if let Some(row) = row {
            made.extend(row.expense.filter(|_| was_made));
            earlier.push(row);
        }
    }
    Ok(made)
}

/// The row as it is compared, and whether its expense was made of it. A row whose expense was gone already says nothing:
/// the import that made the expense does.
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
            id: id.as_deref().map(hash::key),
            account: account.as_deref().map(hash::key),
        },
        expense,
    };
    (Some(earlier).filter(|_| !was_gone), was_made)
}

/// The expenses that undone imports of these days have made.
fn undone_expenses(
    conn: &mut Conn,
    owner: BookId,
    first: Date,
    last: Date,
) -> Result<HashSet<i64>, AppError> {
    let mut ids = HashSet::new();
    for undone in import::overlapping(conn, owner, &[ImportState::Undone], first, last)? {
        let made: Vec<i64> = import_rows::table
            .filter(import_rows::book_id.eq(owner.0))
            .filter(import_rows::import_id.eq(undone.id))
            .filter(import_rows::take.eq(true))
            .filter(import_rows::expense_id.is_not_null())
            .select(import_rows::expense_id.assume_not_null())
            .load(conn)?;
        ids.extend(made);
    }
    Ok(ids)
}
